// The only way to a CA or CRL key: it signs recorded values, checks what came back, and stops at the first
// doubt.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"
#include "policy/approval.h"
#include "policy/canary.h"
#include "policy/x509/tbs_cert_list.h"
#include "policy/x509/tbs_certificate.h"
#include "policy/x509/tbs_certification_request.h"

namespace inkan::pkcs11 {

class KeySigner;

class CaSigner {
 public:
  // Throws Error{internal} unless the record's purpose is ca or crl.
  CaSigner(std::shared_ptr<Token> token, KeyRecord record);
  ~CaSigner();

  // There is no sign(bytes). Throws Error{internal}, before anything is signed, if the value is for another
  // key or algorithm. NotSigned while the key is out of service, and for certificates and CRLs until a canary
  // has succeeded in the token's present login epoch. PossiblySigned, and out of service from then on, if
  // what came back is not a signature of this key over exactly the recorded bytes: that is never released.
  SignOutcome sign(policy::Recorded<policy::TbsCertificate>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::TbsCertList>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::TbsCertificationRequest>&& recorded, Deadline deadline);
  SignOutcome sign(policy::Recorded<policy::Canary>&& recorded, Deadline deadline);

  bool needs_canary() const;
  std::string out_of_service() const;  // why; empty while in service. Only a restart, and a look, mends it.
  // For a signature that came back after PossiblySigned was returned: verified, to be stored, never released.
  // The index is Recorded::intent(). Called from a token thread, one at a time; replacing it and destroying
  // the signer wait for a call that runs, and none comes after. So it must do neither itself.
  void on_late(std::function<void(policy::LeafIndex intent, Signed late)> callback);
  const KeyRecord& key() const;

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
