#include "policy/x509/signature_scheme.h"

#include <array>

namespace inkan::policy {
namespace {

constexpr const char* k_rule = "csr.signature-algorithm";
constexpr const char* k_mend =
    "sign the request with ECDSA, RSA PKCS#1 v1.5 or RSASSA-PSS using SHA-256, SHA-384 or SHA-512, or with "
    "Ed25519 "
    "(openssl req: -sha256)";

enum class Parameters { absent_or_null, absent };

struct KnownScheme {
  std::string_view oid;
  SignatureFamily family;
  ShaTwo hash;
  Parameters parameters;
};

// RFC 5758 §3.2 wants no parameters for ECDSA, and RFC 4055 §5 NULL for PKCS#1; requests with the other
// spelling exist, and nothing of this identifier reaches a certificate. RFC 8410 §3 leaves Ed25519 no choice.
constexpr std::array k_known = {
    KnownScheme{"1.2.840.10045.4.3.1", SignatureFamily::ecdsa, ShaTwo::sha224, Parameters::absent_or_null},
    KnownScheme{"1.2.840.10045.4.3.2", SignatureFamily::ecdsa, ShaTwo::sha256, Parameters::absent_or_null},
    KnownScheme{"1.2.840.10045.4.3.3", SignatureFamily::ecdsa, ShaTwo::sha384, Parameters::absent_or_null},
    KnownScheme{"1.2.840.10045.4.3.4", SignatureFamily::ecdsa, ShaTwo::sha512, Parameters::absent_or_null},
    KnownScheme{"1.2.840.113549.1.1.14", SignatureFamily::rsa_pkcs1, ShaTwo::sha224,
                Parameters::absent_or_null},
    KnownScheme{"1.2.840.113549.1.1.11", SignatureFamily::rsa_pkcs1, ShaTwo::sha256,
                Parameters::absent_or_null},
    KnownScheme{"1.2.840.113549.1.1.12", SignatureFamily::rsa_pkcs1, ShaTwo::sha384,
                Parameters::absent_or_null},
    KnownScheme{"1.2.840.113549.1.1.13", SignatureFamily::rsa_pkcs1, ShaTwo::sha512,
                Parameters::absent_or_null},
    KnownScheme{"1.3.101.112", SignatureFamily::ed25519, ShaTwo::sha512, Parameters::absent},
};

struct Broken {
  std::string_view oid, name;
};
constexpr std::array k_broken = {
    Broken{"1.2.840.113549.1.1.2", "MD2"},   Broken{"1.2.840.113549.1.1.4", "MD5"},
    Broken{"1.2.840.113549.1.1.5", "SHA-1"}, Broken{"1.3.14.3.2.29", "SHA-1"},
    Broken{"1.2.840.10045.4.1", "SHA-1"},    Broken{"1.2.840.10040.4.3", "DSA with SHA-1"},
};

Denial refusal(const std::string& detail) {
  return {k_rule, "CA/B Forum BR §7.1.3.2; RFC 6194 §2", detail, k_mend};
}

bool parameters_fit(der::Reader& rest, Parameters allowed) {
  if (rest.at_end()) return true;
  return allowed == Parameters::absent_or_null && rest.any().whole.size() == 2 && rest.at_end();
}

// RFC 4055 §2.1: the hash's parameters may be absent or NULL; both must be understood.
OrDenial<ShaTwo> parse_hash(der::Reader identifier, const char* role) {
  constexpr std::array<std::string_view, 4> oids = {"2.16.840.1.101.3.4.2.4", "2.16.840.1.101.3.4.2.1",
                                                    "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"};
  const std::string oid = identifier.oid("hash algorithm");
  if (identifier.optional(der::k_null) && !identifier.at_end())
    identifier.finish("the NULL of a hash algorithm");
  identifier.finish("a hash algorithm");
  for (std::size_t i = 0; i < oids.size(); ++i)
    if (oid == oids[i]) return static_cast<ShaTwo>(i);
  return refusal(std::string("RSASSA-PSS with ") + (oid == "1.3.14.3.2.26" ? "SHA-1" : "hash " + oid) +
                 " as its " + role);
}

OrDenial<ShaTwo> parse_mgf1(der::Reader identifier) {
  const std::string oid = identifier.oid("mask generation function");
  if (oid != "1.2.840.113549.1.1.8")
    return refusal("RSASSA-PSS with mask generation function " + oid + "; MGF1 is known");
  auto hash = parse_hash(identifier.sequence("hash of MGF1"), "MGF1 hash");
  identifier.finish("the mask generation function");
  return hash;
}

}  // namespace

SignatureScheme scheme_of(SignatureAlgorithm algorithm) {
  if (algorithm == SignatureAlgorithm::ed25519) return {};
  const HashAlgorithm ours = hash_of(algorithm);
  const ShaTwo hash = ours == HashAlgorithm::sha256   ? ShaTwo::sha256
                      : ours == HashAlgorithm::sha384 ? ShaTwo::sha384
                                                      : ShaTwo::sha512;
  if (!fits(algorithm, KeyAlgorithm::rsa)) return {SignatureFamily::ecdsa, hash, hash, 0};
  const bool pss = algorithm == SignatureAlgorithm::rsa_pss_sha256 ||
                   algorithm == SignatureAlgorithm::rsa_pss_sha384 ||
                   algorithm == SignatureAlgorithm::rsa_pss_sha512;
  const int salt = hash == ShaTwo::sha256 ? 32 : hash == ShaTwo::sha384 ? 48 : 64;
  return {pss ? SignatureFamily::rsa_pss : SignatureFamily::rsa_pkcs1, hash, hash, pss ? salt : 0};
}

OrDenial<SignatureScheme> parse_pss_parameters(der::Reader& algorithm_identifier) {
  der::Reader parameters = algorithm_identifier.sequence("RSASSA-PSS parameters");
  algorithm_identifier.finish("RSASSA-PSS parameters");
  SignatureScheme scheme{SignatureFamily::rsa_pss, ShaTwo::sha256, ShaTwo::sha256, 20};
  // RFC 4055 §3.1: what is left out means SHA-1, MGF1 with SHA-1, 20 octets of salt, trailer field 1.
  const auto hash = parameters.optional(der::context_constructed(0));
  if (!hash) return refusal("RSASSA-PSS without a hash algorithm, which means SHA-1 (RFC 4055 §3.1)");
  der::Reader hash_field(*hash);
  const auto parsed_hash = parse_hash(hash_field.sequence("hash algorithm"), "hash");
  hash_field.finish("the hash algorithm");
  if (const auto* denial = denied(parsed_hash)) return *denial;
  const auto mgf1 = parameters.optional(der::context_constructed(1));
  if (!mgf1)
    return refusal(
        "RSASSA-PSS without a mask generation function, which means MGF1 with SHA-1 (RFC 4055 §3.1)");
  der::Reader mgf1_field(*mgf1);
  const auto parsed_mgf1 = parse_mgf1(mgf1_field.sequence("mask generation function"));
  mgf1_field.finish("the mask generation function");
  if (const auto* denial = denied(parsed_mgf1)) return *denial;
  if (const auto salt = parameters.optional(der::context_constructed(2))) {
    der::Reader field(*salt);
    const auto length = field.small_integer("saltLength");
    field.finish("saltLength");
    if (length < 0 || length > 1024)
      return refusal("RSASSA-PSS with a salt of " + std::to_string(length) + " octets");
    scheme.salt_length = static_cast<int>(length);
  }
  if (const auto trailer = parameters.optional(der::context_constructed(3))) {
    der::Reader field(*trailer);
    if (field.small_integer("trailerField") != 1)
      return refusal("RSASSA-PSS with a trailer field other than 1");
    field.finish("trailerField");
  }
  parameters.finish("RSASSA-PSS parameters");
  scheme.hash = std::get<ShaTwo>(parsed_hash);
  scheme.mgf1_hash = std::get<ShaTwo>(parsed_mgf1);
  return scheme;
}

OrDenial<SignatureScheme> parse_signature_scheme(BytesView algorithm_identifier_der) {
  der::Reader outer(algorithm_identifier_der);
  der::Reader identifier = outer.sequence("signature algorithm");
  outer.finish("the signature algorithm");
  const std::string oid = identifier.oid("signature algorithm");
  for (const auto& known : k_known) {
    if (oid != known.oid) continue;
    if (!parameters_fit(identifier, known.parameters))
      return refusal("signature algorithm " + oid + " with parameters it does not have");
    return SignatureScheme{known.family, known.hash, known.hash, 0};
  }
  if (oid == "1.2.840.113549.1.1.10") {
    if (identifier.at_end()) return refusal("an RSASSA-PSS signature without parameters (RFC 4055 §3.1)");
    return parse_pss_parameters(identifier);
  }
  for (const auto& broken : k_broken)
    if (oid == broken.oid)
      return refusal("signed with " + std::string(broken.name) + ", which can be forged by collision");
  return refusal("unknown signature algorithm " + oid);
}

}  // namespace inkan::policy
