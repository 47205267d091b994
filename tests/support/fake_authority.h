// An authority for tests of the edge: it issues nothing, and what it answers depends on the profile's name
// alone.
#pragma once

#include <map>
#include <mutex>
#include <thread>

#include "api/authority.h"
#include "policy/types/error.h"

namespace inkan::test {

// issue(): "client-auth" succeeds; "denied", "unknown", "busy", "reused", "broken" and "slow" do what they
// say, and an ErrorCode's name throws that. deny(): the keys "busy" and "reused" are. Serial 0a… belongs to
// "web-1", 0b… to "web-2"; nothing else is found.
class FakeAuthority : public api::Authority {
 public:
  struct Refusal {
    std::string address, subject, why;
  };

  explicit FakeAuthority(policy::Bytes certificate) : certificate_(std::move(certificate)) {}

  void add(const policy::SpkiHash& key, std::string id, policy::Role role) {
    const std::lock_guard lock(mutex_);
    identities_.insert_or_assign(key, api::IdentityRecord{std::move(id), role});
  }
  void remove(const policy::SpkiHash& key) {
    const std::lock_guard lock(mutex_);
    identities_.erase(key);
  }
  std::vector<Refusal> refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  std::vector<std::string> forbidden() const {
    const std::lock_guard lock(mutex_);
    return forbidden_;
  }
  std::vector<std::string> denied() const {
    const std::lock_guard lock(mutex_);
    return denied_;
  }
  std::optional<api::Idempotency> last_idempotency() const {
    const std::lock_guard lock(mutex_);
    return idempotency_;
  }
  std::optional<api::ListFilter> last_filter() const {
    const std::lock_guard lock(mutex_);
    return filter_;
  }
  std::optional<std::vector<policy::NameAttribute>> last_subject() const {
    const std::lock_guard lock(mutex_);
    return subject_;
  }
  std::string last_trace_id() const {
    const std::lock_guard lock(mutex_);
    return trace_id_;
  }

  std::atomic<bool> ready = true;
  std::chrono::milliseconds slow_for{300};

  static policy::Serial serial(const char* hex) { return *policy::Serial::parse(hex); }
  static constexpr const char* k_own_serial = "0a0102030405060708090a0b0c0d0e0f10";
  static constexpr const char* k_other_serial = "0b0102030405060708090a0b0c0d0e0f10";

  std::optional<api::IdentityRecord> find_identity(const policy::SpkiHash& key,
                                                   const policy::Fingerprint&) override {
    const std::lock_guard lock(mutex_);
    const auto found = identities_.find(key);
    return found == identities_.end() ? std::nullopt : std::optional(found->second);
  }
  void record_refused(const std::string& address, const std::string& subject,
                      const std::string& why) override {
    const std::lock_guard lock(mutex_);
    refusals_.push_back({address, subject, why});
  }
  void record_forbidden(const api::Call& call, const std::string& operation) override {
    const std::lock_guard lock(mutex_);
    forbidden_.push_back(call.identity.id() + " " + operation);
  }
  api::Outcome<api::IssuedCertificate> issue(const api::Call& call, const api::IssueRequest& request,
                                             const std::optional<api::Idempotency>& idempotency) override {
    {
      const std::lock_guard lock(mutex_);
      idempotency_ = idempotency;
      subject_ = request.subject;
      trace_id_ = call.trace_id;
    }
    if (request.profile == "denied") return denial("name.cn", "the name is taken");
    if (request.profile == "unknown") return denial("profile.unknown", "there is no profile \"unknown\"");
    if (request.profile == "busy") return api::InProgress{7};
    if (request.profile == "reused") return api::KeyReused{};
    for (const auto code : {policy::ErrorCode::unavailable, policy::ErrorCode::pin, policy::ErrorCode::token,
                            policy::ErrorCode::store, policy::ErrorCode::ledger, policy::ErrorCode::key,
                            policy::ErrorCode::config, policy::ErrorCode::internal})
      if (request.profile == policy::name(code)) throw policy::Error(code, "secret-detail");
    if (request.profile == "broken") throw std::runtime_error("secret-detail");
    if (request.profile == "slow") std::this_thread::sleep_for(slow_for);
    return api::IssuedCertificate{
        record(k_own_serial, call.identity.id()), {certificate_, certificate_}, idempotency.has_value()};
  }
  api::Outcome<api::IssuedCertificate> deny(const api::Call& call, const policy::Denial& denial,
                                            const std::optional<api::Idempotency>& idempotency) override {
    const std::lock_guard lock(mutex_);
    idempotency_ = idempotency;
    if (idempotency && idempotency->key == "busy") return api::InProgress{7};
    if (idempotency && idempotency->key == "reused") return api::KeyReused{};
    denied_.push_back(call.identity.id() + " " + denial.rule);
    return denial;
  }
  api::DryRun dry_run(const api::Call&, const api::IssueRequest& request) override {
    if (request.profile == "unknown")
      return {{}, {}, {}, denial("profile.unknown", "there is no profile \"unknown\"")};
    return {{0x30, 0x00},
            {{"key.rsa.size", "RFC 8017 §3.1", "pass", ""}},
            {{"validity", "profile client-auth v1"}},
            std::nullopt};
  }
  std::optional<api::IssuedCertificate> find_certificate(const api::Call&,
                                                         const policy::Serial& wanted) override {
    if (wanted == serial(k_own_serial))
      return api::IssuedCertificate{record(k_own_serial, "web-1"), {certificate_}, false};
    if (wanted == serial(k_other_serial))
      return api::IssuedCertificate{record(k_other_serial, "web-2"), {certificate_}, false};
    return std::nullopt;
  }
  api::CertificatePage list_certificates(const api::Call&, const api::ListFilter& filter) override {
    const std::lock_guard lock(mutex_);
    filter_ = filter;
    return {{record(k_own_serial, "web-1")}, filter.cursor.empty() ? "page two/&" : ""};
  }
  api::Outcome<api::CertificateRecord> revoke(const api::Call& call, const api::RevokeRequest& request,
                                              const std::optional<api::Idempotency>& idempotency) override {
    {
      const std::lock_guard lock(mutex_);
      idempotency_ = idempotency;
    }
    auto revoked = record(request.serial.hex().c_str(), call.identity.id());
    revoked.status = api::CertificateStatus::revoked;
    revoked.revocation = api::Revocation{policy::Instant(std::chrono::seconds(1'800'000'000)), request.reason,
                                         request.invalidity_date, 9};
    return revoked;
  }

  std::vector<api::AuthorityRecord> authorities() override {
    return {{"issuing", "CN=Issuing", validity(), "P-256", "ecdsa-with-SHA256",
             policy::spki_hash_of(certificate_), certificate_, "root", "ready", 4,
             policy::Instant(std::chrono::seconds(1'800'000'000))}};
  }
  std::vector<api::ProfileRecord> profiles() override {
    return {{"client-auth", 1, std::string(64, 'a'), "for clients", "[profile]\n", {"web-tier"}}};
  }
  std::optional<policy::Bytes> find_crl(const std::string& authority_id) override {
    return authority_id == "issuing" ? std::optional(policy::Bytes{0x30, 0x03, 0x02, 0x01, 0x07})
                                     : std::nullopt;
  }
  api::LedgerHead ledger_head() override {
    return {{2, policy::sha256({})}, "inkan.example/log\n2\nroot\n", "inkan.example+key"};
  }
  std::vector<api::LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) override {
    std::vector<api::LedgerEntry> entries;
    for (policy::LeafIndex i = from; i < 2 && static_cast<int>(entries.size()) < limit; ++i)
      entries.push_back({i, policy::to_bytes(policy::as_bytes("{\"n\":" + std::to_string(i) + "}"))});
    return entries;
  }
  std::vector<api::TokenRecord> tokens() override {
    return {{"ca",
             "degraded",
             "1 calls are stuck inside the module",
             "inkan-ca",
             "0a1b",
             "maker",
             "model",
             "2.6",
             16,
             3,
             1,
             2,
             4,
             3,
             {{"00ff", "ca", "inkan/ca/issuing", 12345}}}};
  }
  api::Readiness readiness() override { return {ready, {{"store", ready, ready ? "" : "the disk is full"}}}; }

 private:
  static policy::Denial denial(std::string rule, std::string detail) {
    return {std::move(rule), "profile client-auth v1", std::move(detail), "send another"};
  }
  static policy::Validity validity() {
    return {policy::Instant(std::chrono::seconds(1'700'000'000)),
            policy::Instant(std::chrono::seconds(1'800'000'000))};
  }
  api::CertificateRecord record(const char* hex, std::string requester) const {
    return {serial(hex),
            "issuing",
            "client-auth",
            1,
            std::string(64, 'a'),
            "CN=someone",
            validity(),
            api::CertificateStatus::valid,
            std::nullopt,
            certificate_,
            std::move(requester),
            5,
            6,
            policy::Instant(std::chrono::seconds(1'797'000'000)),
            policy::Instant(std::chrono::seconds(1'800'000'000))};
  }

  policy::Bytes certificate_;
  mutable std::mutex mutex_;  // guards all below
  std::map<policy::SpkiHash, api::IdentityRecord> identities_;
  std::vector<Refusal> refusals_;
  std::vector<std::string> forbidden_, denied_;
  std::optional<api::Idempotency> idempotency_;
  std::optional<api::ListFilter> filter_;
  std::optional<std::vector<policy::NameAttribute>> subject_;
  std::string trace_id_;
};

}  // namespace inkan::test
