// Keeps keys fit for use: after each login of a token, every key that signs makes its canary first; a probe
// key shows that the token still signs.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/authority/certificate_authority.h"
#include "daemon/ledger/unfinished.h"
#include "daemon/tokens.h"
#include "pkcs11/checkpoint_signer.h"
#include "pkcs11/evidence_signer.h"
#include "pkcs11/ocsp_signer.h"
#include "pkcs11/probe.h"

namespace inkan::daemon {

class KeyKeeper {
 public:
  KeyKeeper(IntentLedger& ledger, Unfinished& unfinished, const Tokens& tokens,
            const Authorities& authorities, pkcs11::CheckpointSigner& checkpoint_signer,
            pkcs11::EvidenceSigner& evidence_signer, pkcs11::OcspSigner* ocsp_signer,
            std::vector<std::unique_ptr<pkcs11::Probe>> probes)
      : ledger_(ledger),
        unfinished_(unfinished),
        tokens_(tokens),
        authorities_(authorities),
        checkpoint_signer_(checkpoint_signer),
        evidence_signer_(evidence_signer),
        ocsp_signer_(ocsp_signer),
        probes_(std::move(probes)) {}

  // Makes the canaries that are owed. Throws Error{unavailable} for the first that a token did not sign.
  void make_canaries();
  void make_canary(CertificateAuthority& authority);
  void make_canary(pkcs11::OcspSigner& signer);  // of a key that is new
  void probe();

  // The seconds since the last good probe of the token that is worst off; nothing before the first.
  std::optional<std::chrono::seconds> probe_age() const;
  std::string probe_failure() const;  // of the last round; empty if all signed

 private:
  template <class Signer>
  void sign_canary(Signer& signer);

  IntentLedger& ledger_;
  Unfinished& unfinished_;
  const Tokens& tokens_;
  const Authorities& authorities_;
  pkcs11::CheckpointSigner& checkpoint_signer_;
  pkcs11::EvidenceSigner& evidence_signer_;
  pkcs11::OcspSigner* const ocsp_signer_;  // null: there is no responder
  std::vector<std::unique_ptr<pkcs11::Probe>> probes_;
  mutable std::mutex mutex_;  // guards all below
  std::optional<std::chrono::steady_clock::time_point> last_good_;
  std::string failure_;
};

}  // namespace inkan::daemon
