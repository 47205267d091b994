// Enrolments: opened by a right password, one certificate each. Rules R19, R25 to R27, A07, A08, A13, A14,
// A16, A17, A19.
#pragma once

#include "daemon/authority/identities.h"
#include "daemon/authority/issuance.h"
#include "daemon/jobs/background.h"
#include "daemon/subscribers/acting.h"
#include "daemon/subscribers/authentication.h"
#include "daemon/subscribers/seen_enrolment.h"

namespace inkan::daemon {

class EnrolmentDesk {
 public:
  EnrolmentDesk(SubscriberParts parts, Authentication& authentication, Issuance& issuance,
                Authorities& authorities, const Identities& identities)
      : parts_(parts),
        authentication_(authentication),
        issuance_(issuance),
        authorities_(authorities),
        identities_(identities) {}

  // As api::Subscribers has them.
  api::Admitted<api::EnrolmentRecord> open(const api::Call& call, const api::Credentials& credentials);
  policy::OrDenial<api::EnrolmentRecord> enter_code(const api::Call& call, const std::string& id,
                                                    const api::Ticket& ticket, const std::string& code);
  policy::OrDenial<api::EnrolmentRecord> find(const std::string& id, const api::Ticket& ticket);
  policy::OrDenial<api::EnrolmentRecord> cancel(const api::Call& call, const std::string& id,
                                                const api::Ticket& ticket);
  policy::OrDenial<api::EnrolmentRecord> issue(const api::Call& call, const std::string& id,
                                               const api::Ticket& ticket,
                                               const policy::CertificationRequest& request);

 private:
  // By the pack: the second factor.
  void ask_for_code(Writing& w, EnrolmentRow& row) const;
  std::optional<policy::Denial> judge_shown(Database& database, const api::Credentials& credentials,
                                            const UserRow& user, policy::EnrolmentKind kind,
                                            policy::Event& event) const;
  std::optional<policy::Denial> admit(Writing& w, const std::string& id,
                                      const policy::CertificationRequest& request,
                                      const PendingCertificate& pending) const;
  policy::OrDenial<api::EnrolmentRecord> when_under_way(const std::string& id, const api::Ticket& ticket);
  std::optional<api::EnrolmentRecord> of_another_call(const std::string& id, const api::Ticket& ticket,
                                                      const policy::CertificationRequest& request);
  policy::OrDenial<policy::IssuanceRequest> request_for(const UserRow& user,
                                                        const policy::CertificationRequest& request) const;
  api::EnrolmentRecord record_of(Database& database, const EnrolmentRow& row) const;
  policy::OrDenial<api::EnrolmentRecord> with_certificate(policy::OrDenial<api::EnrolmentRecord> found,
                                                          const std::optional<policy::Serial>& serial);

  SubscriberParts parts_;
  Authentication& authentication_;
  Issuance& issuance_;
  Authorities& authorities_;
  const Identities& identities_;
  Background background_;  // the last: what goes on uses the others
};

}  // namespace inkan::daemon
