// The rows of organisations, users, their sessions and what IDs that nobody has were tried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/subscribers.h"
#include "daemon/store/sqlite/database.h"
#include "policy/subscriber/standing.h"

namespace inkan::daemon {

struct OrganisationRow {
  std::string id, name;
  policy::Instant created;

  void insert(Database& database) const;
  static std::optional<OrganisationRow> find(Database& database, const std::string& id);
  static bool has_name(Database& database, const std::string& name);
  static std::vector<OrganisationRow> all(Database& database);  // by name
};

struct UserRow {
  std::string id, user_id, organisation;
  policy::UserKind kind = policy::UserKind::general;
  std::string name, mail;
  std::string password;       // Argon2id, in its text form
  bool own_password = false;  // chosen by himself
  policy::Standing standing;
  policy::Instant created;
  std::optional<policy::Instant> deleted;

  void insert(Database& database) const;
  void update(Database& database) const;           // but for id, user ID, organisation and kind
  void update_standing(Database& database) const;  // that alone

  static std::optional<UserRow> find(Database& database, const std::string& id);
  static std::optional<UserRow> find_user_id(Database& database, const std::string& user_id);
  // By user ID, from behind `filter.after` on; those that were deleted only by their own ID.
  // `only`: of that kind; nothing: of all.
  static std::vector<UserRow> list(Database& database, const api::UserFilter& filter,
                                   std::optional<policy::UserKind> only);

  api::UserRecord record(policy::Instant now) const;
};

struct SessionRow {
  Bytes ticket;  // SHA-256 of it
  std::string user;
  Bytes browser;  // SHA-256 of it; empty: bound to none
  policy::Instant ends;

  void insert(Database& database) const;
  void erase(Database& database) const;
  static std::optional<SessionRow> find(Database& database, BytesView ticket);
  static void erase_of(Database& database, const std::string& user);
  static void erase_ended(Database& database, policy::Instant now);
};

// The standing of an ID that nobody has, by a keyed hash of it.
struct PhantomRow {
  static constexpr int k_most = 100'000;

  Bytes id;
  policy::Standing standing;

  void put(Database& database, policy::Instant now) const;
  static PhantomRow find(Database& database, Bytes id);  // an untried one if there is none
  static void forget_oldest(Database& database);         // beyond k_most
};

// That this leaf tells of the user.
void add_history(Database& database, const std::string& user, policy::LeafIndex leaf);
// The leaves of the user, of his certificates' intents, outcomes and revocations: the first so many from
// `begin` on, in their order.
std::vector<policy::LeafIndex> history_of(Database& database, const std::string& user,
                                          policy::LeafIndex begin, int limit);

}  // namespace inkan::daemon
