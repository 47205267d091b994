// What becomes of a certificate once it is issued: confirmed to be installed, declined, or neither in time;
// and of those it takes over from. Rules R20, R28, A06, A23.
#pragma once

#include "daemon/authority/revocation.h"
#include "daemon/subscribers/enrolment_desk.h"

namespace inkan::daemon {

class ConfirmationDesk {
 public:
  ConfirmationDesk(SubscriberParts parts, EnrolmentDesk& enrolments, Revocation& revocation)
      : parts_(parts), enrolments_(enrolments), revocation_(revocation) {}

  // As api::Subscribers has them.
  policy::OrDenial<api::EnrolmentRecord> confirm(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket, const api::Confirmation& how);
  policy::OrDenial<api::EnrolmentRecord> decline(const api::Call& call, const std::string& id,
                                                 const api::Ticket& ticket);

  // A login with the certificate shows that it is installed; for the transaction of that login.
  // Returns what to do once that is durable.
  std::function<void()> confirm_by_login(Writing& w, const api::Call& call, const policy::Serial& serial);
  // A job's turn: what should have been confirmed by now, and the pack revokes (A23).
  void revoke_unconfirmed();
  // Another's: the older certificates, some days after the newer was confirmed (A06).
  void revoke_superseded();

 private:
  struct Revoked {  // to be told of, once it is durable
    policy::Serial serial;
    policy::RevocationReason reason;
  };
  using Settled = std::function<bool(const SeenEnrolment&)>;
  using Act =
      std::function<std::optional<policy::Denial>(Writing&, const EnrolmentRow&, std::vector<Revoked>&)>;

  // Acts upon an unconfirmed enrolment in one transaction; one that is `settled` already is answered as it
  // stands, so that a call may be made again.
  policy::OrDenial<api::EnrolmentRecord> settle(const std::string& id, const api::Ticket& ticket,
                                                const Settled& settled, const Act& act);
  std::optional<policy::Denial> judge_proof(Database& database, const EnrolmentRow& row,
                                            const api::Confirmation& how) const;
  // With its leaf and mail.
  void revoke(Writing& w, const api::Call& call, const EnrolmentRow& row, const policy::Serial& serial,
              policy::RevocationReason reason, std::vector<Revoked>& revoked) const;
  // What it revokes on the way, by the pack, is added to `revoked`.
  void write_confirmation(Writing& w, const api::Call& call, const EnrolmentRow& row,
                          api::Confirmation::How how, std::vector<Revoked>& revoked) const;
  void revoke_older(Writing& w, const api::Call& call, const EnrolmentRow& row,
                    std::vector<Revoked>& revoked) const;
  void follow(const std::vector<Revoked>& revoked);

  SubscriberParts parts_;
  EnrolmentDesk& enrolments_;
  Revocation& revocation_;
};

}  // namespace inkan::daemon
