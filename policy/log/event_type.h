// Every type of leaf the log can have. The table in packaging/doc/auditor.md is the same, by test; nobody
// else spells a type. What each says is in story/catalogue.
#pragma once

#include <span>
#include <string_view>

namespace inkan::policy {

enum class EventType {
  sign_intent,
  sign_failed,
  sign_possible,
  sign_late,
  cert_issue,
  cert_revoke,
  cert_hold,
  cert_unhold,
  ca_issue,
  ca_request,
  ca_import,
  ca_activate,
  ca_retire,
  crl_issue,
  ocsp_sign,
  selftest,
  request_denied,
  operator_auth,
  operator_authz_denied,
  key_generate,
  key_state,
  key_destroy,
  key_backup,
  key_use_denied,
  role_grant,
  role_revoke,
  ceremony_step,
  approval_request,
  approval_vote,
  approval_result,
  issuing_stop,
  issuing_start,
  daemon_start,
  daemon_stop,
  daemon_crash,
  config_change,
  profile_change,
  blocklist_change,
  software_update,
  store_restore,
  clock_change,
  log_start,
  log_checkpoint,
  log_stop,
  log_export,
  token_login,
  token_event,
  organisation_create,
  user_create,
  user_change,
  user_delete,
  user_auth,
  user_lock,
  user_block,
  user_unlock,
  enrol_request,
  enrol_cancel,
  enrol_confirm,
  enrol_decline,
  notify_sent,
};

std::string_view name(EventType type);         // as the leaf has it
std::span<const EventType> all_event_types();  // in the order above

}  // namespace inkan::policy
