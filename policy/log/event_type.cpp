#include "policy/log/event_type.h"

#include <array>

namespace inkan::policy {
namespace {

struct Row {
  EventType type;
  std::string_view name;
};

using enum EventType;

constexpr std::array k_rows = {
    Row{sign_intent, "sign.intent"},
    Row{sign_failed, "sign.failed"},
    Row{sign_possible, "sign.possible"},
    Row{sign_late, "sign.late"},
    Row{cert_issue, "cert.issue"},
    Row{cert_revoke, "cert.revoke"},
    Row{cert_hold, "cert.hold"},
    Row{cert_unhold, "cert.unhold"},
    Row{ca_issue, "ca.issue"},
    Row{ca_request, "ca.request"},
    Row{ca_import, "ca.import"},
    Row{ca_activate, "ca.activate"},
    Row{ca_retire, "ca.retire"},
    Row{crl_issue, "crl.issue"},
    Row{ocsp_sign, "ocsp.sign"},
    Row{selftest, "selftest"},
    Row{request_denied, "request.denied"},
    Row{operator_auth, "operator.auth"},
    Row{operator_authz_denied, "operator.authz.denied"},
    Row{key_generate, "key.generate"},
    Row{key_state, "key.state"},
    Row{key_destroy, "key.destroy"},
    Row{key_backup, "key.backup"},
    Row{key_use_denied, "key.use.denied"},
    Row{role_grant, "role.grant"},
    Row{role_revoke, "role.revoke"},
    Row{ceremony_step, "ceremony.step"},
    Row{approval_request, "approval.request"},
    Row{approval_vote, "approval.vote"},
    Row{approval_result, "approval.result"},
    Row{issuing_stop, "issuing.stop"},
    Row{issuing_start, "issuing.start"},
    Row{daemon_start, "daemon.start"},
    Row{daemon_stop, "daemon.stop"},
    Row{daemon_crash, "daemon.crash"},
    Row{config_change, "config.change"},
    Row{profile_change, "profile.change"},
    Row{blocklist_change, "blocklist.change"},
    Row{software_update, "software.update"},
    Row{store_restore, "store.restore"},
    Row{clock_change, "clock.change"},
    Row{log_start, "log.start"},
    Row{log_checkpoint, "log.checkpoint"},
    Row{log_stop, "log.stop"},
    Row{log_export, "log.export"},
    Row{token_login, "token.login"},
    Row{token_event, "token.event"},
    Row{organisation_create, "organisation.create"},
    Row{user_create, "user.create"},
    Row{user_change, "user.change"},
    Row{user_delete, "user.delete"},
    Row{user_auth, "user.auth"},
    Row{user_lock, "user.lock"},
    Row{user_block, "user.block"},
    Row{user_unlock, "user.unlock"},
    Row{enrol_request, "enrol.request"},
    Row{enrol_cancel, "enrol.cancel"},
    Row{enrol_confirm, "enrol.confirm"},
    Row{enrol_decline, "enrol.decline"},
    Row{notify_sent, "notify.sent"},
};

constexpr auto k_event_types = [] {
  std::array<EventType, k_rows.size()> types{};
  for (std::size_t i = 0; i < types.size(); ++i) types[i] = k_rows[i].type;
  return types;
}();

constexpr bool rows_in_order() {
  for (std::size_t i = 0; i < k_rows.size(); ++i)
    if (static_cast<std::size_t>(k_rows[i].type) != i) return false;
  return true;
}
static_assert(rows_in_order(), "a row stands at its type's place");

}  // namespace

std::string_view name(EventType type) {
  return k_rows[static_cast<std::size_t>(type)].name;
}

std::span<const EventType> all_event_types() {
  return k_event_types;
}

}  // namespace inkan::policy
