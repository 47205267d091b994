// A log in which officers act: for the judges of approvals.
#pragma once

#include "policy/dual_control/act.h"
#include "policy/dual_control/ceremony.h"
#include "tests/support/story_reading.h"

namespace inkan::test {

inline policy::Identity officer(const std::string& id, policy::Role role = policy::Role::security_officer) {
  return policy::Identity::authenticated(id, role, policy::fingerprint_of(policy::as_bytes(id)), "127.0.0.1");
}

// A log in which officers stop and start issuing, each step as the daemon writes it unless a test says
// otherwise.
struct Control : test::StoryReading {
  explicit Control(bool set_up_ended = true) : StoryReading(false) {
    for (const char* id : {"o1", "o2", "o3"}) grant(id, policy::Role::security_officer);
    grant("w", policy::Role::web_tier);
    grant("b", policy::Role::bank_staff);
    if (set_up_ended) log.append(log.ceremony_step("done"));
  }
  static std::string key_of(const std::string& id) { return policy::sha256(policy::as_bytes(id)).hex(); }
  void grant(const std::string& id, policy::Role role, const std::string& request = "",
             const std::string& key = "") {
    policy::Event event{.type = policy::EventType::role_grant, .target = {"operator", id}};
    event.detail = {
        {"role", policy::name(role)}, {"by", "setup"}, {"spki_sha256", key_of(key.empty() ? id : key)}};
    if (!request.empty()) event.detail["request"] = request;
    log.append(event);
  }
  void end(const std::string& id, const std::string& request) {
    policy::Event event{.type = policy::EventType::role_revoke, .target = {"operator", id}};
    event.detail = {{"role", policy::name(policy::Role::security_officer)}, {"request", request}};
    log.append(event);
  }
  using StoryReading::end;
  void stop(const policy::Identity& who = officer("o1")) {
    policy::Event event{.type = policy::EventType::issuing_stop, .reason = "a doubt"};
    event.detail = {{"by", who.id()}};
    log.append(event, who);
  }
  void ask(const std::string& id, int needed = 2, const policy::Identity& who = officer("o1"),
           std::string_view op = policy::name(policy::ActKind::start_issuing)) {
    policy::Event event{
        .type = policy::EventType::approval_request, .target = {"approval", id}, .reason = "all is well"};
    event.detail = {{"op", op}, {"op_sha256", std::string(64, '0')}, {"nonce", "4e4e"}, {"m", needed},
                    {"n", 3},   {"expires", "2027-01-01T00:00:00Z"}};
    log.append(event, who);
  }
  void vote(const std::string& id, const policy::Identity& who, const std::string& choice = "approve",
            const std::string& key = "", const std::string& plan = std::string(64, '0')) {
    policy::Event event{.type = policy::EventType::approval_vote, .target = {"approval", id}};
    event.detail = {
        {"request", id},
        {"vote", choice},
        {"document", "{\"nonce\":\"4e4e\",\"officer_spki_sha256\":\"" + key_of(key.empty() ? who.id() : key) +
                         "\",\"plan_sha256\":\"" + plan + "\"}"},
        {"cms_sha256", std::string(64, '0')}};
    log.append(event, who);
  }
  void close(const std::string& id, const std::string& outcome) {
    policy::Event event{.type = policy::EventType::approval_result, .target = {"approval", id}};
    event.detail = {
        {"request", id}, {"op", policy::name(policy::ActKind::start_issuing)}, {"outcome", outcome}};
    log.append(event, officer("o2"));
  }
  void start(const std::string& id) {
    policy::Event event{.type = policy::EventType::issuing_start, .target = {"approval", id}};
    event.detail = {{"request", id}};
    log.append(event, officer("o2"));
  }
  void activate(const std::string& id) {
    policy::Event event{.type = policy::EventType::ca_activate, .target = {"authority", "new"}};
    event.detail = {{"authority", "new"}, {"before", "old"}, {"request", id}};
    log.append(event);
  }
  // In act `id`, if it is one.
  void revoke(const std::string& serial, const std::string& id, const policy::Identity& who,
              policy::EventType type = policy::EventType::cert_revoke) {
    policy::Event event{.type = type, .target = {"certificate", serial}};
    event.detail = {{"serial", serial}};
    if (type == policy::EventType::cert_revoke) event.detail["reason"] = "superseded";
    if (!id.empty()) event.detail["ceremony_id"] = id;
    log.append(event, who);
  }
  // What a set-up writes of itself, in the ceremony of that id.
  void ask_for_ceremony(const std::string& id) {
    ask(id, 2, policy::Identity::system_job("setup"), policy::k_ceremony_op);
  }
  void key(const std::string& ceremony, char digit) {
    policy::Event event{.type = policy::EventType::key_generate, .target = {"key", std::string(32, digit)}};
    event.detail = {{"key_id", std::string(32, digit)},
                    {"cka_id", std::string(32, digit)},
                    {"alg", "EC P-256"},
                    {"bits", 256},
                    {"purpose", "ca"},
                    {"attrs", nlohmann::json::object()},
                    {"spki_sha256", std::string(64, digit)},
                    {"ceremony_id", ceremony}};
    log.append(event, policy::Identity::system_job("setup"));
  }
  void step(const std::string& ceremony, std::string_view step) {
    policy::Event event{.type = policy::EventType::ceremony_step, .target = {"ceremony", ceremony}};
    event.detail = {{"ceremony_id", ceremony}, {"step", step}, {"result", "done"}};
    log.append(event, policy::Identity::system_job("setup"));
  }
  void approved(const std::string& id, policy::ActKind op = policy::ActKind::start_issuing) {
    ask(id, 2, officer("o1"), policy::name(op));
    vote(id, officer("o1"));
    vote(id, officer("o2"));
    close(id, "approved");
  }
};

}  // namespace inkan::test
