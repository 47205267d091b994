// Enrolments: opened by a right password, one certificate each, confirmed or declined. Rules R19, R20, R25 to
// R28, A06 to A08, A13, A14, A16, A17, A19, A23.
#pragma once

#include "daemon/authority/issuance.h"
#include "daemon/authority/revocation.h"
#include "daemon/store/enrolment_rows.h"
#include "daemon/subscribers/acting.h"
#include "daemon/subscribers/authentication.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

class EnrolmentDesk {
 public:
  EnrolmentDesk(SubscriberParts parts, Authentication& authentication, Issuance& issuance,
                Authorities& authorities, const Identities& identities, Revocation& revocation)
      : parts_(parts),
        authentication_(authentication),
        issuance_(issuance),
        authorities_(authorities),
        identities_(identities),
        revocation_(revocation) {}

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
  policy::OrDenial<api::EnrolmentRecord> confirm(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket, const api::Confirmation& how);
  policy::OrDenial<api::EnrolmentRecord> decline(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket);

  // A login with the certificate shows that it is installed; for the transaction of that login.
  // Returns what to do once that is durable.
  std::function<void()> confirm_by_login(Writing& w, const api::Call& call, const policy::Serial& serial);
  // A job's turn: what should have been confirmed by now, and the pack revokes (A23).
  void revoke_unconfirmed();

 private:
  struct Revoked {  // to be told of, once it is durable
    policy::Serial serial;
    policy::RevocationReason reason;
  };
  // An enrolment with the state that it is in, as one transaction sees both.
  struct Seen {
    EnrolmentRow row;
    policy::EnrolmentState state;
  };

  static policy::Denial over(policy::EnrolmentState state);  // "enrol.over"
  // By the pack: the second factor.
  void ask_for_code(Writing& w, EnrolmentRow& row) const;
  policy::OrDenial<Seen> see(Database& database, const std::string& id, const api::Ticket& ticket,
                             policy::Instant at) const;
  std::optional<policy::Denial> judge_shown(Database& database, const api::Credentials& credentials,
                                            const UserRow& user, policy::EnrolmentKind kind,
                                            policy::Event& event) const;
  std::optional<policy::Denial> admit(Writing& w, const std::string& id,
                                      const policy::CertificationRequest& request,
                                      const PendingCertificate& pending) const;
  std::optional<api::EnrolmentRecord> of_another_call(const std::string& id, const api::Ticket& ticket,
                                                      const policy::CertificationRequest& request);
  policy::OrDenial<policy::IssuanceRequest> request_for(const UserRow& user,
                                                        const policy::CertificationRequest& request) const;
  std::optional<policy::Denial> judge_proof(Database& database, const EnrolmentRow& row,
                                            const api::Confirmation& how) const;
  // With its leaf and mail.
  void revoke(Writing& w, const api::Call& call, const EnrolmentRow& row, const policy::Serial& serial,
              policy::RevocationReason reason, std::vector<Revoked>& revoked) const;
  // What it revokes on the way, by the pack, is added to `revoked`.
  void write_confirmation(Writing& w, const api::Call& call, const EnrolmentRow& row,
                          api::Confirmation::How how, std::vector<Revoked>& revoked) const;
  void follow(const std::vector<Revoked>& revoked);
  api::EnrolmentRecord record_of(Database& database, const EnrolmentRow& row) const;
  policy::OrDenial<api::EnrolmentRecord> with_certificate(policy::OrDenial<api::EnrolmentRecord> found,
                                                          const std::optional<policy::Serial>& serial);

  SubscriberParts parts_;
  Authentication& authentication_;
  Issuance& issuance_;
  Authorities& authorities_;
  const Identities& identities_;
  Revocation& revocation_;
};

}  // namespace inkan::daemon
