// The codecs of organisations, users, logins and enrolments.
#pragma once

#include "api/json/document.h"
#include "api/subscribers.h"

namespace inkan::api {

// What is badly formed by the pack's rules is a fault of its field, before anybody is looked up (rule A12).
OrProblem<Credentials> decode_credentials(std::string_view body, const policy::Pack& pack);
struct LoginOrder {
  Credentials credentials;
  LoginScreen screen = LoginScreen::login;
};
OrProblem<LoginOrder> decode_login(std::string_view body, const policy::Pack& pack);
struct PasswordChoice {
  std::string old, chosen;
};
OrProblem<PasswordChoice> decode_password_choice(std::string_view body, const policy::Pack& pack);

OrProblem<std::string> decode_organisation(std::string_view body);
OrProblem<NewUser> decode_new_user(std::string_view body, const policy::Pack& pack);
OrProblem<UserChange> decode_user_change(std::string_view body, const policy::Pack& pack);
OrProblem<RevocationApplication> decode_application(std::string_view body);
OrProblem<policy::CertificationRequest> decode_certification_request(std::string_view body);
OrProblem<std::string> decode_code(std::string_view body);
OrProblem<Confirmation> decode_confirmation(std::string_view body);
OrProblem<policy::Bytes> decode_shown(std::string_view body);
std::optional<Problem> fault_in_empty(std::string_view body);  // an object without members

Json encode(const OrganisationRecord& organisation);
Json encode(const UserRecord& user);
Json encode(const SessionRecord& session);
Json encode(const EnrolmentRecord& enrolment);
Json encode(const UserEnrolment& enrolment);
Json encode(const ShownCertificate& shown);
Json encode(const policy::Pack& pack);

}  // namespace inkan::api
