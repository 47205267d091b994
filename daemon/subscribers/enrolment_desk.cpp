#include "daemon/subscribers/enrolment_desk.h"

#include <array>

#include "daemon/clock.h"
#include "daemon/subscribers/shown_certificate.h"
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
using policy::UserState;

namespace {

constexpr auto k_longest_issuing = std::chrono::seconds(120);  // A17

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

}  // namespace

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
      call, credentials, "enrolment", [&](Writing& w, UserRow& user) -> OrDenial<api::EnrolmentRecord> {
        const auto refuse = [&](const Denial& denial) {
          tell_of(w, call, refusal_of("enrol", denial), user.id);
          return denial;
        };
        if (must_choose_password(parts_.pack, user))
          return refuse({"user.first-password", "R24", "the user has not chosen a password of his own yet",
                         "have him register first"});
        if (const auto denial =
                check_role(parts_.pack, {role_of(user.kind), user.id, ""}, policy::SubscriberAct::enrol))
          return refuse(*denial);
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
        policy::Event event = enrolment_event(EventType::enrol_request, row);
        event.detail["kind"] = name(row.kind);
        if (const auto denial = judge_shown(w.database(), credentials, user, row.kind, event))
          return refuse(*denial);
        row.insert(w.database());
        tell_of(w, call, std::move(event), user.id);
        ask_for_code(w, row);
        return record_of(w.database(), row);
      });
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
    const auto seen = see_enrolment(database, id, ticket, now());
    if (const auto* denial = policy::denied(seen)) return *denial;
    serial = std::get<SeenEnrolment>(seen).row.serial;
    return record_of(database, std::get<SeenEnrolment>(seen).row);
  });
  return with_certificate(std::move(found), serial);
}

OrDenial<api::EnrolmentRecord> EnrolmentDesk::cancel(const api::Call& call, const std::string& id,
                                                     const api::Ticket& ticket) {
  return parts_.writer.write([&](Writing& w) -> OrDenial<api::EnrolmentRecord> {
    const auto found = see_enrolment(w.database(), id, ticket, w.now());
    if (const auto* denial = policy::denied(found)) return *denial;
    auto [row, state] = std::get<SeenEnrolment>(found);
    if (state == EnrolmentState::authenticated) {
      row.set_step(w.database(), EnrolmentStep::cancelled);
      row.step = EnrolmentStep::cancelled;
      tell_of(w, call, enrolment_event(EventType::enrol_cancel, row), row.user);
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
  if (state != EnrolmentState::authenticated) return enrolment_over(state);
  if (row->code_asked)
    return Denial{"enrol.code", "policy pack", "the one-time code was not entered yet",
                  "have the user enter the code that was mailed to him"};
  const auto standing = user->standing.state(w.now());
  if (standing == UserState::blocked || standing == UserState::deleted)
    return enrolment_over(EnrolmentState::cancelled);
  const auto passed = policy::gate(gated(certificates_of(w.database(), user->id)), w.now());
  if (const auto* denial = policy::denied(passed)) return *denial;
  const auto spki = policy::to_bytes(request.public_key().spki_hash().bytes());
  if (has_spki(w.database(), spki))
    return Denial{"enrol.key-again", "A19", "this key was used for a certificate before",
                  "make a new key for each certificate"};
  const auto serial = policy::Serial::from_content(pending.serial);
  const auto not_after = from_seconds(pending.not_after), renewal_from = from_seconds(pending.renewal_from);
  // Only where the pack revokes what nobody confirms; another pack, later, does not judge this one.
  const auto confirm_by = parts_.pack.unconfirmed == policy::Unconfirmed::auto_revoke
                              ? std::optional(w.now() + parts_.pack.confirm_within)
                              : std::nullopt;
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
    auto seen = see_enrolment(database, id, ticket, now());
    if (!policy::denied(seen)) user = UserRow::find(database, std::get<SeenEnrolment>(seen).row.user);
    return seen;
  });
  if (const auto* denial = policy::denied(found)) return *denial;
  const auto& [row, state] = std::get<SeenEnrolment>(found);
  // The same key again: another try of the same call, answered with what became of the first.
  if (row.spki_sha256 == policy::to_bytes(request.public_key().spki_hash().bytes()))
    return state == EnrolmentState::issuing || state == EnrolmentState::issued_unconfirmed ||
                   state == EnrolmentState::confirmed
               ? find(id, ticket)
               : OrDenial<api::EnrolmentRecord>(enrolment_over(state));

  if (state != EnrolmentState::authenticated) return enrolment_over(state);
  if (!user) throw Error(ErrorCode::store, "the user of an enrolment is not in the store");
  const auto asked = request_for(*user, request);
  if (const auto* denial = policy::denied(asked)) return *denial;
  if (const auto denial = identities_.refuse_operators(request.public_key().spki_hash()))
    return std::get<Denial>(issuance_.deny(*denial, parts_.pack.profile, call, std::nullopt));
  // It goes on when the caller leaves, and he finds it by the enrolment (A17).
  const auto outcome = std::make_shared<api::Outcome<api::IssuedCertificate>>(api::InProgress{});
  api::Call longer = call;
  const auto begun = std::chrono::steady_clock::now();
  longer.deadline = std::max(call.deadline, begun + k_longest_issuing);
  const bool ended = background_.run(
      [this, outcome, longer, id, request, user_id = row.user,
       wanted = std::get<policy::IssuanceRequest>(asked)] {
        *outcome = issuance_.issue(
            longer, wanted, authorities_.issuing(), std::nullopt, "",
            {id, "user:" + user_id,
             [&](Writing& w, const PendingCertificate& pending) { return admit(w, id, request, pending); }});
      },
      begun + (call.deadline - begun) * 2 / 3);
  if (!ended) return when_under_way(id, ticket);
  if (const auto* denial = policy::denied(*outcome)) {
    const auto other = of_another_call(id, ticket, request);
    return other ? *other : OrDenial<api::EnrolmentRecord>(*denial);
  }
  return find(id, ticket);
}

// While nothing is recorded yet, nothing may come of it: the caller asks again.
OrDenial<api::EnrolmentRecord> EnrolmentDesk::when_under_way(const std::string& id,
                                                             const api::Ticket& ticket) {
  auto found = find(id, ticket);
  const auto* record = std::get_if<api::EnrolmentRecord>(&found);
  if (record && record->state == EnrolmentState::authenticated)
    throw Error(ErrorCode::unavailable, "the certificate is not recorded yet");
  return found;
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

}  // namespace inkan::daemon
