#include "policy/subscriber/role_table.h"

#include "policy/types/names.h"

namespace inkan::policy {
namespace {

constexpr std::array<std::string_view, 2> k_user_kinds = {"general", "master"};
constexpr std::array<std::string_view, 3> k_subscriber_roles = {"general-user", "master-user", "bank-staff"};
constexpr std::array<std::string_view, 8> k_subscriber_acts = {
    "enrol",         "organisation.manage", "general.manage",      "general.release",
    "master.manage", "master.release",      "certificates.revoke", "history.read"};

}  // namespace

std::string_view name(UserKind kind) {
  return k_user_kinds.at(static_cast<std::size_t>(kind));
}
std::optional<UserKind> user_kind(std::string_view name) {
  return value_named<UserKind>(k_user_kinds, name);
}
std::string_view name(SubscriberRole role) {
  return k_subscriber_roles.at(static_cast<std::size_t>(role));
}
std::string_view name(SubscriberAct act) {
  return k_subscriber_acts.at(static_cast<std::size_t>(act));
}
std::optional<SubscriberAct> subscriber_act(std::string_view name) {
  return value_named<SubscriberAct>(k_subscriber_acts, name);
}

SubscriberAct manage(UserKind whom) {
  return whom == UserKind::master ? SubscriberAct::master_manage : SubscriberAct::general_manage;
}

SubscriberAct release_of(UserKind whom) {
  return whom == UserKind::master ? SubscriberAct::master_release : SubscriberAct::general_release;
}

}  // namespace inkan::policy
