// The rows of identities and of their keys. None is ever deleted: an identity ends, and what it did stays
// readable.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/types/digest.h"
#include "policy/types/identity.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

struct IdentityKey {
  policy::SpkiHash key;
  std::optional<policy::Serial> serial;  // of the operator's certificate on it
  policy::Instant granted;
  std::string
      by;  // the approval, or the set-up, that it was granted by; "" in stores of before 0.1.0's schema 7
};

struct IdentityRow {
  std::string id;
  policy::Role role;
  std::vector<IdentityKey> keys = {};  // the newest last: an officer votes with that one
  std::optional<policy::Instant> ended = {};
  std::string ended_by = {};  // the approval

  static std::vector<IdentityRow> all(Database& database);  // by id, those that have ended too
  static std::optional<IdentityRow> find(Database& database, const std::string& id);
  static bool is_id(
      const std::string& text);  // 1 to 64 of a-z, 0-9, '.', '_' and '-', the first a letter or digit
  // How many have the role and have not ended.
  static int count(Database& database, policy::Role role);

  // A new identity, or another key of one that there is. Throws Error{store} if the key is somebody's.
  static void grant(Database& database, const std::string& id, policy::Role role, const IdentityKey& key);
  static void end(Database& database, const std::string& id, policy::Instant when, const std::string& by);
};

// Whose the key is, or was.
std::optional<std::string> owner_of(Database& database, const policy::SpkiHash& key);

}  // namespace inkan::daemon
