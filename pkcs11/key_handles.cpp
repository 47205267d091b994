#include "pkcs11/key_handles.h"

#include "pkcs11/cryptoki_error.h"

namespace inkan::pkcs11 {
namespace {

constexpr std::chrono::seconds k_look_again{1};

std::string describe(const KnownKey& key) {
  return key.label + " (CKA_ID " + key.id.hex() + ")";
}

LocatedKey failed(CK_RV rv, const char* function) {
  LocatedKey located;
  located.rv = rv;
  located.fault = std::string(function) + ": " + rv_name(rv);
  located.suspect = is_suspect(rv);
  return located;
}

LocatedKey miscounted(const KnownKey& key, std::size_t found, const char* half) {
  LocatedKey located;
  located.rv = k_not_as_recorded;
  located.missing = found == 0;
  located.fault = found == 0
                      ? "the token has no " + std::string(half) + " key " + describe(key)
                      : "the token has " + std::to_string(found) + " " + half + " keys with the CKA_ID of " +
                            describe(key) + ": which one is meant cannot be told, so none is used";
  return located;
}

LocatedKey destroyed(const KnownKey& key) {
  LocatedKey located;
  located.rv = k_not_as_recorded;
  located.missing = true;
  located.fault = describe(key) + " is being destroyed, or was";
  return located;
}

}  // namespace

LocatedKey locate_key(Session& session, const KnownKey& key) {
  const auto privates = find_objects(session, CKO_PRIVATE_KEY, key.id.bytes());
  if (privates.rv != CKR_OK) return failed(privates.rv, "C_FindObjects");
  const auto publics = find_objects(session, CKO_PUBLIC_KEY, key.id.bytes());
  if (publics.rv != CKR_OK) return failed(publics.rv, "C_FindObjects");
  if (privates.handles.size() != 1) return miscounted(key, privates.handles.size(), "private");
  if (publics.handles.size() != 1) return miscounted(key, publics.handles.size(), "public");

  const auto spki = derive_spki(session, publics.handles.front());
  if (spki.rv != CKR_OK) return failed(spki.rv, "C_GetAttributeValue of the public key");
  LocatedKey located;
  if (spki.value != key.spki) {
    located.rv = k_not_as_recorded;
    located.fault = "the public key in the token under " + describe(key) + " is not the one on record";
    return located;
  }
  located.private_key = privates.handles.front();
  located.public_key = publics.handles.front();
  return located;
}

void KeyHandles::add(const KnownKey& key) {
  const std::lock_guard lock(mutex_);
  entries_.try_emplace(key.id, Entry{key, {}, {}, false});
}

void KeyHandles::remove(const policy::KeyId& id) {
  const std::lock_guard lock(mutex_);
  if (const auto at = entries_.find(id); at != entries_.end()) at->second.removed = true;
}

std::vector<KnownKey> KeyHandles::keys() const {
  const std::lock_guard lock(mutex_);
  std::vector<KnownKey> all;
  for (const auto& [id, entry] : entries_)
    if (!entry.removed) all.push_back(entry.key);
  return all;
}

LocatedKey KeyHandles::resolve(Session& session, const policy::KeyId& id) {
  std::unique_lock lock(mutex_);
  const auto at = entries_.find(id);
  if (at == entries_.end()) return failed(CKR_KEY_HANDLE_INVALID, "unregistered key");
  Entry& entry = at->second;  // entries are never erased
  if (entry.removed) return destroyed(entry.key);
  if (entry.place.private_key != CK_INVALID_HANDLE) return entry.place;
  const auto now = std::chrono::steady_clock::now();
  if (!entry.place.fault.empty() && now - entry.missing_since < k_look_again) return entry.place;
  const std::uint64_t version = version_;
  lock.unlock();
  LocatedKey located = locate_key(session, entry.key);
  lock.lock();
  // A call that failed says nothing of the key; only an answer is remembered.
  const bool answered = located.fault.empty() || located.rv == k_not_as_recorded;
  if (located.fault.empty()) entry.fault_accepted = false;
  if (version == version_ && answered) entry.place = located;
  // Nothing found may mean that the token has gone (SoftHSM without its directory); two keys, or another one,
  // do not.
  if (located.rv == k_not_as_recorded) located.suspect = located.missing && !entry.fault_accepted;
  entry.missing_since = now;
  return located;
}

std::vector<std::string> KeyHandles::accept_faults() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> faults;
  for (auto& [id, entry] : entries_) {
    if (entry.removed || entry.place.fault.empty()) continue;
    entry.fault_accepted = true;
    faults.push_back(entry.place.fault);
  }
  return faults;
}

void KeyHandles::forget_all() {
  const std::lock_guard lock(mutex_);
  ++version_;
  for (auto& [id, entry] : entries_) entry.place = {};
}

void KeyHandles::forget(const policy::KeyId& id) {
  const std::lock_guard lock(mutex_);
  if (const auto at = entries_.find(id); at != entries_.end()) at->second.place = {};
}

}  // namespace inkan::pkcs11
