#include "daemon/setup/plan.h"

#include <algorithm>
#include <set>

#include "daemon/atomic_file.h"
#include "policy/profile/toml_table.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::GeneralNameKind;
using policy::KeyAlgorithm;
using policy::TomlTable;

namespace {

struct KnownAlgorithm {
  const char* name;
  KeyAlgorithm algorithm;
  int rsa_bits;
};
constexpr KnownAlgorithm k_known_algorithms[] = {
    {"P-256", KeyAlgorithm::ec_p256, 0},   {"P-384", KeyAlgorithm::ec_p384, 0},
    {"P-521", KeyAlgorithm::ec_p521, 0},   {"Ed25519", KeyAlgorithm::ed25519, 0},
    {"RSA-3072", KeyAlgorithm::rsa, 3072}, {"RSA-4096", KeyAlgorithm::rsa, 4096}};
constexpr const char* k_file_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

PlannedKey parse_key(TomlTable& toml) {
  PlannedKey key;
  key.token = toml.text("token");
  const std::string algorithm = toml.text("algorithm", "P-256");
  if (!key.set_algorithm(algorithm))
    toml.fail("algorithm", "is \"" + algorithm + "\"; it must be " + PlannedKey::k_algorithms);
  return key;
}

PlannedKey parse_whole_key(TomlTable toml) {
  PlannedKey key = parse_key(toml);
  toml.finish();
  return key;
}

PlannedKey parse_ocsp_key(TomlTable toml) {
  PlannedKey key = parse_key(toml);
  if (!key.fits_ocsp())
    toml.fail("algorithm", std::string("must be ") + PlannedKey::k_ocsp_algorithms +
                               ": clients verify an OCSP response by no other");
  toml.finish();
  return key;
}

policy::Name parse_subject(TomlTable& toml) {
  std::vector<policy::NameAttribute> attributes;
  for (auto& each : toml.tables("subject"))
    for (const auto& type : each.keys()) attributes.push_back({type, each.text(type)});
  auto name = policy::Name::build(attributes);
  if (const auto* denial = policy::denied(name)) toml.fail("subject", denial->detail + "; " + denial->mend);
  return std::get<policy::Name>(std::move(name));
}

PlannedAuthority parse_authority(TomlTable toml) {
  std::string id = toml.text("id");
  if (!PlannedAuthority::is_id(id)) toml.fail("id", "must be 1 to 64 of a-z, 0-9 and -: it stands in URLs");
  std::optional<std::string> issuer;
  if (toml.has("issuer")) issuer = toml.text("issuer");
  std::string profile = toml.text("profile");
  PlannedKey key = parse_whole_key(toml.table("key"));
  policy::Name subject = parse_subject(toml);
  toml.finish();
  return {std::move(id), std::move(issuer), std::move(profile), std::move(key), std::move(subject)};
}

PlannedTls parse_tls(TomlTable toml) {
  PlannedTls tls;
  tls.key = parse_key(toml);
  tls.issuer = toml.text("issuer");
  for (const auto& name : toml.texts("dns")) tls.names.push_back({GeneralNameKind::dns, name});
  for (const auto& name : toml.texts("ip")) tls.names.push_back({GeneralNameKind::ip, name});
  if (tls.names.empty())
    toml.fail("dns", "and `ip` are both empty: clients must be able to check the server's name");
  toml.finish();
  return tls;
}

PlannedIdentity parse_identity(TomlTable toml, const std::filesystem::path& base) {
  const std::string id = toml.text("id"), role_name = toml.text("role");
  if (id.empty() || id.size() > 64 || id.starts_with("system:"))
    toml.fail("id", "must be 1 to 64 characters, not beginning with system:");
  const auto role = policy::role(role_name);
  if (!role)
    toml.fail("role", "is \"" + role_name + "\"; known: web-tier, security-officer, auditor, bank-staff");
  PlannedIdentity identity{id, *role, base / toml.text("csr"), base / toml.text("certificate")};
  toml.finish();
  return identity;
}

PlannedCeremony parse_ceremony(TomlTable toml) {
  PlannedCeremony ceremony{toml.text("name"), static_cast<int>(toml.integer("votes", 2, 16, 2))};
  if (ceremony.name.empty() || ceremony.name.size() > 100)
    toml.fail("name", "must be 1 to 100 octets: it stands at the head of the transcript");
  toml.finish();
  return ceremony;
}

// Their ids are names of files in the ceremony's folder.
void check_ceremony(const Plan& plan, TomlTable& toml) {
  if (plan.officers() < plan.ceremony->votes)
    toml.fail("ceremony", "takes " + std::to_string(plan.ceremony->votes) + " votes, and the plan has " +
                              std::to_string(plan.officers()) +
                              " identities of role security-officer: name as many, or more");
  for (const auto& identity : plan.identities)
    if (identity.id.front() == '.' || identity.id.find_first_not_of(k_file_characters) != std::string::npos)
      toml.fail("identity", "\"" + identity.id +
                                "\" must be of letters, digits, '-', '_' and '.', not beginning with '.': a "
                                "ceremony names files by it");
}

// What one table alone cannot show.
void check(const Plan& plan, TomlTable& toml) {
  std::set<std::string> known;
  for (const auto& authority : plan.authorities) {
    if (authority.issuer && !known.contains(*authority.issuer))
      toml.fail("authority",
                authority.id + " names issuer \"" + *authority.issuer + "\", which does not stand before it");
    if (!known.insert(authority.id).second) toml.fail("authority", authority.id + " stands twice");
  }
  if (known.empty()) toml.fail("authority", "is missing: at least one [[authority]] is needed");
  if (!known.contains(plan.tls.issuer))
    toml.fail("tls", "names issuer \"" + plan.tls.issuer + "\", which is no [[authority]]");
  std::set<std::string> identities;
  for (const auto& identity : plan.identities)
    if (!identities.insert(identity.id).second) toml.fail("identity", identity.id + " stands twice");
  if (plan.ceremony) check_ceremony(plan, toml);
}

}  // namespace

bool PlannedKey::set_algorithm(const std::string& name) {
  for (const auto& known : k_known_algorithms) {
    if (name != known.name) continue;
    algorithm = known.algorithm;
    rsa_bits = known.rsa_bits;
    return true;
  }
  return false;
}

bool PlannedKey::fits_ocsp() const {
  return algorithm != policy::KeyAlgorithm::ed25519 && algorithm != policy::KeyAlgorithm::ec_p521;
}

std::string PlannedKey::algorithm_name(KeyAlgorithm algorithm, int bits) {
  for (const auto& known : k_known_algorithms)
    if (known.algorithm == algorithm && (algorithm != KeyAlgorithm::rsa || known.rsa_bits == bits))
      return known.name;
  return "";
}

bool PlannedAuthority::is_id(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

int Plan::officers() const {
  return static_cast<int>(std::count_if(
      identities.begin(), identities.end(),
      [](const PlannedIdentity& identity) { return identity.role == policy::Role::security_officer; }));
}

Plan Plan::load(const std::filesystem::path& file) {
  const auto document = read_file(file);
  if (!document)
    throw Error(ErrorCode::config,
                "the plan " + file.string() + " cannot be read: check the path and its permissions");
  const toml::table parsed = TomlTable::parse(*document, file.string());
  const auto base = std::filesystem::absolute(file).parent_path();
  TomlTable toml(parsed, "", file.string());
  Plan plan;
  plan.file = file;
  plan.sha256 = policy::sha256(policy::as_bytes(*document)).hex();
  plan.config = base / toml.text("config");
  for (auto& each : toml.tables("authority")) plan.authorities.push_back(parse_authority(std::move(each)));
  plan.tls = parse_tls(toml.table("tls"));
  plan.ledger = parse_whole_key(toml.table("ledger"));
  plan.evidence = parse_whole_key(toml.table("evidence"));
  if (toml.has("ocsp")) plan.ocsp = parse_ocsp_key(toml.table("ocsp"));
  for (auto& each : toml.tables("probe")) plan.probes.push_back(parse_whole_key(std::move(each)));
  for (auto& each : toml.tables("identity")) plan.identities.push_back(parse_identity(std::move(each), base));
  if (toml.has("ceremony")) plan.ceremony = parse_ceremony(toml.table("ceremony"));
  check(plan, toml);
  toml.finish();
  return plan;
}

}  // namespace inkan::daemon
