#include "daemon/config.h"

#include <algorithm>
#include <set>

#include "api/page/origin.h"
#include "daemon/atomic_file.h"
#include "daemon/config_subscribers.h"
#include "daemon/witness/http.h"
#include "policy/profile/toml_table.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::TomlTable;

namespace {

std::string read_or_refuse(const std::filesystem::path& file, const char* what) {
  auto text = read_file(file);
  if (!text)
    throw Error(ErrorCode::config, std::string(what) + " " + file.string() +
                                       " cannot be read: check the path and its permissions");
  return *text;
}

Endpoint parse_endpoint(TomlTable& toml, const std::string& key) {
  auto [host, port] = toml.host_and_port(key);
  return {std::move(host), port};
}

// This machine alone, unless the operator says more: there is neither TLS nor a password.
Endpoint parse_metrics(TomlTable toml) {
  auto endpoint = toml.has("address") ? parse_endpoint(toml, "address") : Endpoint{"127.0.0.1", 9464};
  toml.finish();
  return endpoint;
}

std::chrono::milliseconds parse_milliseconds(TomlTable& toml, const std::string& key,
                                             std::chrono::milliseconds otherwise) {
  return std::chrono::milliseconds(toml.integer(key, 10, 600'000, otherwise.count()));
}

void parse_limits(TomlTable toml, Config& config) {
  auto& l = config.limits;
  const auto count = [&](const char* key, std::size_t otherwise, std::int64_t most) {
    return static_cast<std::size_t>(toml.integer(key, 1, most, static_cast<std::int64_t>(otherwise)));
  };
  l.body_bytes = count("body_bytes", l.body_bytes, 16 << 20);
  l.header_bytes = count("header_bytes", l.header_bytes, 1 << 20);
  l.connections = count("connections", l.connections, 4096);
  l.connections_per_address = count("connections_per_address", l.connections_per_address, 4096);
  auto& d = config.deadlines;
  d.handshake = parse_milliseconds(toml, "handshake_ms", d.handshake);
  d.header = parse_milliseconds(toml, "header_ms", d.header);
  d.body = parse_milliseconds(toml, "body_ms", d.body);
  d.write = parse_milliseconds(toml, "write_ms", d.write);
  d.idle = parse_milliseconds(toml, "idle_ms", d.idle);
  d.call = parse_milliseconds(toml, "call_ms", d.call);
  toml.finish();
}

std::string not_empty(TomlTable& toml, const std::string& key, const char* what) {
  auto text = toml.text(key);
  if (text.empty()) toml.fail(key, std::string("is empty; it must name ") + what);
  return text;
}

void parse_pin(TomlTable& toml, const std::filesystem::path& base, TokenSettings& settings) {
  settings.pin_entry = toml.boolean("pin_entry", false);
  const bool file = toml.has("pin_file"), credential = toml.has("pin_credential");
  if (file + credential + settings.pin_entry != 1)
    toml.fail(
        "pin_file",
        "or `pin_credential`, or `pin_entry = true` is needed, and only one of them: where the PIN comes "
        "from. A credential is what systemd's LoadCredential= hands over; entered PINs come by `inkan "
        "unlock` at each start");
  if (file) settings.pin_file = base / not_empty(toml, "pin_file", "a file with the PIN");
  if (credential)
    settings.pin_credential = not_empty(toml, "pin_credential", "a LoadCredential= line of the unit");
  if (settings.pin_credential.find('/') != std::string::npos)
    toml.fail("pin_credential", "is a name, not a path: that of a LoadCredential= line of the unit");
}

TokenSettings parse_token(TomlTable toml, const std::filesystem::path& base) {
  TokenSettings settings;
  auto& t = settings.token;
  t.name = toml.text("name");
  t.module = base / toml.text("module");
  t.init_args = toml.text("init_args", "");
  t.label = toml.text("label");
  t.serial = toml.text("serial", "");
  t.sessions = static_cast<int>(toml.integer("sessions", 1, 256, t.sessions));
  t.queue_limit = static_cast<int>(toml.integer("queue_limit", 1, 1'000'000, t.queue_limit));
  t.open_deadline = std::chrono::seconds(toml.integer("open_deadline_s", 1, 600, t.open_deadline.count()));
  t.queue_deadline = parse_milliseconds(toml, "queue_deadline_ms", t.queue_deadline);
  t.slow_call = parse_milliseconds(toml, "slow_call_ms", t.slow_call);
  settings.stuck_exit =
      std::chrono::seconds(toml.integer("stuck_exit_s", 0, 86'400, settings.stuck_exit.count()));
  if (toml.has("standby_for")) settings.standby_for = not_empty(toml, "standby_for", "another token");
  parse_pin(toml, base, settings);
  toml.finish();
  return settings;
}

void check_standbys(const TomlTable& toml, const std::vector<TokenSettings>& tokens) {
  std::set<std::string> taken;
  for (const auto& each : tokens) {
    if (each.standby_for.empty()) continue;
    const bool known = std::any_of(tokens.begin(), tokens.end(), [&](const auto& other) {
      return other.token.name == each.standby_for && other.standby_for.empty();
    });
    const std::string what = "\"" + each.token.name + "\" stands by for \"" + each.standby_for + "\", ";
    if (!known) toml.fail("token", what + "which must be the name of a [[token]] that is no standby itself");
    if (!taken.insert(each.standby_for).second)
      toml.fail("token", what + "which has a standby already: one each");
  }
}

policy::CosignatureVerifier parse_witness_key(TomlTable& toml) {
  const std::string text = toml.text("verifier_key");
  try {
    return policy::CosignatureVerifier::parse(text);
  } catch (const Error& error) {
    toml.fail("verifier_key", std::string("is not one: ") + error.what());
  }
}

witness::HttpAddress parse_witness_url(TomlTable& toml) {
  const std::string text = toml.text("url");
  try {
    return witness::HttpAddress::parse(text);
  } catch (const Error& error) {
    toml.fail("url", std::string("is wrong: ") + error.what());
  }
}

WitnessSettings parse_witness(TomlTable toml, const std::filesystem::path& base) {
  WitnessSettings settings{parse_witness_key(toml), parse_witness_url(toml), {}};
  if (toml.has("ca")) {
    if (!settings.address.tls) toml.fail("ca", "is for https, and `url` is http");
    settings.ca = base / not_empty(toml, "ca", "a PEM file");
    read_or_refuse(settings.ca, "the witness's CA file");
  }
  toml.finish();
  return settings;
}

void check_witnesses(const TomlTable& toml, const std::vector<WitnessSettings>& witnesses) {
  std::set<std::string> taken;
  for (const auto& each : witnesses)
    if (!taken.insert(each.verifier.name()).second)
      toml.fail("witness", "has the name \"" + each.verifier.name() + "\" twice");
}

CrlSchedule parse_crl(TomlTable toml) {
  CrlSchedule schedule;
  schedule.next_update = std::chrono::hours(toml.integer("next_update_hours", 1, 24 * 366, 7 * 24));
  schedule.refresh = std::chrono::hours(toml.integer("refresh_hours", 1, 24 * 366, 24));
  if (schedule.refresh >= schedule.next_update)
    toml.fail("refresh_hours", "must be less than next_update_hours, or a CRL would expire before the next");
  schedule.shards = static_cast<int>(toml.integer("shards", 1, policy::k_most_crl_shards, schedule.shards));
  toml.finish();
  return schedule;
}

OcspSettings parse_ocsp(TomlTable toml) {
  OcspSettings settings;
  settings.validity = std::chrono::hours(toml.integer("next_update_hours", 1, 24 * 14, 96));
  settings.max_age = std::chrono::seconds(toml.integer("max_age_s", 0, 24 * 3600, settings.max_age.count()));
  if (settings.max_age * 2 > settings.validity)
    toml.fail("max_age_s",
              "must be at most half of next_update_hours, or caches would keep what has expired");
  settings.cache = static_cast<std::size_t>(toml.integer("cache", 1, 10'000'000, 20'000));
  settings.on_demand = static_cast<double>(toml.integer("on_demand_per_second", 0, 1'000'000, 100));
  settings.on_demand_per_address =
      static_cast<double>(toml.integer("on_demand_per_address_per_second", 0, 1'000'000, 10));
  toml.finish();
  return settings;
}

ApprovalRules parse_approval(TomlTable toml) {
  ApprovalRules rules;
  rules.votes = static_cast<int>(toml.integer("votes", 2, 16, rules.votes));
  rules.expires = std::chrono::hours(toml.integer("expires_hours", 1, 24 * 366, rules.expires.count()));
  toml.finish();
  return rules;
}

// Beyond the most, one transaction would keep the others waiting.
int parse_revocation(TomlTable toml, int otherwise) {
  const auto alone = static_cast<int>(toml.integer("alone", 0, 1000, otherwise));
  toml.finish();
  return alone;
}

StaffSettings parse_staff(TomlTable toml, const std::filesystem::path& base) {
  StaffSettings settings{base / not_empty(toml, "page", "the folder of the built page"), toml.text("origin")};
  if (!api::is_https_origin(settings.origin))
    toml.fail("origin", "is \"" + settings.origin + "\"; " + api::k_origin_mend);
  toml.finish();
  return settings;
}

std::string parse_base_url(TomlTable& toml) {
  std::string url = toml.text("base_url");
  while (url.ends_with('/')) url.pop_back();
  // RFC 5280 §8: fetching a CRL over https would need a certificate whose CRL one is fetching.
  if (!url.starts_with("http://") || url.size() < 8)
    toml.fail(
        "base_url",
        "is \"" + url +
            "\"; it must begin with http://: certificates carry it, and status must not need TLS to be read");
  return url;
}

}  // namespace

Config Config::load(const std::filesystem::path& file) {
  const std::string document = read_or_refuse(file, "the configuration file");
  const toml::table parsed = TomlTable::parse(document, file.string());
  const auto base = std::filesystem::absolute(file).parent_path();
  TomlTable toml(parsed, "", file.string());
  Config config;
  config.file = file;
  config.document = document;
  config.sha256 = policy::sha256(policy::as_bytes(document)).hex();
  config.state_dir = base / toml.text("state_dir");
  config.node = toml.text("node");
  auto api = toml.table("api");
  config.api = parse_endpoint(api, "address");
  api.finish();
  auto reads = toml.table("public");
  config.public_reads = parse_endpoint(reads, "address");
  config.base_url = parse_base_url(reads);
  reads.finish();
  if (toml.has("metrics")) config.metrics = parse_metrics(toml.table("metrics"));
  parse_limits(toml.table_or_empty("limits"), config);
  for (auto& each : toml.tables("token")) config.tokens.push_back(parse_token(std::move(each), base));
  if (config.tokens.empty()) toml.fail("token", "is missing: at least one [[token]] is needed");
  for (const auto& each : config.tokens)
    if (std::count_if(config.tokens.begin(), config.tokens.end(),
                      [&](const auto& other) { return other.token.name == each.token.name; }) > 1)
      toml.fail("token", "has the name \"" + each.token.name + "\" twice");
  check_standbys(toml, config.tokens);
  auto ledger = toml.table("ledger");
  config.ledger_origin = ledger.text("origin");
  ledger.finish();
  for (auto& each : toml.tables("witness")) config.witnesses.push_back(parse_witness(std::move(each), base));
  check_witnesses(toml, config.witnesses);
  config.crl = parse_crl(toml.table_or_empty("crl"));
  config.ocsp = parse_ocsp(toml.table_or_empty("ocsp"));
  if (toml.has("subscribers")) config.subscribers = parse_subscribers(toml.table("subscribers"), base);
  if (toml.has("mail")) config.mail = parse_mail_settings(toml.table("mail"), base);
  require_mail(toml, config.subscribers, config.mail.has_value());
  if (toml.has("staff")) config.staff = parse_staff(toml.table("staff"), base);
  if (config.staff && !config.subscribers)
    toml.fail("staff", "is of no use without [subscribers]: the page is there for them");
  config.approval = parse_approval(toml.table_or_empty("approval"));
  config.revoke_alone = parse_revocation(toml.table_or_empty("revocation"), config.revoke_alone);
  for (const auto& path : toml.texts("blocked_keys")) config.blocked_keys.push_back(base / path);
  for (const auto& path : toml.texts("profiles")) config.profiles.push_back(base / path);
  toml.finish();
  return config;
}

policy::ProfileSet load_profiles(const Config& config) {
  auto all = policy::ProfileSet::built_in();
  for (const auto& file : config.profiles)
    all.push_back(policy::Profile::parse(read_or_refuse(file, "the profile"), file.string()));
  return policy::ProfileSet(std::move(all));
}

policy::KeyBlocklist load_own_blocklist(const Config& config) {
  policy::KeyBlocklist list;
  for (const auto& file : config.blocked_keys)
    list.merge(policy::KeyBlocklist::parse(read_or_refuse(file, "the list of blocked keys"), file.string()));
  return list;
}

policy::KeyBlocklist load_blocklist(const Config& config) {
  policy::KeyBlocklist list = policy::published_keys();
  list.merge(load_own_blocklist(config));
  return list;
}

std::optional<api::StaffPage> load_staff_page(const Config& config) {
  if (!config.staff) return std::nullopt;
  return api::StaffPage{api::Bundle::load(config.staff->page, "page"), config.staff->origin};
}

}  // namespace inkan::daemon
