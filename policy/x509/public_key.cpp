#include "policy/x509/public_key.h"

#include <algorithm>
#include <array>
#include <bit>

#include "policy/x509/verification_key.h"

namespace inkan::policy {

struct PublicKey::Parts {
  BytesView spki;
  std::string oid;
  der::Reader parameters;  // of the algorithm; what follows the OID
  BytesView key_bits;
  bool pss_only = false;
  std::optional<SignatureScheme> restriction = {};
  BytesView modulus = {}, exponent = {};
};

namespace {

constexpr const char* k_rsa_oid = "1.2.840.113549.1.1.1";
constexpr const char* k_pss_oid = "1.2.840.113549.1.1.10";
constexpr const char* k_ec_oid = "1.2.840.10045.2.1";
constexpr const char* k_ed25519_oid = "1.3.101.112";
constexpr const char* k_wanted = "use a key of RSA 2048 to 4096 bits, EC P-256, P-384 or P-521, or Ed25519";

Denial no_algorithm(const std::string& detail) {
  return {"key.algorithm", "RFC 5280 §4.1.2.7", detail, k_wanted};
}

Denial no_curve(const std::string& detail) {
  return {"key.curve", "RFC 5480 §2.1.1", detail,
          "use a named curve: P-256, P-384 or P-521 (openssl: -pkeyopt ec_param_enc:named_curve)"};
}

Denial no_point(const std::string& detail, const char* mend) {
  return {"key.point", "RFC 5480 §2.2; NIST SP 800-56A §5.6.2.3", detail, mend};
}

struct Curve {
  std::string_view oid;
  KeyAlgorithm algorithm;
  int bits;
};
constexpr std::array k_curves = {
    Curve{"1.2.840.10045.3.1.7", KeyAlgorithm::ec_p256, 256},
    Curve{"1.3.132.0.34", KeyAlgorithm::ec_p384, 384},
    Curve{"1.3.132.0.35", KeyAlgorithm::ec_p521, 521},
};

// RFC 8017 A.1.1: both are positive. The sign octet goes; what is left starts with a set bit somewhere in its
// first octet.
BytesView positive(der::Reader& reader, const char* what) {
  const auto content = reader.integer(what);
  if (content[0] >= 0x80 || (content.size() == 1 && content[0] == 0))
    throw der::Malformed(std::string(what) + ": not a positive number", 0);
  return content[0] == 0 ? content.subspan(1) : content;
}

int bit_length(BytesView number) {
  return static_cast<int>(number.size()) * 8 - std::countl_zero(number[0]);
}

// The y coordinates, little endian and without the sign of x, of edwards25519's eight points of small order
// and of the encodings of them that are not reduced (RFC 8032 §5.1.3 refuses those; not every verifier does).
// With such a key anybody can make signatures that verify, so it proves possession of nothing.
bool has_small_order(BytesView point) {
  static const std::array<Bytes, 7> y_coordinates = [] {
    const auto repeated = [](std::uint8_t first, std::uint8_t middle, std::uint8_t last) {
      Bytes y(32, middle);
      y.front() = first;
      y.back() = last;
      return y;
    };
    return std::array<Bytes, 7>{
        repeated(0x00, 0x00, 0x00),                                                     // 0: order 4
        repeated(0x01, 0x00, 0x00),                                                     // 1: order 1
        *from_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),  // order 8
        *from_hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),  // order 8
        repeated(0xec, 0xff, 0x7f),                                                     // p - 1: order 2
        repeated(0xed, 0xff, 0x7f),                                                     // p, that is 0
        repeated(0xee, 0xff, 0x7f),                                                     // p + 1, that is 1
    };
  }();
  Bytes y = to_bytes(point);
  y.back() &= 0x7f;
  return std::find(y_coordinates.begin(), y_coordinates.end(), y) != y_coordinates.end();
}

}  // namespace

PublicKey::PublicKey(KeyAlgorithm algorithm, int bits, const Parts& parts,
                     std::shared_ptr<const VerificationKey> key)
    : algorithm_(algorithm),
      bits_(bits),
      spki_(to_bytes(parts.spki)),
      spki_hash_(spki_hash_of(parts.spki)),
      key_bits_(to_bytes(parts.key_bits)),
      rsa_modulus_(to_bytes(parts.modulus)),
      rsa_exponent_(to_bytes(parts.exponent)),
      pss_only_(parts.pss_only),
      restriction_(parts.restriction),
      key_(std::move(key)) {}

OrDenial<PublicKey> PublicKey::parse(BytesView spki_der) {
  try {
    der::Reader outer(spki_der);
    der::Reader info = outer.sequence("SubjectPublicKeyInfo");
    outer.finish("SubjectPublicKeyInfo");
    der::Reader algorithm = info.sequence("public key algorithm");
    std::string oid = algorithm.oid("public key algorithm");
    Parts parts{spki_der, std::move(oid), algorithm, info.bit_string("subjectPublicKey")};
    info.finish("subjectPublicKey");
    return from_parts(parts);
  } catch (const der::Malformed& malformed) {
    return Denial{"key.parse", "RFC 5280 §4.1.2.7; X.690 §10",
                  std::string("SubjectPublicKeyInfo: ") + malformed.what(),
                  "make the key and the request anew with a current tool"};
  }
}

OrDenial<PublicKey> PublicKey::from_parts(Parts& parts) {
  if (parts.oid == k_ec_oid) return from_ec(parts);
  if (parts.oid == k_ed25519_oid) return from_ed25519(parts);
  if (parts.oid == k_rsa_oid) {
    // RFC 3279 §2.3.1: the parameters MUST be NULL.
    const auto null = parts.parameters.expect(der::k_null, "the NULL of rsaEncryption");
    if (!null.content.empty()) throw der::Malformed("a NULL with content", null.offset);
    parts.parameters.finish("the NULL of rsaEncryption");
    return from_rsa(parts);
  }
  if (parts.oid != k_pss_oid) return no_algorithm("unknown public key algorithm " + parts.oid);
  parts.pss_only = true;
  if (!parts.parameters.at_end()) {
    const auto restriction = parse_pss_parameters(parts.parameters);
    if (const auto* denial = denied(restriction))
      return no_algorithm("an RSA key restricted to " + denial->detail);
    parts.restriction = std::get<SignatureScheme>(restriction);
  }
  return from_rsa(parts);
}

OrDenial<PublicKey> PublicKey::from_rsa(Parts& parts) {
  der::Reader outer(parts.key_bits, static_cast<std::size_t>(parts.key_bits.data() - parts.spki.data()));
  der::Reader key = outer.sequence("RSAPublicKey");
  outer.finish("RSAPublicKey");
  parts.modulus = positive(key, "modulus");
  parts.exponent = positive(key, "publicExponent");
  key.finish("publicExponent");
  const int bits = bit_length(parts.modulus);
  if (bits > k_max_rsa_bits)
    return Denial{"key.rsa.size", "RFC 8017 §3.1", "an RSA modulus of " + std::to_string(bits) + " bits",
                  k_wanted};
  if (bit_length(parts.exponent) > k_max_rsa_exponent_bits)
    return Denial{"key.rsa.exponent", "NIST SP 800-56B §6.2",
                  "an RSA public exponent of " + std::to_string(bit_length(parts.exponent)) + " bits",
                  "make a key with public exponent 65537"};
  return PublicKey(KeyAlgorithm::rsa, bits, parts, VerificationKey::from_rsa(parts.modulus, parts.exponent));
}

OrDenial<PublicKey> PublicKey::from_ec(Parts& parts) {
  // RFC 5480 §2.1.1: the parameters MUST be a namedCurve. Explicit ones let the requester choose the
  // generator (CVE-2020-0601).
  if (parts.parameters.peek() != der::k_oid) return no_curve("an EC key that does not name its curve");
  const std::string oid = parts.parameters.oid("namedCurve");
  parts.parameters.finish("namedCurve");
  const auto curve =
      std::find_if(k_curves.begin(), k_curves.end(), [&](const Curve& c) { return c.oid == oid; });
  if (curve == k_curves.end()) return no_curve("an EC key on curve " + oid);
  const std::size_t length = 2 * static_cast<std::size_t>((curve->bits + 7) / 8) + 1;
  const BytesView point = parts.key_bits;
  if (!point.empty() && (point[0] == 2 || point[0] == 3))
    return no_point("a compressed EC point",
                    "write the point uncompressed (openssl ec -conv_form uncompressed, or -pkeyopt "
                    "point-format:uncompressed)");
  if (point.size() != length || point[0] != 4)
    return no_point("an EC point of " + std::to_string(point.size()) + " octets; uncompressed on " +
                        std::string(name(curve->algorithm)) + " it is 04 and " + std::to_string(length - 1) +
                        " more",
                    "make the key and the request anew with a current tool");
  auto key = VerificationKey::from_point(curve->algorithm, point);
  if (!key)
    return no_point("an EC point that is not on " + std::string(name(curve->algorithm)),
                    "make a new key: nothing signed or agreed with this one is safe");
  return PublicKey(curve->algorithm, curve->bits, parts, std::move(key));
}

OrDenial<PublicKey> PublicKey::from_ed25519(Parts& parts) {
  parts.parameters.finish("id-Ed25519, which takes no parameters (RFC 8410 §3)");
  if (parts.key_bits.size() != 32)
    return no_point("an Ed25519 key of " + std::to_string(parts.key_bits.size()) + " octets; it has 32",
                    "make the key and the request anew with a current tool");
  if (has_small_order(parts.key_bits))
    return no_point("an Ed25519 point of small order, which has no private key", "make a new key");
  return PublicKey(KeyAlgorithm::ed25519, 256, parts, VerificationKey::from_ed25519(parts.key_bits));
}

Bytes PublicKey::key_identifier() const {
  const Sha256 hash = sha256(key_bits_);
  return to_bytes(hash.bytes().first(20));
}

bool PublicKey::verify(const SignatureScheme& scheme, BytesView message, BytesView signature) const {
  if (pss_only_ && scheme.family != SignatureFamily::rsa_pss) return false;
  // RFC 4055 §3.3: with parameters in the key, hash and mask generation must be the same, the salt no
  // shorter.
  if (restriction_ && (scheme.hash != restriction_->hash || scheme.mgf1_hash != restriction_->mgf1_hash ||
                       scheme.salt_length < restriction_->salt_length))
    return false;
  return key_->verify(scheme, message, signature);
}

bool PublicKey::verify(SignatureAlgorithm algorithm, BytesView message, BytesView signature) const {
  return verify(scheme_of(algorithm), message, signature);
}

bool PublicKey::verify(BytesView algorithm_identifier_der, BytesView message, BytesView signature) const {
  try {
    const auto scheme = parse_signature_scheme(algorithm_identifier_der);
    return !denied(scheme) && verify(std::get<SignatureScheme>(scheme), message, signature);
  } catch (const der::Malformed&) {
    return false;
  }
}

EVP_PKEY* PublicKey::evp() const {
  return key_->evp();
}

}  // namespace inkan::policy
