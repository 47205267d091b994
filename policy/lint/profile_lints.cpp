#include <algorithm>

#include "policy/lint/lint.h"
#include "policy/lint/publication.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using Complaint = std::optional<std::string>;
using der::Reader;

// Whether an extension is there must be what profile and issuer say; nothing else may ride along.
Complaint extension_set_is_the_profiles(const LintInput& in) {
  struct Wish {
    const char* extension;
    bool wanted;
  };
  const auto& profile = in.profile;
  const Wish wishes[] = {
      {oid::k_subject_key_identifier, true},
      {oid::k_basic_constraints, true},
      {oid::k_key_usage, true},
      {oid::k_authority_key_identifier, !profile.self_signed},
      {oid::k_extended_key_usage, !profile.extended_key_usage.empty()},
      {oid::k_certificate_policies, !profile.certificate_policies.empty()},
      {oid::k_crl_distribution_points, !profile.self_signed && !in.issuer.crl_url.empty()},
      {oid::k_authority_info_access, !profile.self_signed && !in.issuer.ca_issuers_url.empty()},
      {oid::k_ocsp_no_check, profile.ocsp_no_check},
  };
  for (const auto& [extension, wanted] : wishes)
    if (wanted && !in.tbs.find(extension)) return "extension " + std::string(extension) + " is missing";
  for (const auto& found : in.tbs.extensions) {
    const bool wanted = found.oid == oid::k_subject_alt_name ||
                        std::any_of(std::begin(wishes), std::end(wishes), [&](const Wish& wish) {
                          return wish.wanted && found.oid == wish.extension;
                        });
    if (!wanted) return "extension " + found.oid + " is not in the profile";
  }
  return std::nullopt;
}

// What a verifier must understand is the same in every certificate: only the profile's own limits, and the
// names where nothing else names the subject (RFC 5280 §§4.2.1.3, 4.2.1.6, 4.2.1.9).
Complaint criticality_is_fixed(const LintInput& in) {
  const bool names_only = in.tbs.subject.size() <= 2;
  for (const auto& extension : in.tbs.extensions) {
    const bool wanted = extension.oid == oid::k_basic_constraints || extension.oid == oid::k_key_usage ||
                        (extension.oid == oid::k_subject_alt_name && names_only);
    if (extension.critical != wanted)
      return "extension " + extension.oid + (wanted ? " must be critical" : " must not be critical");
  }
  return std::nullopt;
}

Complaint basic_constraints_are_the_profiles(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_basic_constraints);
  if (!extension) return "basicConstraints is missing";
  Reader whole(extension->value);
  Reader fields = whole.sequence("basicConstraints");
  const bool ca = fields.peek() == der::k_boolean && fields.boolean("cA");
  const std::int64_t path_length = fields.at_end() ? -1 : fields.small_integer("pathLenConstraint");
  if (ca == in.profile.ca && path_length == in.profile.path_length) return std::nullopt;
  return "basicConstraints say cA " + std::string(ca ? "TRUE" : "FALSE") + ", pathLenConstraint " +
         std::to_string(path_length);
}

Complaint key_usage_is_the_profiles(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_key_usage);
  if (!extension) return "keyUsage is missing";
  Reader value(extension->value);
  std::uint32_t wanted = 0;
  for (const auto usage : in.profile.key_usage) wanted |= 1u << static_cast<unsigned>(usage);
  return value.named_bits("keyUsage") == wanted ? std::nullopt : Complaint("keyUsage is not the profile's");
}

Complaint extended_key_usage_is_the_profiles(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_extended_key_usage);
  std::vector<std::string> found;
  if (extension) {
    Reader whole(extension->value);
    Reader list = whole.sequence("extendedKeyUsage");
    while (!list.at_end()) found.push_back(list.oid("KeyPurposeId"));
  }
  return found == in.profile.extended_key_usage ? std::nullopt
                                                : Complaint("extendedKeyUsage is not the profile's");
}

Complaint policies_are_the_profiles(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_certificate_policies);
  std::vector<std::string> found;
  if (extension) {
    Reader whole(extension->value);
    Reader list = whole.sequence("certificatePolicies");
    whole.finish("certificatePolicies");
    while (!list.at_end()) {
      Reader policy = list.sequence("PolicyInformation");
      found.push_back(policy.oid("policyIdentifier"));
      policy.finish("policyIdentifier");  // no qualifiers: RFC 5280 §4.2.1.4 advises against them
    }
  }
  return found == in.profile.certificate_policies ? std::nullopt
                                                  : Complaint("certificatePolicies are not the profile's");
}

Complaint ocsp_no_check_is_null(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_ocsp_no_check);
  if (!extension) return std::nullopt;
  const std::uint8_t null[] = {der::k_null, 0};
  return equal(extension->value, null) ? std::nullopt : Complaint("ocsp-nocheck holds something else");
}

Complaint names_are_of_the_profiles_kinds(const LintInput& in) {
  const auto* extension = in.tbs.find(oid::k_subject_alt_name);
  if (!extension) return in.profile.san_required ? Complaint("subjectAltName is missing") : std::nullopt;
  for (const auto& each : parse_general_names(extension->value))
    if (!in.profile.san_kinds.contains(each.kind)) return "a name of kind " + std::string(name(each.kind));
  return std::nullopt;
}

Complaint subject_is_of_the_profiles_attributes(const LintInput& in) {
  const auto has = [](const std::vector<std::string>& list, const std::string& type) {
    return std::find(list.begin(), list.end(), type) != list.end();
  };
  const Name subject = Name::parse(in.tbs.subject);
  std::vector<std::string> found;
  for (const auto& [type, value] : subject.attributes()) {
    if (!has(in.profile.subject_required, type) && !has(in.profile.subject_optional, type))
      return "attribute " + type;
    found.push_back(type);
  }
  for (const auto& type : in.profile.subject_required)
    if (!has(found, type)) return "attribute " + type + " is missing";
  return std::nullopt;
}

// Rule A01: the span counts both ends, so 366 days are 366 × 86 400 seconds.
Complaint span_is_the_profiles(const LintInput& in) {
  const auto span = in.tbs.not_after - in.tbs.not_before + std::chrono::seconds(1);
  if (span == std::chrono::days(in.profile.validity.days) ||
      (in.profile.validity.may_be_shorter && span < std::chrono::days(in.profile.validity.days)))
    return std::nullopt;
  return "valid for " + std::to_string(span.count()) + " s, not " + std::to_string(in.profile.validity.days) +
         " days";
}

Complaint begins_at_civil_midnight(const LintInput& in) {
  if (in.profile.validity.align != ValidityAlign::day) return std::nullopt;
  const auto local = in.tbs.not_before + in.profile.validity.utc_offset;
  return local == std::chrono::floor<std::chrono::days>(local)
             ? std::nullopt
             : Complaint("notBefore is not 00:00:00 of a civil day");
}

Complaint urls_are_the_issuers(const LintInput& in) {
  const auto* points = in.tbs.find(oid::k_crl_distribution_points);
  if (points && crl_uri(points->value) != in.issuer.crl_url)
    return "the CRL distribution point is not " + in.issuer.crl_url;
  // Lists of shards say that they are of user certificates only; and of a responder nobody asks for one.
  if (in.issuer.crl_shard != k_full_crl && (in.profile.ca || in.profile.ocsp_no_check))
    return "a CA's or responder's certificate names a shard of the CRL";
  const auto* access = in.tbs.find(oid::k_authority_info_access);
  if (!access) return std::nullopt;
  const auto uris = access_uris(access->value);
  if (uris.ca_issuers != in.issuer.ca_issuers_url) return "caIssuers is not " + in.issuer.ca_issuers_url;
  // RFC 6960 §4.2.2.2.1: of a responder itself nobody asks.
  const std::string responder = in.profile.ocsp_no_check ? "" : in.issuer.ocsp_url;
  if (uris.ocsp != responder)
    return responder.empty() ? "it names an OCSP responder" : "the OCSP responder is not " + responder;
  return std::nullopt;
}

}  // namespace

const std::vector<Lint>& profile_lints() {
  static const std::vector<Lint> lints = {
      {"lint.profile.extensions", "profile: extensions", extension_set_is_the_profiles},
      {"lint.profile.critical", "RFC 5280 §4.2", criticality_is_fixed},
      {"lint.profile.basic-constraints", "profile: extensions.ca", basic_constraints_are_the_profiles},
      {"lint.profile.key-usage", "profile: extensions.key_usage", key_usage_is_the_profiles},
      {"lint.profile.extended-key-usage", "profile: extensions.extended_key_usage",
       extended_key_usage_is_the_profiles},
      {"lint.profile.policies", "profile: extensions.certificate_policies", policies_are_the_profiles},
      {"lint.profile.ocsp-no-check", "RFC 6960 §4.2.2.2.1", ocsp_no_check_is_null},
      {"lint.profile.names", "profile: subject_alt_names", names_are_of_the_profiles_kinds},
      {"lint.profile.subject", "profile: subject", subject_is_of_the_profiles_attributes},
      {"lint.profile.span", "profile: validity.days; rules R01, A01", span_is_the_profiles},
      {"lint.profile.midnight", "profile: validity.align; rule A01", begins_at_civil_midnight},
      {"lint.profile.urls", "authority: publication URLs", urls_are_the_issuers},
  };
  return lints;
}

}  // namespace inkan::policy
