// The part of the authority for tests of the edge that changes the status of certificates.
#pragma once

#include <atomic>
#include <mutex>

#include "api/authority.h"

namespace inkan::test {

class FakeStatusChanges : public api::Authority {
 public:
  explicit FakeStatusChanges(policy::Bytes certificate) : certificate_(std::move(certificate)) {}

  static policy::Serial serial(const char* hex) { return *policy::Serial::parse(hex); }
  static constexpr const char* k_own_serial = "0a0102030405060708090a0b0c0d0e0f10";
  static constexpr const char* k_other_serial = "0b0102030405060708090a0b0c0d0e0f10";

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
  api::Outcome<api::CertificateRecord> release(const api::Call& call, const policy::Serial& serial,
                                               const std::optional<api::Idempotency>& idempotency) override {
    const std::lock_guard lock(mutex_);
    idempotency_ = idempotency;
    auto released = record(serial.hex().c_str(), call.identity.id());
    released.release = api::Release{policy::Instant(std::chrono::seconds(1'800'000'000)), 8};
    return released;
  }
  // On CRL 7, once `published` says so.
  std::atomic<bool> published = true;
  std::variant<api::Publication, std::string> publication(const api::CertificateRecord&, policy::LeafIndex,
                                                          api::Deadline) override {
    if (!published) return "the token is out";
    const policy::Instant at(std::chrono::seconds(1'800'000'000));
    return api::Publication{7, at, at};
  }
  // The list of one is revoked; of two, one of them; of three it takes officers.
  policy::OrDenial<api::RevocationReport> preview_revocations(const api::Call&,
                                                              const api::RevocationOrder& order) override {
    if (order.comment == "denied") return policy::Denial{"revoke.reason", "RFC 5280 §5.3.1", "no", "another"};
    return report_of(order);
  }
  api::Outcome<api::RevocationReport> revoke_many(
      const api::Call& call, const api::RevocationOrder& order,
      const std::optional<api::Idempotency>& idempotency) override {
    {
      const std::lock_guard lock(mutex_);
      idempotency_ = idempotency;
    }
    if (order.comment == "denied") return policy::Denial{"revoke.reason", "RFC 5280 §5.3.1", "no", "another"};
    if (order.comment == "reused") return api::KeyReused{};
    auto report = report_of(order);
    report.replayed = order.comment == "again";
    if (report.needs_approval) report.approval = approval_for(call.identity.id(), order.comment);
    return report;
  }
  std::optional<api::RevocationReport> find_revocations(const api::Call&, const std::string& id) override {
    if (id == "none") return std::nullopt;
    auto report = report_of({policy::SerialList({serial(k_own_serial)})});
    report.approval = approval_for("bank-1", "because");
    report.approval->work = "done";
    return report;
  }

 protected:
  static api::RevocationReport report_of(const api::RevocationOrder& order) {
    api::RevocationReport report{{}, order.serials.sha256().hex(), order.serials.size() > 2};
    for (const auto& each : order.serials.all())
      report.items.push_back({each, report.items.empty() ? api::RevocationOutcome::revoked
                                                         : api::RevocationOutcome::not_allowed});
    if (report.items.size() > 1) report.items[1].rule = "revoke.ca", report.items[1].detail = "a CA's";
    return report;
  }
  static api::ApprovalRecord approval_for(const std::string& requester, const std::string& reason) {
    api::ApprovalRecord record;
    record.id = "an-approval";
    record.state = "open";
    record.requester = requester;
    record.reason = reason;
    record.needed = 2;
    return record;
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
  std::optional<api::Idempotency> idempotency_;
};

}  // namespace inkan::test
