// Organisations and users: registered, changed, released, deleted, looked at, and their certificates revoked
// on an application. Each act is one transaction with its leaf.
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
  policy::OrDenial<api::UserRecord> change(const api::Acting& who, const std::string& id,
                                           const api::UserChange& change);
  policy::OrDenial<api::UserRecord> erase(const api::Acting& who, const std::string& id);
  policy::OrDenial<api::UserRecord> release(const api::Acting& who, const std::string& id);
  policy::OrDenial<api::UserPage> list(const api::Acting& who, const api::UserFilter& filter);
  policy::OrDenial<api::UserRecord> find(const api::Acting& who, const std::string& id);
  policy::OrDenial<std::vector<std::string>> history(const api::Acting& who, const std::string& id);
  policy::OrDenial<std::vector<api::CertificateRecord>> revoke(const api::Acting& who, const std::string& id,
                                                               const api::RevocationApplication& application);

 private:
  std::optional<policy::Denial> check_actor(const api::Acting& who, std::optional<policy::SubscriberAct> act);
  // One act upon one user: who may do it to him is asked in the transaction that does it.
  using Act = std::function<std::optional<policy::Denial>(Writing&, const Actor&, UserRow&)>;
  policy::OrDenial<api::UserRecord> act_upon(const api::Acting& who, const std::string& id,
                                             policy::SubscriberAct (*act)(policy::UserKind), const Act& work);

  SubscriberParts parts_;
  Revocation& revocation_;
};

}  // namespace inkan::daemon
