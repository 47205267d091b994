#include "api/subscriber_routes.h"

#include "api/handlers/handlers.h"

namespace inkan::api {
namespace {

using policy::Role;

constexpr Roles k_web{Role::web_tier};
constexpr Roles k_bank{Role::bank_staff};
// A master user acts through the web tier, by his session.
constexpr Roles k_callers{Role::web_tier, Role::bank_staff};

Route subscriber_row(Verb verb, std::string_view path, std::string_view operation, Roles roles,
                     Handler handler) {
  return {verb, path, operation, Audience::api, roles, false, {"application/json"}, handler};
}

}  // namespace

std::vector<Route> subscriber_routes() {
  return {
      subscriber_row(Verb::get, "/v1/policy-pack", "getPolicyPack", k_callers, &get_policy_pack),
      subscriber_row(Verb::post, "/v1/organisations", "registerOrganisation", k_bank, &register_organisation),
      subscriber_row(Verb::get, "/v1/organisations", "listOrganisations", k_callers, &list_organisations),
      subscriber_row(Verb::post, "/v1/users", "createUser", k_callers, &create_user),
      subscriber_row(Verb::get, "/v1/users", "listUsers", k_callers, &list_users),
      subscriber_row(Verb::get, "/v1/users/{id}", "getUser", k_callers, &get_user),
      subscriber_row(Verb::get, "/v1/users/{id}/history", "getUserHistory", k_callers, &get_user_history),
      subscriber_row(Verb::get, "/v1/users/{id}/enrolments", "listUserEnrolments", k_callers,
                     &list_user_enrolments),
      subscriber_row(Verb::post, "/v1/users/{id}/change", "changeUser", k_callers, &change_user),
      subscriber_row(Verb::post, "/v1/users/{id}/delete", "deleteUser", k_callers, &delete_user),
      subscriber_row(Verb::post, "/v1/users/{id}/release", "releaseUser", k_callers, &release_user),
      subscriber_row(Verb::post, "/v1/users/{id}/revoke", "revokeUserCertificates", k_callers,
                     &revoke_user_certificates),
      subscriber_row(Verb::post, "/v1/sessions", "logIn", k_web, &log_in),
      subscriber_row(Verb::get, "/v1/session", "getSession", k_web, &get_session),
      subscriber_row(Verb::post, "/v1/session/end", "logOut", k_web, &log_out),
      subscriber_row(Verb::post, "/v1/session/password", "choosePassword", k_web, &choose_password),
      subscriber_row(Verb::post, "/v1/shown-certificates", "judgeShownCertificate", k_web,
                     &judge_shown_certificate),
      subscriber_row(Verb::post, "/v1/enrolments", "openEnrolment", k_web, &open_enrolment),
      subscriber_row(Verb::get, "/v1/enrolments/{id}", "getEnrolment", k_web, &get_enrolment),
      subscriber_row(Verb::post, "/v1/enrolments/{id}/certificate", "issueEnrolment", k_web,
                     &issue_enrolment),
      subscriber_row(Verb::post, "/v1/enrolments/{id}/code", "enterEnrolmentCode", k_web,
                     &enter_enrolment_code),
      subscriber_row(Verb::post, "/v1/enrolments/{id}/cancel", "cancelEnrolment", k_web, &cancel_enrolment),
      subscriber_row(Verb::post, "/v1/enrolments/{id}/confirm", "confirmEnrolment", k_web,
                     &confirm_enrolment),
      subscriber_row(Verb::post, "/v1/enrolments/{id}/decline", "declineEnrolment", k_web,
                     &decline_enrolment),
  };
}

}  // namespace inkan::api
