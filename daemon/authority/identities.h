// Who the TLS peers are. An operator is known by his key and by a certificate that was issued to him as an
// operator: another certificate on the same key, say a subscriber's, makes nobody an operator.
#pragma once

#include <map>
#include <mutex>

#include "api/authority.h"
#include "daemon/store/store.h"

namespace inkan::daemon {

class Identities {
 public:
  explicit Identities(Store& store) { follow(store); }

  // Nothing for one that has ended.
  std::optional<api::IdentityRecord> find(const policy::SpkiHash& key,
                                          const policy::Fingerprint& certificate) const;
  bool is_operators(const policy::SpkiHash& key) const;  // now or before
  // One key, one role: else a subscriber's certificate would share a key with an operator's.
  std::optional<policy::Denial> refuse_operators(const policy::SpkiHash& key) const;
  // As the store has them now: after an act on them. Takes effect with the next request, on live
  // connections too; so does revoked().
  void follow(Store& store);
  void revoked(const policy::Fingerprint& certificate);

 private:
  struct Known {
    api::IdentityRecord identity;
    std::optional<policy::Fingerprint> certificate;  // on this key; nothing if it is revoked, or he has ended
  };

  mutable std::mutex mutex_;
  std::map<policy::SpkiHash, Known> by_key_;
};

}  // namespace inkan::daemon
