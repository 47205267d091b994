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
  // Of one whose certificate was made outside: the certificates above it, its issuer first, the root last.
  std::vector<Bytes> outside_issuers{};

  bool is_root() const { return !issuer && outside_issuers.empty(); }
  static std::vector<AuthorityRow> all(Database& database);  // issuers first
  static std::optional<AuthorityRow> find(Database& database, const std::string& id);
  void insert(Database& database) const;
  static void set_state(Database& database, const std::string& id, AuthorityState state);
};

// A certificate that was asked for outside, for a key that waits for it, pre-active.
struct CaRequestRow {
  std::string authority;  // its id to be
  policy::KeyId key;
  std::string profile;  // under which it was asked for
  Bytes request;        // PKCS#10, DER
  std::string approval;
  std::uint64_t leaf = 0;

  static std::vector<CaRequestRow> all(Database& database);  // by id
  static std::optional<CaRequestRow> find(Database& database, const std::string& authority);
  void insert(Database& database) const;
  static void remove(Database& database, const std::string& authority);
};
// Those that stand above an authority in the store, each told of by the import's leaf.
void insert_outside_issuers(Database& database, const std::string& authority,
                            const std::vector<Bytes>& certificates, std::uint64_t leaf);

// Its id; "" before the set-up has made one.
std::string issuing_authority(Database& database);
void set_issuing_authority(Database& database, const std::string& id);

// For the writer's thread, inside the transaction of an intent: throws Error{unavailable} for an authority
// that signs no certificates any more. `retired_too`: for a certificate that a retired one still signs.
void require_active(Database& database, const std::string& authority, bool retired_too = false);

}  // namespace inkan::daemon
