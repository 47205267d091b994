// The certificate of the API's own TLS server, on its key in the token: renewed by itself before it ends,
// with the names that the set-up gave it.
#pragma once

#include <string>

#include "daemon/authority/issuance.h"
#include "pkcs11/token_keys.h"

namespace inkan::daemon {

class TlsCertificate {
 public:
  // All outlive it. `key`: the record of the TLS key.
  TlsCertificate(Store& store, LogWriter& writer, Issuance& issuance, Authorities& authorities,
                 const pkcs11::KeyRecord& key)
      : store_(store), writer_(writer), issuance_(issuance), authorities_(authorities), key_(key) {}

  // The one in use. Throws Error{store} if the set-up left none.
  api::CertificateRecord current() const;
  std::vector<policy::Bytes> chain() const;  // with its issuers
  // True if another is in use from now on: the profile's time for renewal has come. It is issued by the
  // authority of the present one while that is active, else by the one that issues by then. Throws what keeps
  // it from that; what a rule refused is not asked for again within the hour: each refusal is a leaf.
  bool renew_due();

 private:
  Store& store_;
  LogWriter& writer_;
  Issuance& issuance_;
  Authorities& authorities_;
  const pkcs11::KeyRecord& key_;
  policy::Instant not_before_{};  // may it be asked for again
  std::string refused_;
};

}  // namespace inkan::daemon
