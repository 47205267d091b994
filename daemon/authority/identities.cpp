#include "daemon/authority/identities.h"

namespace inkan::daemon {

Identities::Identities(Store& store) : revoked_(store.revoked_fingerprints("operator")) {
  for (const auto& each : store.identities())
    by_key_.emplace(each.key, api::IdentityRecord{each.id, each.role});
}

std::optional<api::IdentityRecord> Identities::find(const policy::SpkiHash& key,
                                                    const policy::Fingerprint& certificate) const {
  const std::lock_guard lock(mutex_);
  if (revoked_.contains(certificate)) return std::nullopt;
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

void Identities::revoked(const policy::Fingerprint& certificate) {
  const std::lock_guard lock(mutex_);
  revoked_.insert(certificate);
}

}  // namespace inkan::daemon
