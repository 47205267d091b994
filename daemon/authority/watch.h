// Sees what changes by itself while the daemon runs, and logs it once: tokens that go and come back, keys
// that fall out of service, a clock that was set.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "daemon/authority/certificate_authority.h"
#include "daemon/clock.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/tokens.h"
#include "pkcs11/checkpoint_signer.h"
#include "pkcs11/evidence_signer.h"
#include "pkcs11/ocsp_signer.h"

namespace inkan::daemon {

class Watch {
 public:
  // What is there now counts as seen.
  Watch(LogWriter& writer, const Tokens& tokens, const Authorities& authorities,
        const pkcs11::CheckpointSigner& checkpoint_signer, const pkcs11::EvidenceSigner& evidence_signer,
        const pkcs11::OcspSigner* ocsp_signer, std::function<policy::InstantMicros()> clock = now_micros);

  // Throws Error{store} if the log cannot be written: the next look tells of it again.
  void look();

 private:
  void look_at(const std::string& name, const pkcs11::Token& token);
  template <class Signer>
  void look_at(const Signer& signer);
  void look_at_clock();
  // The clock against one that nobody sets.
  std::chrono::milliseconds clock_offset() const;

  LogWriter& writer_;
  const Tokens& tokens_;
  const Authorities& authorities_;
  const pkcs11::CheckpointSigner& checkpoint_signer_;
  const pkcs11::EvidenceSigner& evidence_signer_;
  const pkcs11::OcspSigner* const ocsp_signer_;  // null: there is no responder
  std::function<policy::InstantMicros()> clock_;
  std::map<std::string, pkcs11::TokenStatus> seen_;
  std::set<policy::KeyId> out_of_service_;
  std::chrono::milliseconds offset_;
};

}  // namespace inkan::daemon
