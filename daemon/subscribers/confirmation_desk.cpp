#include "daemon/subscribers/confirmation_desk.h"

#include "daemon/clock.h"
#include "policy/subscriber/install_proof.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {

using policy::Denial;
using policy::EnrolmentState;
using policy::EnrolmentStep;
using policy::Error;
using policy::ErrorCode;
using policy::EventType;
using policy::OrDenial;
using policy::RevocationReason;

namespace {

constexpr int k_rows_at_once = 100;

}  // namespace

std::optional<Denial> ConfirmationDesk::judge_proof(Database& database, const EnrolmentRow& row,
                                                    const api::Confirmation& how) const {
  if (how.how != api::Confirmation::How::proof) return std::nullopt;
  auto certificate = database.prepare("SELECT der FROM certificates WHERE serial = ?");
  certificate.bind(row.serial->content());
  if (!certificate.step())
    throw Error(ErrorCode::store, "the certificate of an enrolment is not in the store");
  const auto der = certificate.octets(0);
  if (policy::is_install_proof(policy::Certificate::parse(der).public_key(),
                               policy::install_message(row.nonce, policy::fingerprint_of(der)),
                               how.signature))
    return std::nullopt;
  return Denial{"enrol.proof", "A23",
                "the signature is not that of the certificate's key over this enrolment",
                "sign the nonce and the certificate's hash with the new key, as the front-end guide says"};
}

void ConfirmationDesk::revoke(Writing& w, const api::Call& call, const EnrolmentRow& row,
                              const policy::Serial& serial, RevocationReason reason,
                              std::vector<Revoked>& revoked) const {
  write_revocation(w, call, {serial, reason, std::nullopt}, "",
                   {{"enrolment", row.id}, {"user_ref", row.user}});
  revoked.push_back({serial, reason});
}

void ConfirmationDesk::write_confirmation(Writing& w, const api::Call& call, const EnrolmentRow& row,
                                          api::Confirmation::How how, std::vector<Revoked>& revoked) const {
  using How = api::Confirmation::How;
  row.set_step(w.database(), EnrolmentStep::confirmed);
  policy::Event event = enrolment_event(EventType::enrol_confirm, row);
  event.detail["how"] = how == How::proof ? "proof" : how == How::tls ? "tls" : "login";
  event.detail["serial"] = row.serial->hex();
  if (how != How::proof) event.detail["asserted_by"] = call.identity.id();
  tell_of(w, call, std::move(event), row.user);
  if (parts_.pack.supersede == policy::Supersede::revoke_on_confirm) revoke_older(w, call, row, revoked);
  if (parts_.pack.supersede == policy::Supersede::revoke_after)
    row.set_supersede(w.database(), w.now() + parts_.pack.supersede_after);
}

// Those that end before the enrolment's own: who logs in with an old certificate does not undo a newer. And
// only while that own one is good: nobody is left without any.
void ConfirmationDesk::revoke_older(Writing& w, const api::Call& call, const EnrolmentRow& row,
                                    std::vector<Revoked>& revoked) const {
  const auto own = certificate_of(w.database(), row);
  if (!own || !own->counts_as_issued(w.now())) return;
  for (const auto& each : certificates_of(w.database(), row.user)) {
    if (each.certificate.signing != policy::UserCertificate::Signing::issued ||
        !each.certificate.counts_as_issued(w.now()) || each.certificate.not_after >= own->not_after)
      continue;
    revoke(w, call, row, each.serial, RevocationReason::superseded, revoked);
  }
}

void ConfirmationDesk::follow(const std::vector<Revoked>& revoked) {
  for (const auto& each : revoked)
    if (const auto record = parts_.store.find_certificate(each.serial, now()))
      revocation_.follow(record->authority, each.reason);
}

OrDenial<api::EnrolmentRecord> ConfirmationDesk::settle(const std::string& id, const api::Ticket& ticket,
                                                        const Settled& settled, const Act& act) {
  std::vector<Revoked> revoked;
  const auto denial = parts_.writer.write([&](Writing& w) -> std::optional<Denial> {
    revoked.clear();
    const auto found = see_enrolment(w.database(), id, ticket, w.now());
    if (const auto* refusal = policy::denied(found)) return *refusal;
    const auto& seen = std::get<SeenEnrolment>(found);
    if (settled(seen)) return std::nullopt;
    if (seen.state != EnrolmentState::issued_unconfirmed) return enrolment_over(seen.state);
    return act(w, seen.row, revoked);
  });
  if (denial) return *denial;
  follow(revoked);
  return enrolments_.find(id, ticket);
}

OrDenial<api::EnrolmentRecord> ConfirmationDesk::confirm(const api::Call& call, const std::string& id,
                                                         const api::Ticket& ticket,
                                                         const api::Confirmation& how) {
  return settle(
      id, ticket, [](const SeenEnrolment& seen) { return seen.state == EnrolmentState::confirmed; },
      [&](Writing& w, const EnrolmentRow& row, std::vector<Revoked>& revoked) {
        auto refusal = judge_proof(w.database(), row, how);
        if (refusal)
          tell_of(w, call, refusal_of("enrol", *refusal), row.user);
        else
          write_confirmation(w, call, row, how.how, revoked);
        return refusal;
      });
}

// R28: in a `seed` pack declining is recorded, and the bank revokes; else it revokes at once.
OrDenial<api::EnrolmentRecord> ConfirmationDesk::decline(const api::Call& call, const std::string& id,
                                                         const api::Ticket& ticket) {
  return settle(
      id, ticket, [](const SeenEnrolment& seen) { return seen.row.step == EnrolmentStep::declined; },
      [&](Writing& w, const EnrolmentRow& row, std::vector<Revoked>& revoked) -> std::optional<Denial> {
        row.set_step(w.database(), EnrolmentStep::declined);
        policy::Event event = enrolment_event(EventType::enrol_decline, row);
        event.detail["serial"] = row.serial->hex();
        tell_of(w, call, std::move(event), row.user);
        if (parts_.pack.unconfirmed == policy::Unconfirmed::auto_revoke)
          revoke(w, call, row, *row.serial, RevocationReason::cessation_of_operation, revoked);
        return std::nullopt;
      });
}

std::function<void()> ConfirmationDesk::confirm_by_login(Writing& w, const api::Call& call,
                                                         const policy::Serial& serial) {
  std::vector<Revoked> revoked;
  const auto row = EnrolmentRow::find_serial(w.database(), serial);
  if (row && state_seen(w.database(), *row, w.now()).state == EnrolmentState::issued_unconfirmed)
    write_confirmation(w, call, *row, api::Confirmation::How::login, revoked);
  return [this, revoked = std::move(revoked)] { follow(revoked); };
}

void ConfirmationDesk::revoke_unconfirmed() {
  if (parts_.pack.unconfirmed == policy::Unconfirmed::seed) return;
  const api::Call job{policy::Identity::system_job("confirm-timeout"), "", "", {}};
  std::vector<Revoked> revoked;
  parts_.writer.write([&](Writing& w) {
    revoked.clear();
    for (const auto& row : EnrolmentRow::unconfirmed(w.database(), w.now(), k_rows_at_once)) {
      const auto state = state_seen(w.database(), row, w.now()).state;
      if (state == EnrolmentState::issuing) continue;  // its outcome is still to come
      row.set_step(w.database(), row.step);            // looked at: not again
      if (state != EnrolmentState::issued_unconfirmed) continue;
      revoke(w, job, row, *row.serial, RevocationReason::cessation_of_operation, revoked);
    }
  });
  follow(revoked);
}

void ConfirmationDesk::revoke_superseded() {
  if (parts_.pack.supersede != policy::Supersede::revoke_after) return;
  const api::Call job{policy::Identity::system_job("supersede"), "", "", {}};
  std::vector<Revoked> revoked;
  parts_.writer.write([&](Writing& w) {
    revoked.clear();
    for (const auto& row : EnrolmentRow::superseding(w.database(), w.now(), k_rows_at_once)) {
      row.set_supersede(w.database(), std::nullopt);
      revoke_older(w, job, row, revoked);
    }
  });
  follow(revoked);
}

}  // namespace inkan::daemon
