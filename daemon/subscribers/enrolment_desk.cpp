#include "daemon/subscribers/enrolment_desk.h"

#include <array>

#include "daemon/clock.h"
#include "daemon/subscribers/shown_certificate.h"
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
using policy::UserState;

namespace {

constexpr int k_unconfirmed_at_once = 100;

const Denial k_no_enrolment{"enrol.ticket", "A16",
                            "this enrolment, its ticket and the browser do not belong together",
                            "have the user authenticate again"};

std::vector<policy::UserCertificate> gated(const std::vector<OwnedCertificate>& owned) {
  std::vector<policy::UserCertificate> certificates;
  certificates.reserve(owned.size());
  for (const auto& each : owned) certificates.push_back(each.certificate);
  return certificates;
}

Bytes new_proof_nonce() {
  std::array<std::uint8_t, 32> octets;
  random_octets(octets);
  return policy::to_bytes(octets);
}

policy::Event event_of(EventType type, const EnrolmentRow& row) {
  policy::Event event{.type = type};
  event.detail = {{"enrolment", row.id}};
  return event;
}

// A refusal after a right password, for the user's history.
void tell_refusal(Writing& w, const api::Call& call, const Denial& denial, const std::string& user) {
  policy::Event event{.type = EventType::request_denied, .outcome = "denied"};
  event.detail = {{"op", "enrol"}, {"rule", denial.rule}, {"clause", denial.clause}};
  event.target = {"user", user};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  add_history(w.database(), user, w.append(event, call.identity));
}

}  // namespace

Denial EnrolmentDesk::over(EnrolmentState state) {
  return {"enrol.over", "A22", "the enrolment is " + std::string(name(state)),
          "have the user authenticate again"};
}

api::EnrolmentRecord EnrolmentDesk::record_of(Database& database, const EnrolmentRow& row) const {
  const auto user = UserRow::find(database, row.user);
  if (!user) throw Error(ErrorCode::store, "the user of an enrolment is not in the store");
  return {row.id,
          "",
          row.user,
          user->user_id,
          row.kind,
          policy::state_of(row.step, certificate_of(database, row), row.ends, now()),
          row.opened,
          row.ends,
          row.confirm_by,
          row.code_asked,
          policy::to_hex(row.nonce),
          std::nullopt};
}

// Whoever may not know of the enrolment is told the same, whether it is there or not.
OrDenial<EnrolmentDesk::Seen> EnrolmentDesk::see(Database& database, const std::string& id,
                                                 const api::Ticket& ticket, policy::Instant at) const {
  auto row = EnrolmentRow::find(database, id);
  if (!row || row->ticket != ticket_hash(ticket.secret) ||
      (!row->browser.empty() && row->browser != ticket_hash(ticket.browser)))
    return k_no_enrolment;
  const auto state = policy::state_of(row->step, certificate_of(database, *row), row->ends, at);
  return Seen{*std::move(row), state};
}

// A14, R23: a certificate that is foreign, expired or revoked is as none; a valid one must be the user's own.
std::optional<Denial> EnrolmentDesk::judge_shown(Database& database, const api::Credentials& credentials,
                                                 const UserRow& user, policy::EnrolmentKind kind,
                                                 policy::Event& event) const {
  const auto shown = credentials.shown ? find_shown(database, *credentials.shown, now()) : std::nullopt;
  if (shown && shown->status == api::CertificateStatus::valid) {
    if (shown->user != user.id)
      return Denial{"enrol.shown-other", "A14", "the browser showed the certificate of another user",
                    "close every window of the browser, start again and choose the right certificate"};
    event.detail["presented"] = shown->serial.hex();
  } else if (parts_.pack.require_current_certificate && kind == policy::EnrolmentKind::renew) {
    return Denial{"enrol.show-current", "A14", "a renewal wants the certificate that is to be renewed",
                  "start again and choose it when the browser asks"};
  }
  return std::nullopt;
}

api::Admitted<api::EnrolmentRecord> EnrolmentDesk::open(const api::Call& call,
                                                        const api::Credentials& credentials) {
  const std::string ticket = new_ticket();
  auto opened = authentication_.run<api::EnrolmentRecord>(
      call, credentials, "enrolment",
      [&](Writing& w, UserRow& user) -> OrDenial<api::EnrolmentRecord> {
        const auto refuse = [&](const Denial& denial) {
          tell_refusal(w, call, denial, user.id);
          return denial;
        };
        if (must_choose_password(parts_.pack, user))
          return refuse({"user.first-password", "R24", "the user has not chosen a password of his own yet",
                         "have him register first"});
        const auto passed = policy::gate(gated(certificates_of(w.database(), user.id)), w.now());
        if (const auto* denial = policy::denied(passed)) return refuse(*denial);
        EnrolmentRow row{.id = uuid_v4(),
                         .user = user.id,
                         .kind = std::get<policy::EnrolmentKind>(passed),
                         .ticket = ticket_hash(ticket),
                         .browser = credentials.browser.empty() ? Bytes{} : ticket_hash(credentials.browser),
                         .opened = w.now(),
                         .ends = w.now() + parts_.pack.ticket,
                         .nonce = new_proof_nonce(),
                         .serial = {},
                         .spki_sha256 = {},
                         .csr_sha256 = {},
                         .confirm_by = {}};
        policy::Event event = event_of(EventType::enrol_request, row);
        event.detail["kind"] = name(row.kind);
        if (const auto denial = judge_shown(w.database(), credentials, user, row.kind, event))
          return refuse(*denial);
        row.insert(w.database());
        tell_of(w, call, std::move(event), user.id);
        ask_for_code(w, row);
        return record_of(w.database(), row);
      },
      parts_.pack.second_factor == policy::SecondFactor::none);
  if (auto* record = std::get_if<api::EnrolmentRecord>(&opened)) record->ticket = ticket;
  return opened;
}

// With its certificate, if it has one to show.
OrDenial<api::EnrolmentRecord> EnrolmentDesk::with_certificate(OrDenial<api::EnrolmentRecord> found,
                                                               const std::optional<policy::Serial>& serial) {
  auto* record = std::get_if<api::EnrolmentRecord>(&found);
  if (!record || !serial) return found;
  auto certificate = parts_.store.find_certificate(*serial, now());
  if (!certificate || certificate->der.empty()) return found;  // its intent is open, or brought none
  auto chain = authorities_.chain(certificate->authority, certificate->der);
  record->certificate = api::IssuedCertificate{*std::move(certificate), std::move(chain), false};
  return found;
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::find(const std::string& id, const api::Ticket& ticket) {
  std::optional<policy::Serial> serial;
  auto found = parts_.store.read([&](Database& database) -> OrDenial<api::EnrolmentRecord> {
    const auto seen = see(database, id, ticket, now());
    if (const auto* denial = policy::denied(seen)) return *denial;
    serial = std::get<Seen>(seen).row.serial;
    return record_of(database, std::get<Seen>(seen).row);
  });
  return with_certificate(std::move(found), serial);
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::cancel(const api::Call& call, const std::string& id,
                                                     const api::Ticket& ticket) {
  return parts_.writer.write([&](Writing& w) -> OrDenial<api::EnrolmentRecord> {
    const auto found = see(w.database(), id, ticket, w.now());
    if (const auto* denial = policy::denied(found)) return *denial;
    auto [row, state] = std::get<Seen>(found);
    if (state == EnrolmentState::authenticated) {
      row.set_step(w.database(), EnrolmentStep::cancelled);
      row.step = EnrolmentStep::cancelled;
      tell_of(w, call, event_of(EventType::enrol_cancel, row), row.user);
    } else if (state != EnrolmentState::cancelled && state != EnrolmentState::timed_out) {
      return Denial{"enrol.issued", "R26", "a certificate was asked for already", "decline it instead"};
    }
    return record_of(w.database(), row);
  });
}

// A13: the subject is the pack's, the user ID, and the UUID by which he is known. Never the request's.
OrDenial<policy::IssuanceRequest> EnrolmentDesk::request_for(
    const UserRow& user, const policy::CertificationRequest& request) const {
  auto attributes = parts_.pack.subject;
  attributes.push_back({"CN", user.user_id});
  attributes.push_back({"serialNumber", user.id});
  auto subject = policy::Name::build(attributes);
  if (const auto* denial = policy::denied(subject)) return *denial;
  return policy::IssuanceRequest::from(parts_.pack.profile, request,
                                       std::get<policy::Name>(std::move(subject)));
}

// In the intent's transaction: all that was true when the ticket was given must be true still (A08, A16).
std::optional<Denial> EnrolmentDesk::admit(Writing& w, const std::string& id,
                                           const policy::CertificationRequest& request,
                                           const PendingCertificate& pending) const {
  const auto row = EnrolmentRow::find(w.database(), id);
  auto user = row ? UserRow::find(w.database(), row->user) : std::nullopt;
  if (!user) throw Error(ErrorCode::store, "an enrolment or its user is not in the store");
  const auto state = policy::state_of(row->step, certificate_of(w.database(), *row), row->ends, w.now());
  if (state != EnrolmentState::authenticated) return over(state);
  if (row->code_asked)
    return Denial{"enrol.code", "policy pack", "the one-time code was not entered yet",
                  "have the user enter the code that was mailed to him"};
  const auto standing = user->standing.state(w.now());
  if (standing == UserState::blocked || standing == UserState::deleted)
    return over(EnrolmentState::cancelled);
  const auto passed = policy::gate(gated(certificates_of(w.database(), user->id)), w.now());
  if (const auto* denial = policy::denied(passed)) return *denial;
  const auto spki = policy::to_bytes(request.public_key().spki_hash().bytes());
  if (has_spki(w.database(), spki))
    return Denial{"enrol.key-again", "A19", "this key was used for a certificate before",
                  "make a new key for each certificate"};
  const auto serial = policy::Serial::from_content(pending.serial);
  const auto not_after = from_seconds(pending.not_after), renewal_from = from_seconds(pending.renewal_from);
  const auto confirm_by = w.now() + parts_.pack.confirm_within;
  const auto mails = policy::notices({row->opened, confirm_by, not_after, renewal_from}, parts_.pack.mail);
  begin_issuing(w.database(), id,
                {*serial, spki, request.sha256(), not_after, renewal_from, confirm_by,
                 mails.empty() ? std::nullopt : std::optional(mails.front().due)});
  if (policy::activate(user->standing)) user->update_standing(w.database());
  return std::nullopt;
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::issue(const api::Call& call, const std::string& id,
                                                    const api::Ticket& ticket,
                                                    const policy::CertificationRequest& request) {
  std::optional<UserRow> user;
  const auto found = parts_.store.read([&](Database& database) {
    auto seen = see(database, id, ticket, now());
    if (!policy::denied(seen)) user = UserRow::find(database, std::get<Seen>(seen).row.user);
    return seen;
  });
  if (const auto* denial = policy::denied(found)) return *denial;
  const auto& [row, state] = std::get<Seen>(found);
  // The same key again: another try of the same call, answered with what became of the first.
  if (row.spki_sha256 == policy::to_bytes(request.public_key().spki_hash().bytes()))
    return state == EnrolmentState::issuing || state == EnrolmentState::issued_unconfirmed ||
                   state == EnrolmentState::confirmed
               ? find(id, ticket)
               : OrDenial<api::EnrolmentRecord>(over(state));

  if (state != EnrolmentState::authenticated) return over(state);
  if (!user) throw Error(ErrorCode::store, "the user of an enrolment is not in the store");
  const auto asked = request_for(*user, request);
  if (const auto* denial = policy::denied(asked)) return *denial;
  if (const auto denial = identities_.refuse_operators(request.public_key().spki_hash()))
    return std::get<Denial>(issuance_.deny(*denial, parts_.pack.profile, call, std::nullopt));
  const auto outcome = issuance_.issue(
      call, std::get<policy::IssuanceRequest>(asked), authorities_.issuing(), std::nullopt, "",
      {id, "user:" + row.user,
       [&](Writing& w, const PendingCertificate& pending) { return admit(w, id, request, pending); }});
  if (const auto* denial = policy::denied(outcome)) {
    const auto other = of_another_call(id, ticket, request);
    return other ? *other : OrDenial<api::EnrolmentRecord>(*denial);
  }
  return find(id, ticket);
}

// Two calls at once with one key: what the quicker one made is the answer to both.
std::optional<api::EnrolmentRecord> EnrolmentDesk::of_another_call(
    const std::string& id, const api::Ticket& ticket, const policy::CertificationRequest& request) {
  const auto row = parts_.store.read([&](Database& database) { return EnrolmentRow::find(database, id); });
  if (!row || row->spki_sha256 != policy::to_bytes(request.public_key().spki_hash().bytes()))
    return std::nullopt;
  const auto found = find(id, ticket);
  return policy::denied(found) ? std::nullopt : std::optional(std::get<api::EnrolmentRecord>(found));
}

std::optional<Denial> EnrolmentDesk::judge_proof(Database& database, const EnrolmentRow& row,
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

void EnrolmentDesk::revoke(Writing& w, const api::Call& call, const EnrolmentRow& row,
                           const policy::Serial& serial, RevocationReason reason,
                           std::vector<Revoked>& revoked) const {
  write_revocation(w, call, {serial, reason, std::nullopt}, "",
                   {{"enrolment", row.id}, {"user_ref", row.user}});
  post(w, parts_.pack, row.user,
       {policy::MailKind::revoked, "revoked " + serial.hex(), policy::to_bytes(serial.content())});
  revoked.push_back({serial, reason});
}

void EnrolmentDesk::write_confirmation(Writing& w, const api::Call& call, const EnrolmentRow& row,
                                       api::Confirmation::How how, std::vector<Revoked>& revoked) const {
  using How = api::Confirmation::How;
  row.set_step(w.database(), EnrolmentStep::confirmed);
  policy::Event event = event_of(EventType::enrol_confirm, row);
  event.detail["how"] = how == How::proof ? "proof" : how == How::tls ? "tls" : "login";
  event.detail["serial"] = row.serial->hex();
  if (how != How::proof) event.detail["asserted_by"] = call.identity.id();
  tell_of(w, call, std::move(event), row.user);
  if (parts_.pack.supersede != policy::Supersede::revoke_on_confirm) return;
  const auto own = certificate_of(w.database(), row);
  for (const auto& each : certificates_of(w.database(), row.user)) {
    // The older ones only: who logs in with an old certificate does not undo a newer.
    if (each.certificate.signing != policy::UserCertificate::Signing::issued ||
        !each.certificate.counts_as_issued(w.now()) || each.certificate.not_after >= own->not_after)
      continue;
    revoke(w, call, row, each.serial, RevocationReason::superseded, revoked);
  }
}

void EnrolmentDesk::follow(const std::vector<Revoked>& revoked) {
  for (const auto& each : revoked)
    if (const auto record = parts_.store.find_certificate(each.serial, now()))
      revocation_.follow(record->authority, each.reason);
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::confirm(const api::Call& call, const std::string& id,
                                                      const api::Ticket& ticket,
                                                      const api::Confirmation& how) {
  std::vector<Revoked> revoked;
  const auto denial = parts_.writer.write([&](Writing& w) -> std::optional<Denial> {
    revoked.clear();
    const auto found = see(w.database(), id, ticket, w.now());
    if (const auto* refusal = policy::denied(found)) return *refusal;
    const auto& [row, state] = std::get<Seen>(found);
    if (state == EnrolmentState::confirmed) return std::nullopt;
    if (state != EnrolmentState::issued_unconfirmed) return over(state);
    if (auto refusal = judge_proof(w.database(), row, how)) {
      tell_refusal(w, call, *refusal, row.user);
      return refusal;
    }
    write_confirmation(w, call, row, how.how, revoked);
    return std::nullopt;
  });
  if (denial) return *denial;
  follow(revoked);
  return find(id, ticket);
}

std::function<void()> EnrolmentDesk::confirm_by_login(Writing& w, const api::Call& call,
                                                      const policy::Serial& serial) {
  std::vector<Revoked> revoked;
  const auto row = EnrolmentRow::find_serial(w.database(), serial);
  if (row && policy::state_of(row->step, certificate_of(w.database(), *row), row->ends, w.now()) ==
                 EnrolmentState::issued_unconfirmed)
    write_confirmation(w, call, *row, api::Confirmation::How::login, revoked);
  return [this, revoked = std::move(revoked)] { follow(revoked); };
}

// R28: in a `seed` pack declining is recorded, and the bank revokes; else it revokes at once.
OrDenial<api::EnrolmentRecord> EnrolmentDesk::decline(const api::Call& call, const std::string& id,
                                                      const api::Ticket& ticket) {
  std::vector<Revoked> revoked;
  const auto denial = parts_.writer.write([&](Writing& w) -> std::optional<Denial> {
    revoked.clear();
    const auto found = see(w.database(), id, ticket, w.now());
    if (const auto* refusal = policy::denied(found)) return *refusal;
    const auto& [row, state] = std::get<Seen>(found);
    if (row.step == EnrolmentStep::declined) return std::nullopt;
    if (state != EnrolmentState::issued_unconfirmed) return over(state);
    row.set_step(w.database(), EnrolmentStep::declined);
    policy::Event event = event_of(EventType::enrol_decline, row);
    event.detail["serial"] = row.serial->hex();
    tell_of(w, call, std::move(event), row.user);
    if (parts_.pack.unconfirmed == policy::Unconfirmed::seed) return std::nullopt;
    revoke(w, call, row, *row.serial, RevocationReason::cessation_of_operation, revoked);
    return std::nullopt;
  });
  if (denial) return *denial;
  follow(revoked);
  return find(id, ticket);
}

void EnrolmentDesk::revoke_unconfirmed() {
  if (parts_.pack.unconfirmed == policy::Unconfirmed::seed) return;
  const api::Call job{policy::Identity::system_job("confirm-timeout"), "", "", {}};
  std::vector<Revoked> revoked;
  parts_.writer.write([&](Writing& w) {
    revoked.clear();
    for (const auto& row : EnrolmentRow::unconfirmed(w.database(), w.now(), k_unconfirmed_at_once)) {
      const auto state = policy::state_of(row.step, certificate_of(w.database(), row), row.ends, w.now());
      if (state == EnrolmentState::issuing) continue;  // its outcome is still to come
      row.set_step(w.database(), row.step);            // looked at: not again
      if (state != EnrolmentState::issued_unconfirmed) continue;
      revoke(w, job, row, *row.serial, RevocationReason::cessation_of_operation, revoked);
    }
  });
  follow(revoked);
}

}  // namespace inkan::daemon
