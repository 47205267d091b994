#include "policy/lint/lint.h"
#include "policy/lint/publication.h"
#include "policy/types/serial.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using Complaint = std::optional<std::string>;
using der::Reader;

Complaint version_is_v3(const LintInput& in) {
  if (in.tbs.version == 2) return std::nullopt;
  return "version is " + std::to_string(in.tbs.version + 1) + ", extensions need 3";
}

Complaint serial_is_positive(const LintInput& in) {
  if (Serial::from_content(in.tbs.serial)) return std::nullopt;
  return "serial number " + to_hex(in.tbs.serial) + " is not a positive integer of at most 20 octets";
}

Complaint signature_is_the_issuers(const LintInput& in) {
  if (equal(in.tbs.signature_algorithm, algorithm_identifier(in.issuer.signature_algorithm)))
    return std::nullopt;
  return "the signature algorithm is not the issuer's " + std::string(name(in.issuer.signature_algorithm));
}

Complaint algorithm_fits_the_issuers_key(const LintInput& in) {
  if (fits(in.issuer.signature_algorithm, in.issuer.public_key.algorithm())) return std::nullopt;
  return std::string(name(in.issuer.signature_algorithm)) + " cannot be made with a key of " +
         std::string(name(in.issuer.public_key.algorithm()));
}

// RFC 5280 §4.1.2.4: names chain byte for byte, so that no verifier's name matching matters.
Complaint issuer_is_the_issuers_subject(const LintInput& in) {
  if (equal(in.tbs.issuer, in.issuer.subject.der())) return std::nullopt;
  return "the issuer name differs from the issuing authority's subject";
}

Complaint issuer_is_not_empty(const LintInput& in) {
  return in.tbs.issuer.size() > 2 ? std::nullopt : Complaint("the issuer name is empty");
}

Complaint times_use_the_right_type(const LintInput& in) {
  const auto right = [](Instant t) {
    return t < Instant(std::chrono::seconds(2524608000)) ? der::k_utc_time : der::k_generalized_time;
  };
  if (in.tbs.not_before_tag == right(in.tbs.not_before) && in.tbs.not_after_tag == right(in.tbs.not_after))
    return std::nullopt;
  return "a time through 2049 is UTCTime, later ones GeneralizedTime";
}

Complaint validity_is_in_order(const LintInput& in) {
  return in.tbs.not_before <= in.tbs.not_after ? std::nullopt : Complaint("notAfter is before notBefore");
}

Complaint validity_lies_in_the_issuers(const LintInput& in) {
  if (in.profile.self_signed) return std::nullopt;
  const Validity& issuers = in.issuer.validity;
  return issuers.covers(in.tbs.not_before) && issuers.covers(in.tbs.not_after)
             ? std::nullopt
             : Complaint("the certificate is valid outside its issuer's validity");
}

Complaint subject_or_critical_names(const LintInput& in) {
  if (in.tbs.subject.size() > 2) return std::nullopt;
  if (in.profile.ca) return "a CA's subject is empty";
  const auto* names = in.tbs.find(oid::k_subject_alt_name);
  if (names && names->critical) return std::nullopt;
  return "an empty subject needs a critical subjectAltName";
}

Complaint key_parses(const LintInput& in) {
  // The very octets that made the request's key: what was found of them then is so now.
  if (in.parsed && equal(in.tbs.spki, in.parsed->spki())) return std::nullopt;
  const auto key = PublicKey::parse(in.tbs.spki);
  if (const auto* denial = denied(key)) return "the subject's key does not parse: " + denial->detail;
  return std::nullopt;
}

Complaint extensions_are_unique(const LintInput& in) {
  // A dozen at most in what a profile builds; DER of another origin never comes here.
  const auto& all = in.tbs.extensions;
  for (auto each = all.begin(); each != all.end(); ++each)
    if (in.tbs.find(each->oid) != &*each) return "extension " + each->oid + " stands twice";
  return all.empty() ? Complaint("there are no extensions") : std::nullopt;
}

Complaint no_default_is_encoded(const LintInput& in) {
  for (const auto& extension : in.tbs.extensions)
    if (extension.critical_false_encoded)
      return "extension " + extension.oid + " encodes critical FALSE (X.690 §11.5)";
  return std::nullopt;
}

Complaint authority_key_is_the_issuers(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_authority_key_identifier);
  if (!extension)
    return in.profile.self_signed ? std::nullopt : Complaint("authorityKeyIdentifier is missing");
  if (extension->critical) return "authorityKeyIdentifier must not be critical";
  Reader whole(extension->value);
  Reader fields = whole.sequence("authorityKeyIdentifier");
  whole.finish("authorityKeyIdentifier");
  const auto identifier = fields.expect(der::context(0), "keyIdentifier").content;
  fields.finish("keyIdentifier");
  return equal(identifier, in.issuer.key_identifier())
             ? std::nullopt
             : Complaint("authorityKeyIdentifier is not the issuer's key identifier");
}

// RFC 7093 §2 method 1, computed anew from the bytes: another's identifier would break path building.
Complaint subject_key_identifier_is_the_keys(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_subject_key_identifier);
  if (!extension) return "subjectKeyIdentifier is missing";
  if (extension->critical) return "subjectKeyIdentifier must not be critical";
  Reader value(extension->value);
  const auto identifier = value.expect(der::k_octet_string, "subjectKeyIdentifier").content;
  value.finish("subjectKeyIdentifier");
  Reader key(in.tbs.spki);
  Reader fields = key.sequence("subjectPublicKeyInfo");
  fields.expect(der::k_sequence, "algorithm");
  const Sha256 hash = sha256(fields.bit_string("subjectPublicKey"));
  return equal(identifier, hash.bytes().first(20))
             ? std::nullopt
             : Complaint("subjectKeyIdentifier is not that of the subject's key");
}

struct Constraints {
  bool ca = false;
  std::optional<std::int64_t> path_length;
};

Constraints constraints_of(const TbsView::Extension& extension) {
  Reader whole(extension.value);
  Reader fields = whole.sequence("basicConstraints");
  whole.finish("basicConstraints");
  Constraints found;
  if (fields.peek() == der::k_boolean && !(found.ca = fields.boolean("cA")))
    throw der::Malformed("basicConstraints encodes the default FALSE (X.690 §11.5)", 0);
  if (!fields.at_end()) found.path_length = fields.small_integer("pathLenConstraint");
  fields.finish("basicConstraints");
  return found;
}

Complaint basic_constraints_are_sound(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_basic_constraints);
  if (!extension)
    return in.profile.ca ? Complaint("basicConstraints is missing in a CA certificate") : std::nullopt;
  const Constraints found = constraints_of(*extension);
  if (found.ca && !extension->critical) return "basicConstraints must be critical in a CA certificate";
  if (found.path_length && (!found.ca || *found.path_length < 0))
    return "pathLenConstraint is for CAs, and not negative";
  return std::nullopt;
}

Complaint key_usage_is_sound(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_key_usage);
  if (!extension) return "keyUsage is missing";
  if (!extension->critical) return "keyUsage should be critical";
  Reader value(extension->value);
  const std::uint32_t bits = value.named_bits("keyUsage");
  value.finish("keyUsage");
  if (!bits) return "keyUsage has no bit set";
  const auto* constraints = in.tbs.find(oid::k_basic_constraints);
  const bool ca = constraints && constraints_of(*constraints).ca;
  const bool signs_certificates = bits >> static_cast<unsigned>(KeyUsage::key_cert_sign) & 1;
  if (ca != signs_certificates) return "keyCertSign goes with cA TRUE and only with it (§4.2.1.9)";
  return std::nullopt;
}

Complaint extended_key_usage_is_sound(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_extended_key_usage);
  if (!extension)
    return in.profile.ca ? std::nullopt
                         : Complaint("extendedKeyUsage is missing in an end entity's certificate");
  Reader whole(extension->value);
  Reader list = whole.sequence("extendedKeyUsage");
  whole.finish("extendedKeyUsage");
  if (list.at_end()) return "extendedKeyUsage is empty";
  while (!list.at_end())
    if (list.oid("KeyPurposeId") == "2.5.29.37.0") return "anyExtendedKeyUsage says nothing and allows all";
  return std::nullopt;
}

Complaint subject_alt_names_are_sound(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_subject_alt_name);
  if (extension) parse_general_names(extension->value);  // throws for an empty list too
  return std::nullopt;
}

// One URI per point, http so that fetching it needs no certificate in turn (RFC 5280 §8).
Complaint urls_are_http(const LintInput& in) {
  const auto* points = in.tbs.find(oid::k_crl_distribution_points);
  if (points && !crl_uri(points->value).starts_with("http://")) return "the CRL's URI is not http";
  const auto* access = in.tbs.find(oid::k_authority_info_access);
  if (access && access->critical) return "authorityInfoAccess must not be critical";
  if (!access) return std::nullopt;
  const auto uris = access_uris(access->value);
  for (const auto& uri : {uris.ocsp, uris.ca_issuers})
    if (!uri.empty() && !uri.starts_with("http://")) return "a URI of authorityInfoAccess is not http";
  return std::nullopt;
}

// A certificate must not be its own issuer by accident: same key, or same name with another key.
Complaint self_issue_is_meant(const LintInput& in) {
  const bool same_name = equal(in.tbs.subject, in.tbs.issuer);
  const bool same_key = equal(in.tbs.spki, in.issuer.public_key.spki());
  if (same_key != in.profile.self_signed)
    return same_key ? Complaint("the subject's key is the issuer's own")
                    : Complaint("a self-signed certificate with another's key");
  if (same_name != in.profile.self_signed)
    return same_name ? Complaint("the subject has the issuer's name")
                     : Complaint("a self-signed certificate with another's name");
  return std::nullopt;
}

}  // namespace

const std::vector<Lint>& rfc5280_lints() {
  static const std::vector<Lint> lints = {
      {"lint.version", "RFC 5280 §4.1.2.1", version_is_v3},
      {"lint.serial", "RFC 5280 §4.1.2.2", serial_is_positive},
      {"lint.signature", "RFC 5280 §4.1.1.2, §4.1.2.3", signature_is_the_issuers},
      {"lint.signature-key", "RFC 5758 §3.2; RFC 4055 §5", algorithm_fits_the_issuers_key},
      {"lint.issuer", "RFC 5280 §4.1.2.4, §6.1.3(a)(4)", issuer_is_the_issuers_subject},
      {"lint.issuer-empty", "RFC 5280 §4.1.2.4", issuer_is_not_empty},
      {"lint.time-type", "RFC 5280 §4.1.2.5", times_use_the_right_type},
      {"lint.validity-order", "RFC 5280 §4.1.2.5", validity_is_in_order},
      {"lint.validity-nesting", "rule A02", validity_lies_in_the_issuers},
      {"lint.subject", "RFC 5280 §4.1.2.6, §4.2.1.6", subject_or_critical_names},
      {"lint.key", "RFC 5280 §4.1.2.7", key_parses},
      {"lint.extensions-unique", "RFC 5280 §4.2", extensions_are_unique},
      {"lint.critical-default", "X.690 §11.5", no_default_is_encoded},
      {"lint.authority-key", "RFC 5280 §4.2.1.1", authority_key_is_the_issuers},
      {"lint.subject-key", "RFC 5280 §4.2.1.2; RFC 7093 §2", subject_key_identifier_is_the_keys},
      {"lint.basic-constraints", "RFC 5280 §4.2.1.9", basic_constraints_are_sound},
      {"lint.key-usage", "RFC 5280 §4.2.1.3", key_usage_is_sound},
      {"lint.extended-key-usage", "RFC 5280 §4.2.1.12", extended_key_usage_is_sound},
      {"lint.subject-alt-name", "RFC 5280 §4.2.1.6", subject_alt_names_are_sound},
      {"lint.urls", "RFC 5280 §4.2.1.13, §4.2.2.1, §8", urls_are_http},
      {"lint.self-issue", "RFC 5280 §3.2", self_issue_is_meant},
  };
  return lints;
}

}  // namespace inkan::policy
