// The whole edge over loopback, with a fake authority behind it and throw-away keys before it.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/http/request_ids.h"
#include "api/server.h"
#include "tests/support/fake_authority.h"
#include "tests/support/raw_client.h"

namespace inkan::test {

// Made once per program: key generation and signatures cost more than the tests.
struct EdgePki {
  TestCertificate ca = make_certificate({"Test CA", -3600, 36000, true}, nullptr);
  TestCertificate other_ca = make_certificate({"Foreign CA", -3600, 36000, true}, nullptr);
  TestCertificate server = make_certificate({"localhost"}, &ca);
  TestCertificate web = make_certificate({"web"}, &ca);
  TestCertificate staff = make_certificate({"staff"}, &ca);
  TestCertificate officer = make_certificate({"officer"}, &ca);
  TestCertificate auditor = make_certificate({"auditor"}, &ca);
  TestCertificate unknown = make_certificate({"unknown"}, &ca);
  TestCertificate expired = make_certificate({"expired", -7200, -3600}, &ca);
  TestCertificate foreign = make_certificate({"web"}, &other_ca);

  static const EdgePki& one() {
    static const EdgePki k_pki;
    return k_pki;
  }
};

class Edge {
 public:
  explicit Edge(const api::Limits& limits = {}, const api::Deadlines& deadlines = {},
                std::optional<api::StaffPage> staff = {})
      : authority(EdgePki::one().ca.der), ids_([this] { return now(); }, 0x1234567890) {
    const auto& pki = EdgePki::one();
    authority.add(pki.web.spki_hash(), "web-1", policy::Role::web_tier);
    authority.add(pki.staff.spki_hash(), "staff-1", policy::Role::bank_staff);
    authority.add(pki.officer.spki_hash(), "officer-1", policy::Role::security_officer);
    authority.add(pki.auditor.spki_hash(), "auditor-1", policy::Role::auditor);
    authority.add(pki.expired.spki_hash(), "expired-1", policy::Role::auditor);
    api::ServerConfig config;
    config.metrics_host = "127.0.0.1";
    config.limits = limits;
    config.deadlines = deadlines;
    config.staff = std::move(staff);
    server.emplace(config, authority, api::TlsIdentity{{pki.server.der}, pki.server.key, {pki.ca.der}},
                   api::ServerEffects{[this] { return now(); }, [this] { return ids_.next(); },
                                      [this](api::Severity, std::string_view event,
                                             const api::LogFields& fields) { log(event, fields); },
                                      [this](const api::Answered& answered) { count(answered); }});
    server->start();
  }

  RawClient plain() const { return RawClient::plain(server->public_port()); }
  RawClient as(const TestCertificate& identity) const {
    return RawClient::tls(server->api_port(), make_client_context(EdgePki::one().ca.der, &identity));
  }
  RawClient anonymous() const {
    return RawClient::tls(server->api_port(), make_client_context(EdgePki::one().ca.der, nullptr));
  }

  policy::Instant now() const {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
           std::chrono::seconds(shift_seconds.load());
  }
  std::string logged() const {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  // "issueCertificate 201", "none 404": what the edge told of its answers.
  std::vector<std::string> answered() const {
    const std::lock_guard lock(mutex_);
    return answered_;
  }

  FakeAuthority authority;
  std::atomic<long> shift_seconds = 0;  // moves the clock that the edge is given

 private:
  void log(std::string_view event, const api::LogFields& fields) {
    const std::lock_guard lock(mutex_);
    log_ += event;
    for (const auto& [name, value] : fields) log_ += " " + std::string(name) + "=" + value;
    log_ += "\n";
  }

  void count(const api::Answered& answered) {
    const std::lock_guard lock(mutex_);
    answered_.push_back(std::string(answered.route ? answered.route->operation : "none") + " " +
                        std::to_string(answered.status));
  }

  api::RequestIds ids_;
  mutable std::mutex mutex_;  // guards log_, answered_
  std::string log_;
  std::vector<std::string> answered_;

 public:
  std::optional<api::HttpServer> server;  // last: its threads use all the others
};

inline std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}
inline std::string post(const std::string& target, const std::string& body,
                        const std::string& fields = "Content-Type: application/json\r\n") {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
inline std::string issue_body(const std::string& profile = "client-auth") {
  static const std::string k_csr = policy::to_base64(make_csr("someone"));
  return nlohmann::json{{"profile", profile}, {"csr", k_csr}}.dump();
}

// A problem document of this status and type, complete in what every one must have.
inline void expect_problem(const std::optional<RawResponse>& response, int status, const std::string& type) {
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, status) << response->body;
  EXPECT_EQ(response->field("content-type"), "application/problem+json");
  const auto problem = nlohmann::json::parse(response->body);
  EXPECT_EQ(problem.at("type"), "urn:inkan:problem:" + type) << response->body;
  EXPECT_EQ(problem.at("status"), status);
  EXPECT_FALSE(problem.at("title").get<std::string>().empty());
  EXPECT_FALSE(problem.at("detail").get<std::string>().empty());
  EXPECT_EQ(problem.at("instance"), "urn:inkan:request:" + response->field("x-request-id"));
}

inline const EdgePki& pki() {
  return EdgePki::one();
}

template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds within = std::chrono::seconds(3)) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!condition() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return condition();
}

}  // namespace inkan::test
