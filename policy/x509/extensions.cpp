#include "policy/x509/extensions.h"

#include "policy/der/writer.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

Bytes uri(std::string_view text) {
  return der::tlv(der::context(6), as_bytes(text));
}

Bytes basic_constraints(const Profile& profile) {
  // cA is DEFAULT FALSE, so an end entity's is an empty sequence.
  if (!profile.ca) return der::sequence({});
  return der::sequence(
      {der::boolean_true(), profile.path_length < 0 ? Bytes{} : der::integer(profile.path_length)});
}

Bytes key_usage(const Profile& profile) {
  std::uint32_t bits = 0;
  for (const auto usage : profile.key_usage) bits |= 1u << static_cast<unsigned>(usage);
  return der::named_bits(bits);
}

Bytes oid_list(const std::vector<std::string>& oids, bool each_in_sequence) {
  Bytes content;
  for (const auto& text : oids) {
    const Bytes one = each_in_sequence ? der::sequence({der::oid(text)}) : der::oid(text);
    content.insert(content.end(), one.begin(), one.end());
  }
  return der::tlv(der::k_sequence, content);
}

// RFC 5280 §4.2.1.13: one point, by fullName, for all reasons.
Bytes crl_distribution_points(const std::string& url) {
  const Bytes full_name = der::tlv(der::context_constructed(0), uri(url));
  return der::sequence({der::sequence({der::tlv(der::context_constructed(0), full_name)})});
}

// RFC 5280 §4.2.2.1. A responder's own status is not asked for (RFC 6960 §4.2.2.2.1): it names none.
Bytes authority_info_access(const Profile& profile, const Issuer& issuer) {
  const auto access = [](const char* method, const std::string& url) {
    return url.empty() ? Bytes{} : der::sequence({der::oid(method), uri(url)});
  };
  return der::sequence({access(oid::k_ocsp, profile.ocsp_no_check ? "" : issuer.ocsp_url),
                        access(oid::k_ca_issuers, issuer.ca_issuers_url)});
}

}  // namespace

std::vector<Extension> build_extensions(const Profile& profile, const Issuer& issuer,
                                        const IssuanceRequest& request) {
  std::vector<Extension> all;
  if (!profile.self_signed)
    all.push_back({oid::k_authority_key_identifier, false,
                   der::sequence({der::tlv(der::context(0), issuer.key_identifier())})});
  all.push_back(
      {oid::k_subject_key_identifier, false, der::octet_string(request.public_key().key_identifier())});
  all.push_back({oid::k_basic_constraints, true, basic_constraints(profile)});
  all.push_back({oid::k_key_usage, true, key_usage(profile)});
  if (!profile.extended_key_usage.empty())
    all.push_back({oid::k_extended_key_usage, false, oid_list(profile.extended_key_usage, false)});
  if (!profile.certificate_policies.empty())
    all.push_back({oid::k_certificate_policies, false, oid_list(profile.certificate_policies, true)});
  if (!request.subject_alt_names().empty())
    // RFC 5280 §4.2.1.6: critical if there is no subject.
    all.push_back({oid::k_subject_alt_name, request.subject().empty(),
                   encode_general_names(request.subject_alt_names())});
  if (!profile.self_signed && !issuer.crl_url.empty())
    all.push_back({oid::k_crl_distribution_points, false, crl_distribution_points(issuer.crl_url)});
  if (!profile.self_signed && !issuer.ca_issuers_url.empty())
    all.push_back({oid::k_authority_info_access, false, authority_info_access(profile, issuer)});
  if (profile.ocsp_no_check) all.push_back({oid::k_ocsp_no_check, false, Bytes{der::k_null, 0}});
  return all;
}

std::vector<Extension> requested_extensions(const Profile& profile, const PublicKey& key) {
  return {{oid::k_subject_key_identifier, false, der::octet_string(key.key_identifier())},
          {oid::k_basic_constraints, true, basic_constraints(profile)},
          {oid::k_key_usage, true, key_usage(profile)}};
}

std::map<std::string, std::string> field_origins(const Profile& profile, const Issuer& issuer,
                                                 const IssuanceRequest& request) {
  const std::string by_profile = profile.label(), by_issuer = "authority " + issuer.id;
  std::map<std::string, std::string> origins = {
      {"version", "RFC 5280 §4.1.2.1"},  {"serial", "drawn for this certificate"},
      {"signature", by_issuer},          {"issuer", by_issuer},
      {"validity", by_profile},          {"subject", request.subject_origin()},
      {"public_key", "request"},         {"subject_key_identifier", "public key, RFC 7093 §2 method 1"},
      {"basic_constraints", by_profile}, {"key_usage", by_profile},
  };
  if (!profile.self_signed) origins["authority_key_identifier"] = by_issuer;
  if (!profile.extended_key_usage.empty()) origins["extended_key_usage"] = by_profile;
  if (!profile.certificate_policies.empty()) origins["certificate_policies"] = by_profile;
  if (!request.subject_alt_names().empty())
    origins["subject_alt_name"] = "request, as " + by_profile + " allows";
  if (!profile.self_signed && !issuer.crl_url.empty()) origins["crl_distribution_points"] = by_issuer;
  if (!profile.self_signed && !issuer.ca_issuers_url.empty()) origins["authority_info_access"] = by_issuer;
  if (profile.ocsp_no_check) origins["ocsp_no_check"] = by_profile;
  return origins;
}

}  // namespace inkan::policy
