// The straight path of one certificate: decide, record the intent, sign, complete. Each step hands on a
// stronger type.
#pragma once

#include "api/authority.h"
#include "daemon/authority/certificate_authority.h"
#include "daemon/authority/policies.h"
#include "daemon/authority/serial_source.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/ledger/unfinished.h"
#include "daemon/metrics/measurements.h"

namespace inkan::daemon {

class Issuance {
 public:
  Issuance(const Policies& policies, IntentLedger& ledger, Unfinished& unfinished, Store& store,
           SerialSource& serials, const Authorities& authorities, Measurements& measurements)
      : policies_(policies),
        ledger_(ledger),
        unfinished_(unfinished),
        store_(store),
        serials_(serials),
        authorities_(authorities),
        measurements_(measurements) {}

  // Who asks for more than the rules of certificates: asked inside the intent's transaction, with the serial
  // and key to be. `enrolment`: for the intent's leaf. `requester`: whose it is, instead of the caller's.
  struct Admission {
    std::string enrolment, requester;

    std::function<std::optional<policy::Denial>(Writing&, const PendingCertificate&)> admit;
  };

  // Throws Error{unavailable} when token or store did not do their part in time: nothing was released, and
  // the same call may be made again.
  api::Outcome<api::IssuedCertificate> issue(const api::Call& call, const policy::IssuanceRequest& request,
                                             CertificateAuthority& authority,
                                             const std::optional<api::Idempotency>& idempotency,
                                             const std::string& ceremony_id = "",
                                             const Admission& admission = {});

  // A refusal: its leaf, and the same answer for retries.
  api::Outcome<api::IssuedCertificate> deny(const policy::Denial& denial, const std::string& profile,
                                            const api::Call& call,
                                            const std::optional<api::Idempotency>& idempotency);

 private:
  policy::Serial draw_serial(const CertificateAuthority& authority, pkcs11::Deadline deadline);
  api::Outcome<api::IssuedCertificate> replay(const Replay& replay) const;

  const Policies& policies_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  Store& store_;
  SerialSource& serials_;
  const Authorities& authorities_;
  Measurements& measurements_;
};

}  // namespace inkan::daemon
