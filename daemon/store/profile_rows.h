// The versions of profiles, which of them are in force, and the operator's blocked keys. No version is ever
// deleted: certificates name the one they were issued under.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/profile/profile.h"
#include "policy/rules/key_rules.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

struct ProfileVersion {
  std::string name;
  int version = 0;
  policy::Sha256 sha256;
  std::string document;
  std::optional<policy::Instant> since = {};  // put in force last; nothing: never
  std::string request = {};                   // the approval; "": by the set-up, or by an upgrade
  bool in_force = false;
};

std::vector<ProfileVersion> profiles_in_force(Database& database);                     // by name
std::vector<ProfileVersion> versions_of(Database& database, const std::string& name);  // the newest last
std::optional<ProfileVersion> profile_in_force(Database& database, const std::string& name);

void put_in_force(Database& database, const policy::Profile& profile, policy::Instant since,
                  const std::string& request);

policy::KeyBlocklist blocked_keys(Database& database);
void block_keys(Database& database, const policy::KeyBlocklist& add);
void unblock_keys(Database& database, const policy::KeyBlocklist& remove);

}  // namespace inkan::daemon
