// Logins: screen ③'s ログイン and マスターユーザーの初期登録 (R02, R05, R24, A18), their sessions, and
// passwords that users choose themselves.
#pragma once

#include "daemon/subscribers/acting.h"
#include "daemon/subscribers/authentication.h"
#include "daemon/subscribers/confirmation_desk.h"

namespace inkan::daemon {

class SessionDesk {
 public:
  SessionDesk(SubscriberParts parts, Authentication& authentication, ConfirmationDesk& confirmations)
      : parts_(parts), authentication_(authentication), confirmations_(confirmations) {}

  // As api::Subscribers has them.
  api::Admitted<api::SessionRecord> log_in(const api::Call& call, const api::Credentials& credentials,
                                           api::LoginScreen screen);
  policy::OrDenial<api::SessionRecord> find(const api::Ticket& ticket);
  void log_out(const api::Ticket& ticket);
  api::Admitted<api::UserRecord> choose_password(const api::Call& call, const api::Ticket& ticket,
                                                 const std::string& old, const std::string& chosen);
  api::ShownCertificate judge_shown(const policy::Bytes& der);

 private:
  policy::OrDenial<api::UserRecord> write_password(Writing& w, const api::Call& call,
                                                   const api::Ticket& ticket, const std::string& hash) const;
  policy::OrDenial<policy::Serial> judge_login(Database& database, const api::Credentials& credentials,
                                               const UserRow& user, policy::Instant at) const;

  SubscriberParts parts_;
  Authentication& authentication_;
  ConfirmationDesk& confirmations_;
};

}  // namespace inkan::daemon
