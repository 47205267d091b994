// Revokes, puts on hold and releases: judged, written and logged in one transaction; the next CRL follows at
// once.
#pragma once

#include "api/authority.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/authority/identities.h"
#include "daemon/authority/policies.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/metrics/measurements.h"

namespace inkan::daemon {

// The change and its leaf, a hold if that is the reason; for the writer's thread. `ceremony`: the act that it
// is a part of. `more`: further members of the leaf's detail. Throws Error{unavailable} if another call was
// quicker.
void write_revocation(Writing& w, const api::Call& call, const api::RevokeRequest& request,
                      const std::string& ceremony = "", const std::map<std::string, std::string>& more = {});

// As the transaction sees the store: why it is revoked, or on hold; nothing if it is neither.
std::optional<policy::RevocationReason> revoked_for(Database& database, const policy::Serial& serial);
// For good.
bool is_revoked(Database& database, const policy::Serial& serial);

class Revocation {
 public:
  // `wake_publisher` makes the CRL job's next turn start now.
  Revocation(IntentLedger& ledger, Store& store, const Policies& policies, CrlPublisher& crls,
             Identities& identities, Measurements& measurements, std::function<void()> wake_publisher)
      : ledger_(ledger),
        store_(store),
        policies_(policies),
        crls_(crls),
        identities_(identities),
        measurements_(measurements),
        wake_publisher_(std::move(wake_publisher)) {}

  // Asking again for what is revoked already for the same reason gets the same answer. certificateHold puts
  // on hold, until the certificate is released, or revoked for another reason. Throws Error{not_found}.
  api::Outcome<api::CertificateRecord> revoke(const api::Call& call, const api::RevokeRequest& request,
                                              const std::optional<api::Idempotency>& idempotency);
  // What is not on hold stays as it is. Throws Error{not_found}.
  api::Outcome<api::CertificateRecord> release(const api::Call& call, const policy::Serial& serial,
                                               const std::optional<api::Idempotency>& idempotency);
  // What write_revocation() did on another's behalf, once it is durable: the next CRL is due.
  void follow(const std::string& authority, policy::RevocationReason reason);

 private:
  struct Change {
    const api::Call& call;
    const api::CertificateRecord& record;
    const char* operation;
    const std::optional<api::Idempotency>& idempotency;
    std::optional<policy::Denial> denial;
  };
  // `write(Writing&)` in the transaction, `told()` once it is durable; neither for what was asked for before.
  template <class Write, class Told>
  api::Outcome<api::CertificateRecord> change(const Change& asked, Write write, Told told);
  api::CertificateRecord find(const policy::Serial& serial);
  void publish(const std::string& authority);

  IntentLedger& ledger_;
  Store& store_;
  const Policies& policies_;
  CrlPublisher& crls_;
  Identities& identities_;
  Measurements& measurements_;
  std::function<void()> wake_publisher_;
};

}  // namespace inkan::daemon
