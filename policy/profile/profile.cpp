#include "policy/profile/profile.h"

#include <algorithm>
#include <map>

#include "policy/der/reader.h"
#include "policy/profile/toml_table.h"

namespace inkan::policy {
namespace {

const std::map<std::string, KeyUsage> k_key_usage = {
    {"digitalSignature", KeyUsage::digital_signature},
    {"contentCommitment", KeyUsage::content_commitment},
    {"keyEncipherment", KeyUsage::key_encipherment},
    {"dataEncipherment", KeyUsage::data_encipherment},
    {"keyAgreement", KeyUsage::key_agreement},
    {"keyCertSign", KeyUsage::key_cert_sign},
    {"cRLSign", KeyUsage::crl_sign},
};
const std::map<std::string, std::string> k_extended_key_usage = {
    {"serverAuth", "1.3.6.1.5.5.7.3.1"},
    {"clientAuth", "1.3.6.1.5.5.7.3.2"},
    {"emailProtection", "1.3.6.1.5.5.7.3.4"},
    {"OCSPSigning", "1.3.6.1.5.5.7.3.9"},
};
const std::map<std::string, KeyAlgorithm> k_key_algorithm = {
    {"RSA", KeyAlgorithm::rsa},       {"P-256", KeyAlgorithm::ec_p256},   {"P-384", KeyAlgorithm::ec_p384},
    {"P-521", KeyAlgorithm::ec_p521}, {"Ed25519", KeyAlgorithm::ed25519},
};
const std::map<std::string, GeneralNameKind> k_san_kind = {{"dns", GeneralNameKind::dns},
                                                           {"ip", GeneralNameKind::ip},
                                                           {"email", GeneralNameKind::email},
                                                           {"uri", GeneralNameKind::uri}};

template <class Value>
Value known(const std::map<std::string, Value>& table, const std::string& text, const TomlTable& toml,
            const std::string& key) {
  const auto found = table.find(text);
  if (found != table.end()) return found->second;
  std::string all;
  for (const auto& [each, value] : table) all += (all.empty() ? "" : ", ") + each;
  toml.fail(key, "holds \"" + text + "\"; known: " + all);
}

// One spelling only: "2.05.29" would be another text than the lints read back from the certificate.
bool is_oid(const std::string& text) {
  try {
    const Bytes encoded = der::oid(text);
    return der::Reader(encoded).oid("") == text;
  } catch (const std::runtime_error&) {
    return false;  // not an OID, or one with an arc that no reader takes
  }
}

void add_oid(std::vector<std::string>& list, const std::string& oid, const TomlTable& toml,
             const std::string& key) {
  if (!is_oid(oid))
    toml.fail(key,
              "holds \"" + oid +
                  "\", which is neither a known name nor an object identifier such as 1.3.6.1.4.1.99999.1");
  if (std::find(list.begin(), list.end(), oid) != list.end()) toml.fail(key, "names " + oid + " twice");
  list.push_back(oid);
}

ValidityRule parse_validity(TomlTable toml) {
  ValidityRule rule;
  rule.days = static_cast<int>(toml.integer("days", 1, 36525));
  // Said, not assumed: "366 days" has two readings, and only the inclusive one is the rule (R01, RFC 5280
  // §4.1.2.5).
  if (toml.text("count") != "inclusive")
    toml.fail("count", "must be \"inclusive\": the day of issue and the last day both count");
  rule.utc_offset = toml.utc_offset("utc_offset");
  const std::string align = toml.text("align");
  if (align != "day" && align != "instant") toml.fail("align", "must be \"day\" or \"instant\"");
  rule.align = align == "day" ? ValidityAlign::day : ValidityAlign::instant;
  rule.may_be_shorter = toml.boolean("may_be_shorter", false);
  rule.renewal_days = static_cast<int>(toml.integer("renewal_days", 0, rule.days));
  toml.finish();
  return rule;
}

void parse_subject(TomlTable toml, Profile& profile) {
  profile.subject_required = toml.texts("required");
  profile.subject_optional = toml.texts("optional");
  for (const auto* list : {&profile.subject_required, &profile.subject_optional})
    for (const auto& type : *list)
      if (const auto probe = Name::build({{type, type == "C" ? "JP" : "x"}});
          denied(probe) && denied(probe)->rule == "name.type")
        toml.fail(list == &profile.subject_required ? "required" : "optional",
                  "holds an unknown attribute \"" + type + "\"");
  toml.finish();
}

void parse_san(TomlTable toml, Profile& profile) {
  for (const auto& kind : toml.texts("kinds"))
    profile.san_kinds.insert(known(k_san_kind, kind, toml, "kinds"));
  profile.san_required = toml.boolean("required", false);
  profile.wildcards = toml.boolean("wildcards", false);
  if (profile.san_required && profile.san_kinds.empty())
    toml.fail("required", "is true, but `kinds` allows none");
  toml.finish();
}

// What the lints would refuse in every certificate is said once, when the file is read.
void require_sound(const Profile& profile, const TomlTable& toml) {
  const auto has = [](const auto& list, const auto& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  if (profile.self_signed && !profile.ca)
    toml.fail("self_signed", "is for CA certificates only (RFC 5280 §3.2)");
  if (profile.ca != has(profile.key_usage, KeyUsage::key_cert_sign))
    toml.fail("key_usage", "must name keyCertSign if `ca` is true, and only then (RFC 5280 §4.2.1.9)");
  if (!profile.ca && profile.extended_key_usage.empty())
    toml.fail("extended_key_usage", "must name at least one purpose, unless `ca` is true");
  if (has(profile.extended_key_usage, std::string("2.5.29.37.0")))
    toml.fail("extended_key_usage", "names anyExtendedKeyUsage, which allows everything");
  if (profile.ocsp_no_check && !has(profile.extended_key_usage, std::string("1.3.6.1.5.5.7.3.9")))
    toml.fail("ocsp_no_check", "is for OCSPSigning only (RFC 6960 §4.2.2.2.1)");
}

void parse_extensions(TomlTable toml, Profile& profile) {
  profile.ca = toml.boolean("ca", false);
  profile.path_length = static_cast<int>(toml.integer("path_length", 0, 16, -1));
  if (profile.path_length >= 0 && !profile.ca)
    toml.fail("path_length", "is for CA certificates only (RFC 5280 §4.2.1.9)");
  profile.self_signed = toml.boolean("self_signed", false);
  for (const auto& usage : toml.texts("key_usage"))
    profile.key_usage.push_back(known(k_key_usage, usage, toml, "key_usage"));
  if (profile.key_usage.empty()) toml.fail("key_usage", "must name at least one use");
  for (const auto& usage : toml.texts("extended_key_usage")) {
    const auto found = k_extended_key_usage.find(usage);
    add_oid(profile.extended_key_usage, found == k_extended_key_usage.end() ? usage : found->second, toml,
            "extended_key_usage");
  }
  for (const auto& oid : toml.texts("certificate_policies"))
    add_oid(profile.certificate_policies, oid, toml, "certificate_policies");
  profile.ocsp_no_check = toml.boolean("ocsp_no_check", false);
  require_sound(profile, toml);
  toml.finish();
}

}  // namespace

Profile Profile::parse(const std::string& document, const std::string& file_name) {
  const toml::table parsed = TomlTable::parse(document, file_name);
  TomlTable toml(parsed, "", file_name);
  Profile profile(document);
  profile.name = toml.text("name");
  if (profile.name.empty() || profile.name.size() > 64 ||
      profile.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    toml.fail("name", "must be 1 to 64 of a-z, 0-9 and -");
  profile.version = static_cast<int>(toml.integer("version", 1, 1'000'000));
  profile.description = toml.text("description");
  for (const auto& text : toml.texts("roles")) {
    const auto known_role = text == "system" ? std::optional(Role::system) : role(text);
    if (!known_role)
      toml.fail("roles",
                "holds \"" + text + "\"; known: web-tier, security-officer, auditor, bank-staff, system");
    profile.roles.insert(*known_role);
  }
  if (profile.roles.empty())
    toml.fail("roles", "must name who may ask for this profile; there is no default");
  profile.validity = parse_validity(toml.table("validity"));
  parse_subject(toml.table("subject"), profile);
  parse_san(toml.table_or_empty("subject_alt_names"), profile);
  for (const auto& text : toml.texts("key_algorithms"))
    profile.key_algorithms.insert(known(k_key_algorithm, text, toml, "key_algorithms"));
  if (profile.key_algorithms.empty()) toml.fail("key_algorithms", "must name at least one algorithm");
  parse_extensions(toml.table("extensions"), profile);
  if (profile.ca && profile.subject_required.empty())
    toml.fail("subject", "must require an attribute: a CA's subject is not empty (RFC 5280 §4.1.2.6)");
  toml.finish();
  return profile;
}

ProfileSet::ProfileSet(std::vector<Profile> profiles) : profiles_(std::move(profiles)) {
  if (profiles_.empty()) throw Error(ErrorCode::config, "no profile is configured: nothing could be issued");
  for (const auto& profile : profiles_)
    if (find(profile.name) != &profile)
      throw Error(ErrorCode::config, "profile \"" + profile.name + "\" is defined twice; rename one of them");
}

const std::vector<Profile>& ProfileSet::built_in() {
  static const char* const k_documents[] = {
#include "builtin_profiles.inc"
  };
  static const auto profiles = [] {
    std::vector<Profile> all;
    for (const auto* document : k_documents) all.push_back(Profile::parse(document, "built-in profile"));
    return all;
  }();
  return profiles;
}

const Profile* ProfileSet::find(std::string_view name) const {
  for (const auto& profile : profiles_)
    if (profile.name == name) return &profile;
  return nullptr;
}

}  // namespace inkan::policy
