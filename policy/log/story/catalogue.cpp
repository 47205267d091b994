#include "policy/log/story/catalogue.h"

#include <array>

namespace inkan::policy {
namespace {

constexpr bool k_must = true;

constexpr KnownField k_envelope[] = {
    {"actor", k_must}, {"approvals"},     {"boot_id", k_must}, {"build", k_must}, {"detail"},
    {"id", k_must},    {"index", k_must}, {"node", k_must},    {"on_behalf_of"},  {"outcome", k_must},
    {"policy"},        {"reason"},        {"request_id"},      {"target"},        {"time", k_must},
    {"trace_id"},      {"type", k_must},  {"v", k_must}};

constexpr KnownField k_intent[] = {{"authority"},       {"ceremony_id"},       {"count"},  {"csr_sha256"},
                                   {"enrolment"},       {"key_id", k_must},    {"label"},  {"number"},
                                   {"purpose", k_must}, {"replaces"},          {"serial"}, {"shard"},
                                   {"spki_sha256"},     {"tbs_sha256", k_must}};
constexpr KnownField k_certificate[] = {{"ceremony_id"},        {"intent", k_must}, {"not_after", k_must},
                                        {"not_before", k_must}, {"serial", k_must}, {"sha256", k_must},
                                        {"sig_alg", k_must},    {"tries", k_must}};
constexpr KnownField k_ca[] = {{"ceremony_id"}, {"sha256", k_must}};
constexpr KnownField k_ca_request[] = {{"ceremony_id", k_must}, {"intent", k_must},      {"profile", k_must},
                                       {"sha256", k_must},      {"spki_sha256", k_must}, {"tries", k_must}};
constexpr KnownField k_ca_import[] = {
    {"chain", k_must}, {"key_id", k_must}, {"request", k_must}, {"sha256", k_must}, {"spki_sha256", k_must}};
constexpr KnownField k_activate[] = {{"authority", k_must}, {"before", k_must}, {"request", k_must}};
constexpr KnownField k_retire[] = {{"authority", k_must}, {"request", k_must}};
constexpr KnownField k_crl[] = {{"count", k_must},       {"intent", k_must}, {"next_update", k_must},
                                {"number", k_must},      {"sha256", k_must}, {"shard"},
                                {"this_update", k_must}, {"tries", k_must}};
constexpr KnownField k_ocsp[] = {
    {"count", k_must}, {"failed", k_must}, {"intent", k_must}, {"possible", k_must}, {"retries", k_must}};
constexpr KnownField k_selftest[] = {
    {"intent", k_must}, {"label", k_must}, {"name", k_must}, {"result", k_must}};
constexpr KnownField k_unsigned[] = {{"ceremony_id"}, {"intent", k_must}, {"rv", k_must}, {"tries", k_must}};
constexpr KnownField k_late[] = {{"intent", k_must}, {"sha256", k_must}, {"tries", k_must}};
constexpr KnownField k_revoke[] = {{"application"},    {"ceremony_id"},    {"enrolment"}, {"invalidity_date"},
                                   {"reason", k_must}, {"serial", k_must}, {"user_ref"}};
constexpr KnownField k_hold[] = {{"ceremony_id"}, {"invalidity_date"}, {"serial", k_must}};
constexpr KnownField k_unhold[] = {{"serial", k_must}};
constexpr KnownField k_denied[] = {
    {"by"}, {"clause", k_must}, {"op", k_must}, {"rule", k_must}, {"user_ref"}};
constexpr KnownField k_auth[] = {{"address", k_must},
                                 {"count", k_must},
                                 {"method", k_must},
                                 {"result", k_must},
                                 {"subject_sha256", k_must}};
constexpr KnownField k_authz[] = {{"op", k_must}};
constexpr KnownField k_key[] = {{"alg", k_must},         {"attrs", k_must},      {"bits", k_must},
                                {"ceremony_id", k_must}, {"cka_id", k_must},     {"key_id", k_must},
                                {"purpose", k_must},     {"spki_sha256", k_must}};
constexpr KnownField k_role[] = {{"by", k_must},   {"ceremony_id"}, {"request"},
                                 {"role", k_must}, {"serial"},      {"spki_sha256", k_must}};
constexpr KnownField k_role_end[] = {{"request", k_must}, {"role", k_must}};
constexpr KnownField k_ceremony[] = {{"ceremony_id", k_must}, {"config_sha256"},  {"intent"},
                                     {"plan_sha256"},         {"result", k_must}, {"sha256"},
                                     {"step", k_must},        {"tries"}};
constexpr KnownField k_approval[] = {{"expires", k_must}, {"m", k_must},  {"n", k_must},
                                     {"nonce", k_must},   {"op", k_must}, {"op_sha256", k_must}};
constexpr KnownField k_vote[] = {
    {"cms_sha256", k_must}, {"document", k_must}, {"request", k_must}, {"vote", k_must}};
constexpr KnownField k_result[] = {{"op", k_must}, {"outcome", k_must}, {"request", k_must}};
constexpr KnownField k_stop[] = {{"by", k_must}};
constexpr KnownField k_restart[] = {{"request", k_must}};
constexpr KnownField k_start[] = {{"build", k_must}, {"config_sha256", k_must}, {"module_sha256", k_must}};
constexpr KnownField k_crash[] = {{"last_index", k_must}};
constexpr KnownField k_log_start[] = {{"root", k_must}, {"tree_size", k_must}};
constexpr KnownField k_export[] = {{"from", k_must},   {"intent"},     {"recipient", k_must},
                                   {"sha256", k_must}, {"to", k_must}, {"tree_size", k_must},
                                   {"tries"}};
constexpr KnownField k_log_checkpoint[] = {
    {"cosigners", k_must}, {"key_id", k_must}, {"root", k_must}, {"size", k_must}};
constexpr KnownField k_login[] = {
    {"firmware", k_must}, {"label", k_must}, {"login", k_must}, {"pin", k_must}, {"serial", k_must}};
constexpr KnownField k_token[] = {{"detail"}, {"event", k_must}, {"from"}, {"recoveries"}, {"to"}};
constexpr KnownField k_key_state[] = {
    {"from", k_must}, {"key_id", k_must}, {"label", k_must}, {"to", k_must}};
constexpr KnownField k_destroy[] = {
    {"key_id", k_must}, {"label", k_must}, {"method", k_must}, {"request", k_must}, {"verified", k_must}};
constexpr KnownField k_backup[] = {{"backup", k_must}, {"intent"},         {"key_id", k_must},
                                   {"label", k_must},  {"result", k_must}, {"serial", k_must},
                                   {"token", k_must},  {"tries"}};
constexpr KnownField k_key_denied[] = {{"key_id", k_must}, {"label", k_must}, {"why", k_must}};
constexpr KnownField k_clock[] = {{"offset_ms", k_must}, {"source", k_must}};
constexpr KnownField k_config[] = {{"key", k_must}, {"new", k_must}, {"old", k_must}};
constexpr KnownField k_profile[] = {
    {"new", k_must}, {"old", k_must}, {"profile", k_must}, {"request"}, {"version", k_must}};
constexpr KnownField k_blocklist[] = {
    {"added", k_must}, {"removed", k_must}, {"request", k_must}, {"sha256", k_must}, {"size", k_must}};
constexpr KnownField k_organisation[] = {{"organisation", k_must}};
constexpr KnownField k_user[] = {{"by"}, {"kind", k_must}, {"organisation", k_must}, {"user_ref", k_must}};
constexpr KnownField k_user_change[] = {{"by"}, {"user_ref", k_must}, {"what", k_must}};
constexpr KnownField k_user_end[] = {{"by"}, {"user_ref", k_must}};
constexpr KnownField k_user_auth[] = {
    {"failures", k_must}, {"locks", k_must}, {"result", k_must}, {"screen", k_must}, {"user_ref"}};
constexpr KnownField k_user_lock[] = {{"until", k_must}, {"user_ref", k_must}};
constexpr KnownField k_user_block[] = {{"user_ref", k_must}};
constexpr KnownField k_user_unlock[] = {{"by"}, {"user_ref", k_must}, {"was", k_must}};
constexpr KnownField k_enrolment[] = {
    {"enrolment", k_must}, {"kind", k_must}, {"presented"}, {"user_ref", k_must}};
constexpr KnownField k_enrolment_end[] = {{"enrolment", k_must}, {"user_ref", k_must}};
constexpr KnownField k_confirm[] = {
    {"asserted_by"}, {"enrolment", k_must}, {"how", k_must}, {"serial", k_must}, {"user_ref", k_must}};
constexpr KnownField k_decline[] = {{"enrolment", k_must}, {"serial", k_must}, {"user_ref", k_must}};
constexpr KnownField k_notify[] = {
    {"kind", k_must}, {"mail_ref", k_must}, {"serial"}, {"status", k_must}, {"user_ref", k_must}};
constexpr KnownField k_software[] = {{"new", k_must}, {"old", k_must}};
constexpr KnownField k_restore[] = {{"covered", k_must},   {"crl_numbers", k_must}, {"kept_root", k_must},
                                    {"kept_size", k_must}, {"leaves", k_must},      {"lost", k_must},
                                    {"root", k_must}};

constexpr std::array k_known_types = std::to_array<KnownType>({
    {EventType::sign_intent, k_intent},
    {EventType::sign_failed, k_unsigned},
    {EventType::sign_possible, k_unsigned},
    {EventType::sign_late, k_late},
    {EventType::cert_issue, k_certificate},
    {EventType::cert_revoke, k_revoke},
    {EventType::cert_hold, k_hold},
    {EventType::cert_unhold, k_unhold},
    {EventType::ca_issue, k_ca},
    {EventType::ca_request, k_ca_request},
    {EventType::ca_import, k_ca_import},
    {EventType::ca_activate, k_activate},
    {EventType::ca_retire, k_retire},
    {EventType::crl_issue, k_crl},
    {EventType::ocsp_sign, k_ocsp},
    {EventType::selftest, k_selftest},
    {EventType::request_denied, k_denied},
    {EventType::operator_auth, k_auth},
    {EventType::operator_authz_denied, k_authz},
    {EventType::key_generate, k_key},
    {EventType::key_state, k_key_state},
    {EventType::key_destroy, k_destroy},
    {EventType::key_backup, k_backup},
    {EventType::key_use_denied, k_key_denied},
    {EventType::role_grant, k_role},
    {EventType::role_revoke, k_role_end},
    {EventType::ceremony_step, k_ceremony},
    {EventType::approval_request, k_approval},
    {EventType::approval_vote, k_vote},
    {EventType::approval_result, k_result},
    {EventType::issuing_stop, k_stop},
    {EventType::issuing_start, k_restart},
    {EventType::daemon_start, k_start},
    {EventType::daemon_stop, {}},
    {EventType::daemon_crash, k_crash},
    {EventType::config_change, k_config},
    {EventType::profile_change, k_profile},
    {EventType::blocklist_change, k_blocklist},
    {EventType::software_update, k_software},
    {EventType::store_restore, k_restore},
    {EventType::clock_change, k_clock},
    {EventType::log_start, k_log_start},
    {EventType::log_checkpoint, k_log_checkpoint},
    {EventType::log_stop, {}},
    {EventType::log_export, k_export},
    {EventType::token_login, k_login},
    {EventType::token_event, k_token},
    {EventType::organisation_create, k_organisation},
    {EventType::user_create, k_user},
    {EventType::user_change, k_user_change},
    {EventType::user_delete, k_user_end},
    {EventType::user_auth, k_user_auth},
    {EventType::user_lock, k_user_lock},
    {EventType::user_block, k_user_block},
    {EventType::user_unlock, k_user_unlock},
    {EventType::enrol_request, k_enrolment},
    {EventType::enrol_cancel, k_enrolment_end},
    {EventType::enrol_confirm, k_confirm},
    {EventType::enrol_decline, k_decline},
    {EventType::notify_sent, k_notify},
});

// Leaves have their members in this order too, so the two are walked side by side.
constexpr bool is_sorted(std::span<const KnownField> fields) {
  for (std::size_t i = 1; i < fields.size(); ++i)
    if (fields[i - 1].name >= fields[i].name) return false;
  return true;
}
constexpr bool types_in_order() {
  for (std::size_t i = 0; i < k_known_types.size(); ++i)
    if (static_cast<std::size_t>(k_known_types[i].type) != i) return false;
  return true;
}
static_assert(types_in_order(), "a row stands at its type's place");
static_assert(is_sorted(k_envelope));
static_assert([] {
  for (const auto& known : k_known_types)
    if (!is_sorted(known.detail)) return false;
  return true;
}());

}  // namespace

const KnownType& known_type(EventType type) {
  return k_known_types[static_cast<std::size_t>(type)];
}

const KnownType* find_known_type(std::string_view text) {
  for (const auto& known : k_known_types)
    if (name(known.type) == text) return &known;
  return nullptr;
}

std::span<const KnownField> envelope_fields() {
  return k_envelope;
}

}  // namespace inkan::policy
