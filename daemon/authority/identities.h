// Who the TLS peers are. An operator is known by his key and by a certificate that was issued to him as an
// operator: another certificate on the same key, say a subscriber's, makes nobody an operator.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "api/authority.h"
#include "daemon/store/store.h"

namespace inkan::daemon {

class Identities {
 public:
  explicit Identities(Store& store);

  std::optional<api::IdentityRecord> find(const policy::SpkiHash& key,
                                          const policy::Fingerprint& certificate) const;
  bool is_operators(const policy::SpkiHash& key) const;
  // Takes effect with the next request, on live connections too.
  void revoked(const policy::Fingerprint& certificate);

 private:
  mutable std::mutex mutex_;  // guards both
  std::map<policy::SpkiHash, api::IdentityRecord> by_key_;
  std::set<policy::Fingerprint> certificates_;  // issued under profile operator, not revoked
};

}  // namespace inkan::daemon
