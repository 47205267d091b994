#include "daemon/authority/identities.h"

#include "daemon/clock.h"
#include "daemon/store/identity_rows.h"

namespace inkan::daemon {

std::optional<api::IdentityRecord> Identities::find(const policy::SpkiHash& key,
                                                    const policy::Fingerprint& certificate) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second.certificate != certificate) return std::nullopt;
  return found->second.identity;
}

bool Identities::is_operators(const policy::SpkiHash& key) const {
  const std::lock_guard lock(mutex_);
  return by_key_.contains(key);
}

// The store is read under the lock: a revocation that is written meanwhile is heard after this, or read.
void Identities::follow(Store& store) {
  const std::lock_guard lock(mutex_);
  std::map<policy::SpkiHash, Known> fresh;
  for (const auto& row : store.read([](Database& database) { return IdentityRow::all(database); }))
    for (const auto& key : row.keys) {
      Known known{{row.id, row.role}, std::nullopt};
      const auto record =
          key.serial && !row.ended ? store.find_certificate(*key.serial, now()) : std::nullopt;
      if (record && !record->revocation) known.certificate = policy::fingerprint_of(record->der);
      fresh.emplace(key.key, std::move(known));
    }
  by_key_ = std::move(fresh);
}

void Identities::revoked(const policy::Fingerprint& certificate) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, known] : by_key_)
    if (known.certificate == certificate) known.certificate.reset();
}

std::optional<policy::Denial> Identities::refuse_operators(const policy::SpkiHash& key) const {
  if (!is_operators(key)) return std::nullopt;
  return policy::Denial{"key.operator", "role table", "this key is an operator's of this authority",
                        "make a new key for each certificate"};
}

}  // namespace inkan::daemon
