// Who may do what with users and their certificates: data of the pack, asked before anything is done.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace inkan::policy {

enum class UserKind { general, master };
std::string_view name(UserKind kind);  // "general", "master"
std::optional<UserKind> user_kind(std::string_view name);

// Whoever acts upon a user: himself, the master user of his organisation, or the bank's staff.
enum class SubscriberRole { general_user, master_user, bank_staff };
std::string_view name(SubscriberRole role);

enum class SubscriberAct {
  enrol,                // authenticate, enrol, confirm, decline, for oneself
  organisation_manage,  // register an organisation
  general_manage,       // create, change, delete general users
  general_release,      // of a lock or block
  master_manage,
  master_release,
  certificates_revoke,  // all of a user, on an application
  history_read,
};
std::string_view name(SubscriberAct act);
std::optional<SubscriberAct> subscriber_act(std::string_view name);

SubscriberAct manage(UserKind whom);
SubscriberAct release_of(UserKind whom);

using RoleTable = std::map<SubscriberRole, std::set<SubscriberAct>>;

}  // namespace inkan::policy
