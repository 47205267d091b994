// Who the TLS peers are: the identities of the store by their key, and which of their certificates were
// revoked.
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
  void revoked(
      const policy::Fingerprint& certificate);  // takes effect with the next request, on live connections too

 private:
  mutable std::mutex mutex_;  // guards both
  std::map<policy::SpkiHash, api::IdentityRecord> by_key_;
  std::set<policy::Fingerprint> revoked_;
};

}  // namespace inkan::daemon
