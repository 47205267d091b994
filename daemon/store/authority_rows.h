// The rows of authorities, and which of them issues to callers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/types/key_id.h"

namespace inkan::daemon {

// pending: being made, not announced. active: may sign certificates. retired: CRLs only. closed: its key is
// destroyed, or about to be. undone: it was made, and that failed.
enum class AuthorityState { pending, active, retired, closed, undone };
std::string_view name(AuthorityState state);
std::optional<AuthorityState> authority_state(std::string_view name);

struct AuthorityRow {
  std::string id;
  policy::KeyId key;
  std::optional<std::string> issuer;
  Bytes certificate;
  AuthorityState state = AuthorityState::active;

  static std::vector<AuthorityRow> all(Database& database);  // issuers first
  static std::optional<AuthorityRow> find(Database& database, const std::string& id);
  void insert(Database& database) const;
  static void set_state(Database& database, const std::string& id, AuthorityState state);
};

// Its id; "" before the set-up has made one.
std::string issuing_authority(Database& database);
void set_issuing_authority(Database& database, const std::string& id);

// For the writer's thread, inside the transaction of an intent: throws Error{unavailable} for an authority
// that signs no certificates any more.
void require_active(Database& database, const std::string& authority);

}  // namespace inkan::daemon
