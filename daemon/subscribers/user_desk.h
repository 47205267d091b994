// Organisations and users: registered, changed, released, deleted, looked at, and their certificates revoked
// on an application. Each act is one transaction with its leaf; a refusal of somebody who is known has one
// too.
#pragma once

#include "daemon/authority/revocation.h"
#include "daemon/subscribers/acting.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

class UserDesk {
 public:
  UserDesk(SubscriberParts parts, Revocation& revocation) : parts_(parts), revocation_(revocation) {}

  // As api::Subscribers has them.
  policy::OrDenial<api::OrganisationRecord> register_organisation(const api::Acting& who,
                                                                  const std::string& name);
  policy::OrDenial<std::vector<api::OrganisationRecord>> organisations(const api::Acting& who);
  policy::OrDenial<api::UserRecord> create(const api::Acting& who, const api::NewUser& user);
  policy::OrDenial<api::UserRecord> would_create(const api::Acting& who, const api::NewUser& user);
  policy::OrDenial<api::UserRecord> change(const api::Acting& who, const std::string& id,
                                           const api::UserChange& change);
  policy::OrDenial<api::UserRecord> erase(const api::Acting& who, const std::string& id);
  policy::OrDenial<api::UserRecord> release(const api::Acting& who, const std::string& id);
  policy::OrDenial<api::UserPage> list(const api::Acting& who, const api::UserFilter& filter);
  policy::OrDenial<api::UserRecord> find(const api::Acting& who, const std::string& id);
  policy::OrDenial<api::HistoryPage> history(const api::Acting& who, const std::string& id,
                                             const api::HistoryFilter& filter);
  policy::OrDenial<std::vector<api::CertificateRecord>> revoke(const api::Acting& who, const std::string& id,
                                                               const api::RevocationApplication& application);

  // Those of the user, the newest first, and not more than 100; without what only the ticket's holder may
  // know.
  policy::OrDenial<std::vector<api::UserEnrolment>> enrolments(const api::Acting& who, const std::string& id);

 private:
  // Puts a refusal into the log, with `op` as what was asked for, and into the history of the user that it
  // was about. A session that is over is nobody's: of that no leaf is written.
  template <class T>
  policy::OrDenial<T> told(policy::OrDenial<T> outcome, const api::Acting& who, const char* op,
                           const std::string& user) {
    if (const auto* denial = policy::denied(outcome)) tell_refusal(*denial, who, op, user);
    return outcome;
  }
  void tell_refusal(const policy::Denial& denial, const api::Acting& who, const char* op,
                    const std::string& user);
  std::optional<policy::Denial> check_reader(Database& database, const api::Acting& who,
                                             const std::string& id) const;
  // One act upon one user: who may do it to him is asked in the transaction that does it.
  using Act = std::function<std::optional<policy::Denial>(Writing&, const Actor&, UserRow&)>;
  policy::OrDenial<api::UserRecord> act_upon(const api::Acting& who, const char* op, const std::string& id,
                                             policy::SubscriberAct (*act)(policy::UserKind), const Act& work);

  SubscriberParts parts_;
  Revocation& revocation_;
};

}  // namespace inkan::daemon
