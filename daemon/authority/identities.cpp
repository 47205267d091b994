#include "daemon/authority/identities.h"

namespace inkan::daemon {

Identities::Identities(Store& store) : certificates_(store.good_fingerprints("operator")) {
  for (const auto& each : store.identities())
    by_key_.emplace(each.key, api::IdentityRecord{each.id, each.role});
}

std::optional<api::IdentityRecord> Identities::find(const policy::SpkiHash& key,
                                                    const policy::Fingerprint& certificate) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || !certificates_.contains(certificate)) return std::nullopt;
  return found->second;
}

bool Identities::is_operators(const policy::SpkiHash& key) const {
  const std::lock_guard lock(mutex_);
  return by_key_.contains(key);
}

void Identities::revoked(const policy::Fingerprint& certificate) {
  const std::lock_guard lock(mutex_);
  certificates_.erase(certificate);
}

}  // namespace inkan::daemon
