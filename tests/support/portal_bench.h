// The portal over loopback, as a browser meets it, with a scripted API behind it: the real edge and mTLS, and
// answers that a test writes down. What the real API answers is tests/e2e/portal's to show.
#pragma once

#include <openssl/pem.h>

#include "api/http/listener.h"
#include "api/http/tls_context.h"
#include "api/portal/portal.h"
#include "tests/support/edge.h"
#include "tests/support/outside.h"

namespace inkan::test {

inline std::string pem_of(const TestCertificate& certificate) {
  return pem_of("CERTIFICATE", certificate.der);
}

inline std::string key_pem_of(const TestCertificate& certificate) {
  const policy::BioPtr memory(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(memory.get(), certificate.key.get(), nullptr, nullptr, 0, nullptr,
                                   nullptr) == 1,
          "key");
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class ScriptedApi final : public api::Responder {
 public:
  struct Seen {
    std::string call;  // "POST /v1/sessions"
    std::map<std::string, std::string> fields;
    nlohmann::json body;
    std::string client;  // the subject in TLS
  };

  ScriptedApi() : listener_({"fake", "127.0.0.1", 0, {}, {}, tls()}, *this) { listener_.start(); }

  std::uint16_t port() const { return listener_.port(); }
  void answers(const std::string& call, int status, const nlohmann::json& body,
               std::vector<std::pair<std::string, std::string>> fields = {}) {
    const std::lock_guard lock(mutex_);
    script_[call] = {status, status < 400 ? "application/json" : "application/problem+json", body.dump(),
                     std::move(fields)};
  }
  std::vector<Seen> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::optional<Seen> last(const std::string& call) const {
    std::optional<Seen> found;
    for (const auto& each : seen())
      if (each.call == call) found = each;
    return found;
  }

  std::string request_id() override { return "API0000000000000000000000"; }
  std::string date() override { return "Thu, 01 Jan 1970 00:00:00 GMT"; }
  api::Response answer(const api::Request& request) override {
    Seen seen{request.head.method + " " + request.head.target, {}, {}, {}};
    for (const auto& field : request.head.fields) seen.fields[field.name] = field.value;
    seen.body = nlohmann::json::parse(request.body, nullptr, false);
    if (request.peer->certificate) seen.client = request.peer->certificate->subject;
    const std::lock_guard lock(mutex_);
    seen_.push_back(seen);
    const auto found = script_.find(seen.call);
    if (found != script_.end()) return found->second;
    return {404, "application/problem+json", R"({"type":"urn:inkan:problem:not-found","status":404})", {}};
  }
  api::Response refuse(const api::Fault& fault, const api::Peer&, const std::string&,
                       const api::RequestHead*) override {
    return {fault.status, "text/plain", fault.detail, {}};
  }
  void handshake_failed(const std::string&, const std::string&) override {}

 private:
  static Poco::Net::Context::Ptr tls() {
    return api::make_tls_context({{pki().server.der}, pki().server.key, {pki().ca.der}});
  }

  mutable std::mutex mutex_;  // guards the two below
  std::map<std::string, api::Response> script_;
  std::vector<Seen> seen_;
  api::Listener listener_;  // last: its threads use all the others
};

class PortalBench {
 public:
  static constexpr const char* k_origin = "https://localhost:9443";
  static constexpr const char* k_proof_origin = "https://localhost:9444";

  explicit PortalBench(std::uint16_t api_port = 0)
      : ids_([this] { return now(); }, 0x1234567890), api_port_(api_port ? api_port : backend.port()) {
    write("portal.crt", pem_of(pki().server));
    write("portal.key", key_pem_of(pki().server));
    write("web.crt", pem_of(pki().web));
    write("web.key", key_pem_of(pki().web));
    write("ca.pem", pem_of(pki().ca));
    std::filesystem::create_directories(folder.path() / "page" / "assets");
    write("page/index.html", "<!doctype html><title>portal</title>");
    write("page/assets/app-1a2b.js", "void 0;");
    write("secret.txt", "nobody's");
    std::filesystem::create_symlink(folder.path() / "secret.txt",
                                    folder.path() / "page" / "assets" / "link.txt");
    write("inkan-portal.toml", configuration());
    portal.emplace(api::portal::Settings::load(folder.path() / "inkan-portal.toml"),
                   api::portal::PortalEffects{[this] { return now(); },
                                              [this](std::span<std::uint8_t> out) { draw(out); },
                                              [this] { return ids_.next(); },
                                              [this](api::Severity, std::string_view event,
                                                     const api::LogFields& fields) { log(event, fields); }});
    portal->start();
  }

  std::string configuration() const {
    return "web = \"page\"\n[main]\naddress = \"127.0.0.1:0\"\norigin = \"" + std::string(k_origin) +
           "\"\n[proof]\naddress = \"127.0.0.1:0\"\norigin = \"" + std::string(k_proof_origin) +
           "\"\n[tls]\ncertificate = \"portal.crt\"\nkey = \"portal.key\"\nissuers = [\"ca.pem\"]\n"
           "[api]\nurl = \"https://localhost:" +
           std::to_string(api_port_) +
           "\"\nca = \"ca.pem\"\ncertificate = \"web.crt\"\nkey = \"web.key\"\ndeadline_ms = 2000\n"
           "[limits]\nheader_ms = 500\nhandshake_ms = 500\n";
  }
  void write(const std::string& name, const std::string& text) const {
    folder.write(name, text);
    std::filesystem::permissions(folder.path() / name,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  // `shows` may be null.
  RawClient main(const TestCertificate* shows = nullptr, int maximum = 0) const {
    return RawClient::tls(portal->main_port(), make_client_context(pki().ca.der, shows, maximum));
  }
  RawClient proof(const TestCertificate* shows = nullptr) const {
    return RawClient::tls(portal->proof_port(), make_client_context(pki().ca.der, shows));
  }

  policy::Instant now() const { return policy::Instant(std::chrono::seconds(1'800'000'000)); }
  std::string logged() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  TemporaryFolder folder;
  ScriptedApi backend;

 private:
  void draw(std::span<std::uint8_t> out) {
    const std::lock_guard lock(mutex_);
    for (auto& octet : out) octet = drawn_;
    ++drawn_;
  }
  void log(std::string_view event, const api::LogFields& fields) {
    const std::lock_guard lock(mutex_);
    log_ += event;
    for (const auto& [name, value] : fields) log_ += " " + std::string(name) + "=" + value;
    log_ += "\n";
  }

  api::RequestIds ids_;
  std::uint16_t api_port_;
  mutable std::mutex mutex_;  // guards the two below
  std::string log_;
  std::uint8_t drawn_ = 1;

 public:
  std::optional<api::portal::Portal> portal;  // last: its threads use all the others
};

inline std::string browser_hash(const std::string& value) {
  return policy::sha256(policy::as_bytes(value)).hex();
}

// What the fake draws: 32 octets of 01, then of 02.
inline std::string drawn(int turn) {
  std::string text;
  for (int i = 0; i < 32; ++i) text += "0" + std::to_string(turn);
  return text;
}

inline nlohmann::json enrolment_record(const std::string& state,
                                       const TestCertificate* certificate = nullptr) {
  nlohmann::json record{{"id", "e1"},
                        {"user", "u1"},
                        {"user_id", "taro001"},
                        {"kind", "first"},
                        {"state", state},
                        {"opened", "2027-01-15T08:00:00Z"},
                        {"ends", "2027-01-15T08:10:00Z"},
                        {"code_asked", false},
                        {"nonce", "00"}};
  if (state != "authenticated") record["confirm_by"] = "2027-01-15T09:00:00Z";
  if (certificate) record["certificate"] = {{"serial", "01"}, {"certificate", pem_of(*certificate)}};
  return record;
}

// The fields of a call of the portal's own page.
inline std::string page_fields(const std::string& cookies = "") {
  return "Content-Type: application/json\r\nInkan-Portal: 1\r\nOrigin: " +
         std::string(PortalBench::k_origin) + "\r\n" + (cookies.empty() ? "" : "Cookie: " + cookies + "\r\n");
}

}  // namespace inkan::test
