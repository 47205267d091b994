#include "api/portal/settings.h"

#include <Poco/URI.h>

#include "api/page/origin.h"
#include "api/page/read_file.h"
#include "policy/profile/toml_table.h"

namespace inkan::api::portal {
namespace {

using policy::TomlTable;

constexpr std::size_t k_body_bytes = 64 * 1024;

std::filesystem::path file_at(TomlTable& toml, const std::string& key, const std::filesystem::path& base) {
  const auto text = toml.text(key);
  if (text.empty()) toml.fail(key, "is empty; it must name a file or folder");
  return base / text;
}

Poco::URI origin_of(TomlTable& toml, const std::string& key) {
  const auto text = toml.text(key);
  if (!is_https_origin(text)) toml.fail(key, "is \"" + text + "\"; " + k_origin_mend);
  return Poco::URI(text);
}

Site parse_site(TomlTable toml) {
  Site site;
  std::tie(site.host, site.port) = toml.host_and_port("address");
  origin_of(toml, "origin");
  site.origin = toml.text("origin");
  toml.finish();
  return site;
}

// Cookies know hosts and no ports: the enrolment's must reach both.
void check_sites(const TomlTable& toml, const Settings& settings) {
  const Poco::URI main(settings.main.origin), proof(settings.proof.origin);
  if (main.getHost() != proof.getHost())
    toml.fail("proof", "has the origin " + settings.proof.origin + ", whose host is not that of " +
                           settings.main.origin + ": give both the same host and two ports");
  if (main.getPort() == proof.getPort())
    toml.fail("proof",
              "has the origin of [main]: browsers open a new connection, and choose a certificate "
              "anew, for another port only");
}

std::chrono::milliseconds milliseconds(TomlTable& toml, const std::string& key,
                                       std::chrono::milliseconds otherwise) {
  return std::chrono::milliseconds(toml.integer(key, 10, 600'000, otherwise.count()));
}

std::size_t count(TomlTable& toml, const std::string& key, std::size_t otherwise, std::int64_t most) {
  return static_cast<std::size_t>(toml.integer(key, 1, most, static_cast<std::int64_t>(otherwise)));
}

ApiSettings parse_api(TomlTable toml, const std::filesystem::path& base) {
  ApiSettings api;
  const auto url = origin_of(toml, "url");
  api.host = url.getHost();
  api.port = url.getPort();
  api.ca = file_at(toml, "ca", base);
  api.certificate = file_at(toml, "certificate", base);
  api.key = file_at(toml, "key", base);
  api.connections = count(toml, "connections", api.connections, 1024);
  api.deadline = milliseconds(toml, "deadline_ms", api.deadline);
  toml.finish();
  return api;
}

void parse_tls(TomlTable toml, const std::filesystem::path& base, Settings& settings) {
  settings.certificate = file_at(toml, "certificate", base);
  settings.key = file_at(toml, "key", base);
  for (const auto& each : toml.texts("issuers")) settings.issuers.push_back(base / each);
  toml.finish();
}

void parse_limits(TomlTable toml, Settings& settings) {
  auto& l = settings.limits;
  l.body_bytes = k_body_bytes;
  l.connections = count(toml, "connections", l.connections, 4096);
  l.connections_per_address = count(toml, "connections_per_address", l.connections_per_address, 4096);
  auto& d = settings.deadlines;
  d.handshake = milliseconds(toml, "handshake_ms", d.handshake);
  d.header = milliseconds(toml, "header_ms", d.header);
  d.body = milliseconds(toml, "body_ms", d.body);
  d.write = milliseconds(toml, "write_ms", d.write);
  d.idle = milliseconds(toml, "idle_ms", d.idle);
  toml.finish();
}

}  // namespace

Settings Settings::load(const std::filesystem::path& file) {
  const auto document = read_file(file, "the configuration");
  const auto parsed = TomlTable::parse(document, file.string());
  TomlTable toml(parsed, "", file.string());
  const auto base = file.parent_path();
  Settings settings;
  settings.web = file_at(toml, "web", base);
  settings.main = parse_site(toml.table("main"));
  settings.proof = parse_site(toml.table("proof"));
  check_sites(toml, settings);
  parse_tls(toml.table("tls"), base, settings);
  settings.api = parse_api(toml.table("api"), base);
  parse_limits(toml.table_or_empty("limits"), settings);
  toml.finish();
  return settings;
}

}  // namespace inkan::api::portal
