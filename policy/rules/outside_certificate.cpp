#include "policy/rules/outside_certificate.h"

#include <algorithm>
#include <array>

#include "policy/lint/lint.h"
#include "policy/types/error.h"
#include "policy/x509/oids.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {
namespace {

constexpr const char* k_ask_again = "have the outside CA make another for the request as it is";

Denial no(const std::string& rule, const std::string& clause, const std::string& detail,
          const std::string& mend = k_ask_again) {
  return {rule, clause, detail, mend};
}

OrDenial<std::vector<Certificate>> read(const char* rule, std::string_view base64) {
  const auto octets = from_base64(base64);
  if (!octets || octets->empty())
    return no(rule, "RFC 4648 §4", "it is not base64", "give the certificates' DER in base64, padded");
  std::vector<Certificate> all;
  try {
    for (der::Reader reader(*octets); !reader.at_end();)
      all.push_back(Certificate::parse(reader.expect(der::k_sequence, "certificate").whole));
  } catch (const der::Malformed& malformed) {
    return no(rule, "RFC 5280 §4.1", malformed.what(), "give the certificates as their CA made them");
  } catch (const Error& error) {
    return no(rule, "RFC 5280 §4.1", error.what(), "give the certificates as their CA made them");
  }
  return all;
}

std::uint32_t key_usage_of(const Certificate& certificate) {
  const auto* const extension = certificate.find_extension(oid::k_key_usage);
  if (!extension) return 0;
  der::Reader value(extension->value);
  return value.named_bits("keyUsage");
}

bool has(std::uint32_t bits, KeyUsage usage) {
  return (bits >> static_cast<unsigned>(usage) & 1) != 0;
}

std::string named(const Certificate& certificate) {
  return "\"" + certificate.subject().text() + "\"";
}

// As OpenSSL has it, with the given root alone trusted.
std::optional<std::string> verify_path(const Certificate& target, const std::vector<Certificate>& issuers,
                                       Instant now) {
  ERR_clear_error();
  const auto parse = [](const Certificate& from) {
    const auto* at = from.der().data();
    return X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(from.der().size())));
  };
  const X509StorePtr trusted(X509_STORE_new());
  const X509sPtr between(sk_X509_new_null());
  for (const auto& each : issuers) {
    auto certificate = parse(each);
    if (&each == &issuers.back())
      X509_STORE_add_cert(trusted.get(), certificate.get());
    else if (sk_X509_push(between.get(), certificate.get()) > 0)
      static_cast<void>(certificate.release());  // the stack's
  }
  const auto leaf = parse(target);
  const X509StoreCtxPtr context(X509_STORE_CTX_new());
  if (!leaf || X509_STORE_CTX_init(context.get(), trusted.get(), leaf.get(), between.get()) != 1)
    return "OpenSSL does not read it: " + openssl_errors();
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_time(context.get(), 0, static_cast<time_t>(now.time_since_epoch().count()));
  if (X509_verify_cert(context.get()) == 1) return std::nullopt;
  return std::string(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))) + " (at depth " +
         std::to_string(X509_STORE_CTX_get_error_depth(context.get())) + ")";
}

// Those that hold for a certificate of anybody's making. The others are about what this project's own
// profiles and issuers write.
constexpr std::array<std::string_view, 12> k_lints = {"lint.version",          "lint.serial",
                                                      "lint.issuer",           "lint.issuer-empty",
                                                      "lint.time-type",        "lint.validity-order",
                                                      "lint.subject",          "lint.extensions-unique",
                                                      "lint.critical-default", "lint.basic-constraints",
                                                      "lint.key-usage",        "lint.self-issue"};

}  // namespace

Bytes subject_key_identifier(const Certificate& certificate) try {
  const auto* const extension = certificate.find_extension(oid::k_subject_key_identifier);
  if (!extension) return {};
  der::Reader value(extension->value);
  return to_bytes(value.expect(der::k_octet_string, "subjectKeyIdentifier").content);
} catch (const der::Malformed&) {
  return {};
}

std::optional<int> ca_path_length(const Certificate& certificate) try {
  const auto* const extension = certificate.find_extension(oid::k_basic_constraints);
  if (!extension) return std::nullopt;
  der::Reader whole(extension->value);
  der::Reader fields = whole.sequence("basicConstraints");
  if (fields.at_end() || !fields.boolean("cA")) return std::nullopt;
  return fields.at_end() ? -1 : static_cast<int>(fields.small_integer("pathLenConstraint"));
} catch (const der::Malformed&) {
  return std::nullopt;
}

OrDenial<OutsideCertificate> OutsideCertificate::parse(std::string_view certificate, std::string_view chain) {
  auto one = read("ca.certificate", certificate);
  if (const auto* denial = denied(one)) return *denial;
  auto& target = std::get<std::vector<Certificate>>(one);
  if (target.size() != 1)
    return no("ca.certificate", "RFC 5280 §4.1", "there are " + std::to_string(target.size()) + " of them",
              "give the authority's own alone, and those above it as the chain");
  auto above = read("ca.chain", chain);
  if (const auto* denial = denied(above)) return *denial;
  auto& issuers = std::get<std::vector<Certificate>>(above);
  if (issuers.size() > k_most_issuers)
    return no("ca.chain", "the limit of this CA", "there are " + std::to_string(issuers.size()) + " of them",
              "give the issuers from the authority's own up to the root, and no others");
  return OutsideCertificate(std::move(target.front()), std::move(issuers));
}

std::optional<Denial> OutsideCertificate::fault(const PublicKey& key, const Name& subject,
                                                const Profile& profile, const KeyBlocklist& blocklist,
                                                Instant now) const {
  if (auto denial = fault_in_content(key, subject)) return denial;
  if (auto denial = fault_in_path(blocklist, now)) return denial;
  return fault_by_lint(profile);
}

std::optional<Denial> OutsideCertificate::fault_in_content(const PublicKey& key, const Name& subject) const {
  if (!(certificate_.public_key() == key))
    return no("ca.key", "RFC 2986 §3", "it is for another key than the request's",
              "give the one that was made for this request");
  if (certificate_.subject().attributes() != subject.attributes())
    return no("ca.subject", "RFC 5280 §4.1.2.6",
              "its subject is " + named(certificate_) + ", not the request's \"" + subject.text() + "\"");
  const auto length = ca_path_length(certificate_);
  if (!length)
    return no("ca.basic-constraints", "RFC 5280 §4.2.1.9", "it is no CA's: basicConstraints has no cA TRUE");
  const auto usage = key_usage_of(certificate_);
  if (!has(usage, KeyUsage::key_cert_sign) || !has(usage, KeyUsage::crl_sign))
    return no("ca.key-usage", "RFC 5280 §4.2.1.3",
              "its keyUsage does not have both keyCertSign and cRLSign: it could not issue, or not revoke");
  const auto identifier = subject_key_identifier(certificate_);
  if (identifier.empty() || identifier.size() > 64)
    return no("ca.key-identifier", "RFC 5280 §4.2.1.2", "it has no subjectKeyIdentifier of 1 to 64 octets");
  return std::nullopt;
}

std::optional<Denial> OutsideCertificate::fault_in_path(const KeyBlocklist& blocklist, Instant now) const {
  const Certificate* below = &certificate_;
  int intermediates = 1;  // between each issuer and a certificate that this authority will issue
  for (const auto& issuer : issuers_) {
    const auto length = ca_path_length(issuer);
    if (!length)
      return no("ca.chain", "RFC 5280 §6.1.4(k)", named(issuer) + " is no CA's certificate",
                "give the issuers in their order, the authority's own first");
    if (!(issuer.subject() == below->issuer()) || !below->verify(issuer.public_key()))
      return no("ca.chain", "RFC 5280 §6.1.3(a)",
                named(issuer) + " has not signed " + named(*below) + ", or with SHA-1 or MD5",
                "give the issuers in their order, the authority's own first, the root last");
    if (*length >= 0 && *length < intermediates)
      return no("ca.path-length", "RFC 5280 §4.2.1.9",
                named(issuer) + " allows " + std::to_string(*length) + " CA certificates below it, and " +
                    std::to_string(intermediates) + " would be: nothing that is issued would verify",
                "have it made by a CA whose path length allows it");
    if (auto denial = check_key(issuer.public_key(), blocklist)) {
      denial->detail = "the key of " + named(issuer) + ": " + denial->detail;
      return denial;
    }
    intermediates += issuer.subject() == issuer.issuer() ? 0 : 1;
    below = &issuer;
  }
  if (!(root().subject() == root().issuer()) || !root().verify(root().public_key()))
    return no("ca.chain", "RFC 5280 §6.1", named(root()) + ", the last, is no root: it has not signed itself",
              "give the chain up to the root");
  if (const auto why = verify_path(certificate_, issuers_, now))
    return no("ca.chain", "RFC 5280 §6.1", "it does not verify up to " + named(root()) + ": " + *why);
  return std::nullopt;
}

std::optional<Denial> OutsideCertificate::fault_by_lint(const Profile& profile) const {
  const auto& above = issuers_.front();
  const Issuer issuer{"",
                      above.subject(),
                      above.public_key(),
                      above.validity(),
                      KeyId({}),
                      default_signature(above.public_key().algorithm()),
                      -1,
                      "",
                      "",
                      {}};
  const TbsView view = TbsView::parse(certificate_.to_be_signed());
  const LintInput input{view, issuer, profile, nullptr};
  for (const auto& lint : rfc5280_lints()) {
    if (std::find(k_lints.begin(), k_lints.end(), lint.id) == k_lints.end()) continue;
    std::optional<std::string> complaint;
    try {
      complaint = lint.judge(input);
    } catch (const der::Malformed& malformed) {
      complaint = malformed.what();
    }
    if (complaint) return no(lint.id, lint.clause, *complaint);
  }
  return std::nullopt;
}

}  // namespace inkan::policy
