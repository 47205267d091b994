// Revokes many certificates in one call: at once, in one transaction, up to a number; beyond it an act is
// asked for, which officers vote on.
#pragma once

#include <atomic>

#include "api/authority.h"
#include "daemon/approvals/approvals.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/authority/policies.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/metrics/measurements.h"

namespace inkan::daemon {

class BulkRevocation {
 public:
  // `alone`: so many at once. `wake_publisher` makes the CRL job's next turn start now.
  BulkRevocation(IntentLedger& ledger, Store& store, const Policies& policies, CrlPublisher& crls,
                 Approvals& approvals, Measurements& measurements, int alone,
                 std::function<void()> wake_publisher)
      : ledger_(ledger),
        store_(store),
        policies_(policies),
        crls_(crls),
        approvals_(approvals),
        measurements_(measurements),
        alone_(static_cast<std::size_t>(alone)),
        wake_publisher_(std::move(wake_publisher)) {}

  policy::OrDenial<api::RevocationReport> preview(const api::Call& call, const api::RevocationOrder& order);
  // The same Idempotency-Key again gets the same answer, with the approval as it stands by then.
  api::Outcome<api::RevocationReport> revoke(const api::Call& call, const api::RevocationOrder& order,
                                             const std::optional<api::Idempotency>& idempotency);
  std::optional<api::RevocationReport> find(const api::Call& call, const std::string& id);
  void follow(int alone) { alone_ = static_cast<std::size_t>(alone); }  // from the next call on

 private:
  using Outcome = api::Outcome<api::RevocationReport>;
  api::RevocationReport report_on(const api::RevocationOrder& order) const;
  std::optional<Outcome> answered_before(Database& database, const api::Call& call,
                                         const api::RevocationOrder& order,
                                         const std::optional<api::Idempotency>& idempotency);
  Outcome deny(const api::Call& call, const policy::Denial& denial,
               const std::optional<api::Idempotency>& idempotency);
  Outcome revoke_now(const api::Call& call, const api::RevocationOrder& order,
                     const std::optional<api::Idempotency>& idempotency);
  Outcome ask_officers(const api::Call& call, const api::RevocationOrder& order,
                       const std::optional<api::Idempotency>& idempotency);

  IntentLedger& ledger_;
  Store& store_;
  const Policies& policies_;
  CrlPublisher& crls_;
  Approvals& approvals_;
  Measurements& measurements_;
  std::atomic<std::size_t> alone_;
  std::function<void()> wake_publisher_;
};

}  // namespace inkan::daemon
