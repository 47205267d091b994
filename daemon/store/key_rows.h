// The rows of keys: born, in use, put away. States are those of NIST SP 800-57 part 1 §7.
#pragma once

#include <string>
#include <vector>

#include "daemon/ledger/log_writer.h"
#include "pkcs11/token_keys.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

// pre_active: made, not yet what its purpose asks for. deactivated: signs no more, about to be destroyed.
enum class KeyState { pre_active, active, deactivated, destroyed };
std::string_view name(KeyState state);  // "pre-active", …
std::optional<KeyState> key_state(std::string_view name);

struct KeyRow {
  pkcs11::KeyRecord record;
  KeyState state;
  std::string ceremony;  // the approval or set-up that it was made by; empty: made by an earlier version
  policy::Instant created;

  static std::vector<KeyRow> all(Database& database);  // by their labels
  static std::vector<KeyRow> of_ceremony(Database& database, const std::string& ceremony);
};

// A key that its token is about to be asked for, or was, and that has no leaf: after a crash it may be there.
struct UnbornKey {
  policy::KeyId id;
  std::string token, ceremony;

  static std::vector<UnbornKey> all(Database& database);
  static std::vector<UnbornKey> of_ceremony(Database& database, const std::string& ceremony);
  void insert(Database& database) const;
  void remove(Database& database) const;
};

// The row and the birth's leaf (key.generate), in one transaction; what was unborn is no more.
void record_birth(Writing& w, const pkcs11::KeyRecord& key, KeyState state, const std::string& ceremony,
                  const policy::Identity& actor);
// With its leaf: key.state.
void change_state(Writing& w, const pkcs11::KeyRecord& key, KeyState from, KeyState to,
                  const policy::Identity& actor);
// With its leaf: key.destroy, by approval `request`. The row stays: the log tells of the key for ever.
void record_destruction(Writing& w, const pkcs11::KeyRecord& key, const std::string& request,
                        const policy::Identity& actor);

}  // namespace inkan::daemon
