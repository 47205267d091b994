// Where the keys are, in this login epoch: found by CKA_ID, held against the public key on record, remembered
// until the next epoch. Finding costs 25 ms on a token of 400 keys, so the signing path never does.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pkcs11/objects.h"

namespace inkan::pkcs11 {

struct KnownKey {
  policy::KeyId id;
  policy::KeyPurpose purpose;
  std::string label;
  policy::Bytes spki;
};

// LocatedKey::rv for an answer that differs from the record (missing, twice, another public key). No function
// of ours returns it for itself.
constexpr CK_RV k_not_as_recorded = CKR_KEY_CHANGED;

// Both halves, found once each, with the public key of the record; or why not.
struct LocatedKey {
  CK_RV rv = CKR_OK;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE, public_key = CK_INVALID_HANDLE;
  std::string fault;     // empty: found
  bool missing = false;  // the token answered that there is none
  bool suspect = false;  // the login may be at fault, not the key
};
LocatedKey locate_key(Session& session, const KnownKey& key);

class KeyHandles {
 public:
  void add(const KnownKey& key);
  void remove(const policy::KeyId& id);  // nobody asks for it any more
  std::vector<KnownKey> keys() const;
  // Remembered, or found now. A key that was missing is looked for again after a second, not at every call. A
  // key first found missing makes the login suspect; one whose absence a recovery did not cure does not.
  LocatedKey resolve(Session& session, const policy::KeyId& id);
  void forget_all();
  void forget(const policy::KeyId& id);
  // After a recovery: what is missing now is missing indeed. Returns the faults.
  std::vector<std::string> accept_faults();

 private:
  struct Entry {
    KnownKey key;
    LocatedKey place;
    std::chrono::steady_clock::time_point missing_since{};
    bool fault_accepted = false;
    bool removed = false;
  };

  mutable std::mutex mutex_;  // guards entries_; never held across a call into the module
  std::map<policy::KeyId, Entry> entries_;
  std::uint64_t version_ = 0;  // changed by forget_all: what was found before it is not remembered
};

}  // namespace inkan::pkcs11
