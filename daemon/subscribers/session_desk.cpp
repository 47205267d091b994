#include "daemon/subscribers/session_desk.h"

#include "daemon/clock.h"
#include "daemon/store/enrolment_rows.h"
#include "daemon/subscribers/shown_certificate.h"

namespace inkan::daemon {

using api::CertificateStatus;
using policy::Denial;
using policy::OrDenial;

namespace {

api::SessionRecord session_of(const policy::Pack& pack, const SessionRow& session, const UserRow& user,
                              policy::Instant now) {
  return {"", user.record(now), session.ends, must_choose_password(pack, user)};
}

Denial no_certificate(std::string detail) {
  return {"login.certificate", "R02", std::move(detail),
          "choose the right certificate, or have one issued: 電子証明書発行"};
}

}  // namespace

// R02, R05: a login takes a valid certificate of the user's, whichever; which is his is known by its octets,
// never by its name (A13).
OrDenial<policy::Serial> SessionDesk::judge_login(Database& database, const api::Credentials& credentials,
                                                  const UserRow& user, policy::Instant at) const {
  if (!credentials.shown) return no_certificate("the browser showed no certificate");
  const auto shown = find_shown(database, *credentials.shown, at);
  if (!shown || shown->user != user.id)
    return no_certificate("the certificate that the browser showed is not the user's");
  if (shown->status != CertificateStatus::valid)
    return no_certificate("the certificate that the browser showed is " + std::string(name(shown->status)));
  return shown->serial;
}

api::Admitted<api::SessionRecord> SessionDesk::log_in(const api::Call& call,
                                                      const api::Credentials& credentials,
                                                      api::LoginScreen screen) {
  const bool registering = screen == api::LoginScreen::registration;
  const std::string ticket = new_ticket();
  std::function<void()> told = [] {};
  auto session = authentication_.run<api::SessionRecord>(
      call, credentials, registering ? "registration" : "login",
      [&](Writing& w, UserRow& user) -> OrDenial<api::SessionRecord> {
        if (registering != must_choose_password(parts_.pack, user)) {
          if (registering)
            return Denial{"user.registered", "R24", "the user has nothing left to register",
                          "have him log in, or have a certificate issued"};
          return Denial{"user.first-password", "R24", "the user has not chosen a password of his own yet",
                        "have him register first"};
        }
        if (!registering) {
          const auto judged = judge_login(w.database(), credentials, user, w.now());
          if (const auto* denial = policy::denied(judged)) return *denial;
          // Password and certificate: a success whatever else the pack asks for.
          policy::forget_failures(user.standing);
          user.update_standing(w.database());
          told = confirmations_.confirm_by_login(w, call, std::get<policy::Serial>(judged));
        }
        const SessionRow row{ticket_hash(ticket), user.id,
                             credentials.browser.empty() ? Bytes{} : ticket_hash(credentials.browser),
                             w.now() + parts_.pack.session};
        row.insert(w.database());
        return session_of(parts_.pack, row, user, w.now());
      });
  told();
  if (auto* record = std::get_if<api::SessionRecord>(&session)) record->ticket = ticket;
  return session;
}

OrDenial<api::SessionRecord> SessionDesk::find(const api::Ticket& ticket) {
  return parts_.store.read([&](Database& database) -> OrDenial<api::SessionRecord> {
    const auto found = user_of_session(database, ticket, now());
    if (const auto* denial = policy::denied(found)) return *denial;
    const auto& [session, user] = std::get<SessionUser>(found);
    return session_of(parts_.pack, session, user, now());
  });
}

void SessionDesk::log_out(const api::Ticket& ticket) {
  parts_.writer.write([&](Writing& w) {
    const auto found = user_of_session(w.database(), ticket, w.now());
    if (!policy::denied(found)) std::get<SessionUser>(found).session.erase(w.database());
  });
}

// The old password is tried as at any screen: a session left open in a browser is not enough.
api::Admitted<api::UserRecord> SessionDesk::choose_password(const api::Call& call, const api::Ticket& ticket,
                                                            const std::string& old,
                                                            const std::string& chosen) {
  const auto found =
      parts_.store.read([&](Database& database) { return user_of_session(database, ticket, now()); });
  if (const auto* denial = policy::denied(found)) return *denial;
  const std::string user_id = std::get<SessionUser>(found).user.user_id;
  if (old == chosen)
    return Denial{"user.same-password", "R24", "the new password is the old one", "choose another"};
  auto tried = authentication_.run<api::UserRecord>(
      call, {user_id, old, "", "", std::nullopt}, "password",
      [](Writing& w, UserRow& user) -> OrDenial<api::UserRecord> { return user.record(w.now()); });
  if (!std::holds_alternative<api::UserRecord>(tried)) return tried;
  // Dear, so only now; whatever changes the password meanwhile ends the session.
  const std::string hash = parts_.hasher.hash(chosen, call.deadline);
  const auto written = parts_.writer.write([&](Writing& w) { return write_password(w, call, ticket, hash); });
  if (const auto* denial = policy::denied(written)) return *denial;
  return std::get<api::UserRecord>(written);
}

// What was opened by the old password ends with it: other sessions, and enrolments that have begun. So does a
// session that was opened for this alone, without a certificate (R02, R24).
OrDenial<api::UserRecord> SessionDesk::write_password(Writing& w, const api::Call& call,
                                                      const api::Ticket& ticket,
                                                      const std::string& hash) const {
  const auto found = user_of_session(w.database(), ticket, w.now());
  if (const auto* denial = policy::denied(found)) return *denial;
  auto [session, user] = std::get<SessionUser>(found);
  const bool registering = must_choose_password(parts_.pack, user);
  SessionRow::erase_of(w.database(), user.id);
  cancel_authenticated(w.database(), user.id);
  if (!registering) session.insert(w.database());
  user.password = hash;
  user.own_password = true;
  policy::activate(user.standing);
  user.update(w.database());
  policy::Event event{.type = policy::EventType::user_change};
  event.detail = {{"what", {"password"}}, {"by", user.id}};
  tell_of(w, call, std::move(event), user.id);
  return user.record(w.now());
}

api::ShownCertificate SessionDesk::judge_shown(const policy::Bytes& der) {
  return parts_.store.read([&](Database& database) -> api::ShownCertificate {
    const auto shown = find_shown(database, der, now());
    if (!shown) return {"foreign", std::nullopt};
    return {std::string(name(shown->status)), shown->user};
  });
}

}  // namespace inkan::daemon
