// The port's implementation: the desks, and the jobs beside them.
#pragma once

#include "api/subscribers.h"
#include "daemon/mail/outbox_job.h"
#include "daemon/subscribers/confirmation_desk.h"
#include "daemon/subscribers/notice_job.h"
#include "daemon/subscribers/session_desk.h"
#include "daemon/subscribers/user_desk.h"

namespace inkan::daemon {

class Core;

class SubscriberService : public api::Subscribers {
 public:
  // Core, whose configuration names a pack, and revocation outlive it. Logs the pack, if it is another than
  // the last run's. Throws Error{config} if the pack's profile is not there, or the web tier may not have it
  // issued.
  SubscriberService(Core& core, Revocation& revocation);

  const policy::Pack& pack() const override { return pack_; }

  policy::OrDenial<api::OrganisationRecord> register_organisation(const api::Acting& who,
                                                                  const std::string& name) override {
    return users_.register_organisation(who, name);
  }
  policy::OrDenial<std::vector<api::OrganisationRecord>> organisations(const api::Acting& who) override {
    return users_.organisations(who);
  }
  policy::OrDenial<api::UserRecord> create_user(const api::Acting& who, const api::NewUser& user) override {
    return users_.create(who, user);
  }
  policy::OrDenial<api::UserRecord> would_create_user(const api::Acting& who,
                                                      const api::NewUser& user) override {
    return users_.would_create(who, user);
  }
  policy::OrDenial<api::UserRecord> change_user(const api::Acting& who, const std::string& id,
                                                const api::UserChange& change) override {
    return users_.change(who, id, change);
  }
  policy::OrDenial<api::UserRecord> delete_user(const api::Acting& who, const std::string& id) override {
    return users_.erase(who, id);
  }
  policy::OrDenial<api::UserRecord> release_user(const api::Acting& who, const std::string& id) override {
    return users_.release(who, id);
  }
  policy::OrDenial<api::UserPage> find_users(const api::Acting& who, const api::UserFilter& filter) override {
    return users_.list(who, filter);
  }
  policy::OrDenial<api::UserRecord> find_user(const api::Acting& who, const std::string& id) override {
    return users_.find(who, id);
  }
  policy::OrDenial<api::HistoryPage> history(const api::Acting& who, const std::string& id,
                                             const api::HistoryFilter& filter) override {
    return users_.history(who, id, filter);
  }
  policy::OrDenial<std::vector<api::UserEnrolment>> user_enrolments(const api::Acting& who,
                                                                    const std::string& id) override {
    return users_.enrolments(who, id);
  }
  policy::OrDenial<std::vector<api::CertificateRecord>> revoke_certificates(
      const api::Acting& who, const std::string& id, const api::RevocationApplication& application) override {
    return users_.revoke(who, id, application);
  }

  api::Admitted<api::SessionRecord> log_in(const api::Call& call, const api::Credentials& credentials,
                                           api::LoginScreen screen) override {
    return sessions_.log_in(call, credentials, screen);
  }
  policy::OrDenial<api::SessionRecord> find_session(const api::Call&, const api::Ticket& ticket) override {
    return sessions_.find(ticket);
  }
  void log_out(const api::Call&, const api::Ticket& ticket) override { sessions_.log_out(ticket); }
  api::Admitted<api::UserRecord> choose_password(const api::Call& call, const api::Ticket& ticket,
                                                 const std::string& old, const std::string& chosen) override {
    return sessions_.choose_password(call, ticket, old, chosen);
  }
  api::ShownCertificate judge_shown(const policy::Bytes& der) override { return sessions_.judge_shown(der); }

  api::Admitted<api::EnrolmentRecord> open_enrolment(const api::Call& call,
                                                     const api::Credentials& credentials) override {
    return enrolments_.open(call, credentials);
  }
  policy::OrDenial<api::EnrolmentRecord> enter_code(const api::Call& call, const std::string& id,
                                                    const api::Ticket& ticket,
                                                    const std::string& code) override {
    return enrolments_.enter_code(call, id, ticket, code);
  }
  policy::OrDenial<api::EnrolmentRecord> find_enrolment(const api::Call&, const std::string& id,
                                                        const api::Ticket& ticket) override {
    return enrolments_.find(id, ticket);
  }
  policy::OrDenial<api::EnrolmentRecord> cancel(const api::Call& call, const std::string& id,
                                                const api::Ticket& ticket) override {
    return enrolments_.cancel(call, id, ticket);
  }
  policy::OrDenial<api::EnrolmentRecord> issue(const api::Call& call, const std::string& id,
                                               const api::Ticket& ticket,
                                               const policy::CertificationRequest& request) override {
    return enrolments_.issue(call, id, ticket, request);
  }
  policy::OrDenial<api::EnrolmentRecord> confirm(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket,
                                                 const api::Confirmation& how) override {
    return confirmations_.confirm(call, id, ticket, how);
  }
  policy::OrDenial<api::EnrolmentRecord> decline(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket) override {
    return confirmations_.decline(call, id, ticket);
  }

  // A job's turn: mails that fall due, what should have been confirmed, what nobody needs any more.
  void turn();
  // Another's: mails that wait are sent. Null: there is no mail server.
  OutboxJob* outbox() { return outbox_.get(); }
  void follow(const TryLimits& limits) { authentication_.follow(limits); }

 private:
  SubscriberParts parts() { return {pack_, writer_, store_, hasher_, secret_, measurements_}; }

  const policy::Pack pack_;
  LogWriter& writer_;
  Store& store_;
  Measurements& measurements_;
  PasswordHasher hasher_;
  const SubscriberSecret secret_;
  Authentication authentication_;
  EnrolmentDesk enrolments_;
  ConfirmationDesk confirmations_;
  SessionDesk sessions_;
  UserDesk users_;
  NoticeJob notices_;
  std::unique_ptr<OutboxJob> outbox_;
};

}  // namespace inkan::daemon
