#include "daemon/subscribers/user_desk.h"

#include "daemon/clock.h"
#include "daemon/subscribers/seen_enrolment.h"
#include "policy/subscriber/revocation_application.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Denial;
using policy::Error;
using policy::ErrorCode;
using policy::EventType;
using policy::OrDenial;
using policy::RevocationReason;
using policy::SubscriberAct;
using policy::UserKind;

namespace {

constexpr int k_most_enrolments = 100;

[[noreturn]] void no_such_user() {
  throw Error(ErrorCode::not_found, "there is no such user");
}

// Somebody else's user is as one that there is not.
UserRow find_within(Database& database, const Actor& actor, const std::string& id) {
  auto user = UserRow::find(database, id);
  if (!user || (!actor.organisation.empty() && user->organisation != actor.organisation)) no_such_user();
  return *std::move(user);
}

void put_by(policy::Event& event, const Actor& actor) {
  if (!actor.user.empty()) event.detail["by"] = actor.user;
}

Denial taken(const char* rule, const std::string& what) {
  return {rule, "A13", what, "choose another; those of deleted users are not given again"};
}

// What a user is looked at for: by who may manage his kind, or read histories.
std::optional<Denial> check_looking(const policy::Pack& pack, const Actor& actor, UserKind kind) {
  if (pack.may(actor.role, SubscriberAct::history_read)) return std::nullopt;
  return check_role(pack, actor, policy::manage(kind));
}

// Somebody who acts, and whom he may act upon.
struct Target {
  Actor actor;
  UserRow user;
};
OrDenial<Target> target_of(Database& database, const policy::Pack& pack, const api::Acting& who,
                           const std::string& id, SubscriberAct (*act)(UserKind), policy::Instant at) {
  const auto found = actor_of(database, pack, who, at);
  if (const auto* denial = policy::denied(found)) return *denial;
  const auto& actor = std::get<Actor>(found);
  auto user = find_within(database, actor, id);
  if (auto denial = check_role(pack, actor, act(user.kind))) return *std::move(denial);
  if (user.deleted) return Denial{"user.deleted", "A22", "the user was deleted", "register a new one"};
  return Target{actor, std::move(user)};
}

// Somebody who acts, and whom he may register: all but the row's id and password.
OrDenial<Target> new_target_of(Database& database, const policy::Pack& pack, const api::Acting& who,
                               const api::NewUser& user, policy::Instant at) {
  const auto found = actor_of(database, pack, who, at);
  if (const auto* denial = policy::denied(found)) return *denial;
  const auto& actor = std::get<Actor>(found);
  if (auto denial = check_role(pack, actor, policy::manage(user.kind))) return *std::move(denial);
  const std::string organisation = actor.organisation.empty() ? user.organisation : actor.organisation;
  const bool others = organisation != user.organisation && !user.organisation.empty();
  if (others || !OrganisationRow::find(database, organisation))
    throw Error(ErrorCode::not_found, "there is no such organisation");
  if (UserRow::find_user_id(database, user.user_id))
    return taken("user.exists", "a user has that ID, or had it");
  UserRow row;
  row.user_id = user.user_id;
  row.organisation = organisation;
  row.kind = user.kind;
  row.name = user.name;
  row.mail = user.mail;
  row.created = at;
  return Target{actor, std::move(row)};
}

}  // namespace

OrDenial<api::OrganisationRecord> UserDesk::register_organisation(const api::Acting& who,
                                                                  const std::string& name) {
  auto outcome = parts_.writer.write([&](Writing& w) -> OrDenial<api::OrganisationRecord> {
    const auto actor = actor_of(w.database(), parts_.pack, who, w.now());
    if (const auto* denial = policy::denied(actor)) return *denial;
    if (auto denial = check_role(parts_.pack, std::get<Actor>(actor), SubscriberAct::organisation_manage))
      return *denial;
    if (OrganisationRow::has_name(w.database(), name))
      return Denial{"organisation.exists", "A13", "there is an organisation of that name",
                    "use that one, or choose a name that tells the two apart"};
    const OrganisationRow row{uuid_v4(), name, w.now()};
    row.insert(w.database());
    policy::Event event{.type = EventType::organisation_create, .target = {"organisation", row.id}};
    event.request_id = who.call.request_id;
    event.trace_id = who.call.trace_id;
    event.detail = {{"organisation", row.id}};
    w.append(event, who.call.identity);
    return api::OrganisationRecord{row.id, row.name, row.created};
  });
  return told(std::move(outcome), who, "organisation-create", "");
}

OrDenial<std::vector<api::OrganisationRecord>> UserDesk::organisations(const api::Acting& who) {
  return parts_.store.read([&](Database& database) -> OrDenial<std::vector<api::OrganisationRecord>> {
    const auto actor = actor_of(database, parts_.pack, who, now());
    if (const auto* denial = policy::denied(actor)) return *denial;
    const auto& own = std::get<Actor>(actor).organisation;
    std::vector<api::OrganisationRecord> all;
    for (const auto& each : OrganisationRow::all(database))
      if (own.empty() || each.id == own) all.push_back({each.id, each.name, each.created});
    return all;
  });
}

void UserDesk::tell_refusal(const Denial& denial, const api::Acting& who, const char* op,
                            const std::string& user) {
  parts_.writer.write([&](Writing& w) {
    const auto actor = actor_of(w.database(), parts_.pack, who, w.now());
    if (policy::denied(actor)) return;
    policy::Event event = refusal_of(op, denial);
    put_by(event, std::get<Actor>(actor));
    if (!user.empty()) {
      tell_of(w, who.call, std::move(event), user);
      return;
    }
    event.request_id = who.call.request_id;
    event.trace_id = who.call.trace_id;
    w.append(event, who.call.identity);
  });
}

// Of what was, to whoever may see it of a user that he may act upon.
std::optional<Denial> UserDesk::check_reader(Database& database, const api::Acting& who,
                                             const std::string& id) const {
  const auto found = actor_of(database, parts_.pack, who, now());
  if (const auto* refusal = policy::denied(found)) return *refusal;
  find_within(database, std::get<Actor>(found), id);
  return check_role(parts_.pack, std::get<Actor>(found), SubscriberAct::history_read);
}

// What the role table refuses is told here as there; an ID that is taken is what was asked about.
OrDenial<api::UserRecord> UserDesk::would_create(const api::Acting& who, const api::NewUser& user) {
  const auto judged = parts_.store.read(
      [&](Database& database) { return new_target_of(database, parts_.pack, who, user, now()); });
  const auto* denial = policy::denied(judged);
  if (!denial) return std::get<Target>(judged).user.record(now());
  return denial->rule == "role.table" ? told<api::UserRecord>(*denial, who, "user-create", "") : *denial;
}

// Passwords are hashed, which is dear, for those only who may; it is asked again in the transaction.
OrDenial<api::UserRecord> UserDesk::create(const api::Acting& who, const api::NewUser& user) {
  const auto judged = parts_.store.read(
      [&](Database& database) { return new_target_of(database, parts_.pack, who, user, now()); });
  if (const auto* denial = policy::denied(judged))
    return told<api::UserRecord>(*denial, who, "user-create", "");
  const std::string hash = parts_.hasher.hash(user.password, who.call.deadline);
  auto outcome = parts_.writer.write([&](Writing& w) -> OrDenial<api::UserRecord> {
    auto found = new_target_of(w.database(), parts_.pack, who, user, w.now());
    if (const auto* denial = policy::denied(found)) return *denial;
    auto& row = std::get<Target>(found).user;
    row.id = uuid_v4();
    row.password = hash;
    row.insert(w.database());
    policy::Event event{.type = EventType::user_create};
    event.detail = {{"kind", name(row.kind)}, {"organisation", row.organisation}};
    put_by(event, std::get<Target>(found).actor);
    tell_of(w, who.call, std::move(event), row.id);
    return row.record(w.now());
  });
  return told(std::move(outcome), who, "user-create", "");
}

OrDenial<api::UserRecord> UserDesk::act_upon(const api::Acting& who, const char* op, const std::string& id,
                                             SubscriberAct (*act)(UserKind), const Act& work) {
  auto outcome = parts_.writer.write([&](Writing& w) -> OrDenial<api::UserRecord> {
    auto found = target_of(w.database(), parts_.pack, who, id, act, w.now());
    if (const auto* denial = policy::denied(found)) return *denial;
    auto& [actor, user] = std::get<Target>(found);
    if (auto denial = work(w, actor, user)) return *denial;
    user.update(w.database());
    return user.record(w.now());
  });
  return told(std::move(outcome), who, op, id);
}

OrDenial<api::UserRecord> UserDesk::change(const api::Acting& who, const std::string& id,
                                           const api::UserChange& change) {
  std::optional<std::string> hash;
  if (change.password) {
    const auto target = parts_.store.read(
        [&](Database& database) { return target_of(database, parts_.pack, who, id, policy::manage, now()); });
    if (const auto* denial = policy::denied(target))
      return told<api::UserRecord>(*denial, who, "user-change", id);
    hash = parts_.hasher.hash(*change.password, who.call.deadline);
  }
  return act_upon(who, "user-change", id, policy::manage, [&](Writing& w, const Actor& actor, UserRow& user) {
    auto what = nlohmann::json::array();
    if (change.mail) {
      user.mail = *change.mail;
      what.push_back("mail");
    }
    if (change.name) {
      user.name = *change.name;
      what.push_back("name");
    }
    if (hash) {
      user.password = *hash;
      user.own_password = false;
      SessionRow::erase_of(w.database(), user.id);
      cancel_authenticated(w.database(), user.id);
      what.push_back("password");
    }
    policy::Event event{.type = EventType::user_change};
    event.detail = {{"what", what}};
    put_by(event, actor);
    tell_of(w, who.call, std::move(event), user.id);
    return std::optional<Denial>();
  });
}

// His row stays, for the log speaks of it; his name and address go.
OrDenial<api::UserRecord> UserDesk::erase(const api::Acting& who, const std::string& id) {
  return act_upon(who, "user-delete", id, policy::manage, [&](Writing& w, const Actor& actor, UserRow& user) {
    policy::erase(user.standing);
    user.deleted = w.now();
    user.name.clear();
    user.mail.clear();
    SessionRow::erase_of(w.database(), user.id);
    cancel_authenticated(w.database(), user.id);
    policy::Event event{.type = EventType::user_delete};
    put_by(event, actor);
    tell_of(w, who.call, std::move(event), user.id);
    return std::optional<Denial>();
  });
}

OrDenial<api::UserRecord> UserDesk::release(const api::Acting& who, const std::string& id) {
  return act_upon(who, "user-release", id, policy::release_of,
                  [&](Writing& w, const Actor& actor, UserRow& user) -> std::optional<Denial> {
                    const auto was = user.standing.state(w.now());
                    if (!policy::release(user.standing, w.now()))
                      return Denial{"user.not-locked", "R15",
                                    "the user is neither locked nor blocked, but " + std::string(name(was)),
                                    "there is nothing to release"};
                    policy::Event event{.type = EventType::user_unlock};
                    event.detail = {{"was", name(was)}};
                    put_by(event, actor);
                    tell_of(w, who.call, std::move(event), user.id);
                    return std::nullopt;
                  });
}

OrDenial<api::UserPage> UserDesk::list(const api::Acting& who, const api::UserFilter& filter) {
  auto outcome = parts_.store.read([&](Database& database) -> OrDenial<api::UserPage> {
    const auto found = actor_of(database, parts_.pack, who, now());
    if (const auto* denial = policy::denied(found)) return *denial;
    const auto& actor = std::get<Actor>(found);
    const auto no_general = check_looking(parts_.pack, actor, UserKind::general);
    const auto no_master = check_looking(parts_.pack, actor, UserKind::master);
    if (no_general && no_master) return *no_general;
    std::optional<UserKind> only;
    if (no_general || no_master) only = no_master ? UserKind::general : UserKind::master;
    api::UserFilter within = filter;
    if (!actor.organisation.empty()) within.organisation = actor.organisation;
    ++within.limit;  // one more tells whether there is a next page
    api::UserPage page;
    for (const auto& each : UserRow::list(database, within, only)) page.items.push_back(each.record(now()));
    if (page.items.size() > static_cast<std::size_t>(filter.limit)) {
      page.items.pop_back();
      page.next = page.items.back().user_id;
    }
    return page;
  });
  return told(std::move(outcome), who, "user-list", "");
}

OrDenial<api::UserRecord> UserDesk::find(const api::Acting& who, const std::string& id) {
  auto outcome = parts_.store.read([&](Database& database) -> OrDenial<api::UserRecord> {
    const auto found = actor_of(database, parts_.pack, who, now());
    if (const auto* denial = policy::denied(found)) return *denial;
    const auto user = find_within(database, std::get<Actor>(found), id);
    if (auto denial = check_looking(parts_.pack, std::get<Actor>(found), user.kind)) return *denial;
    auto record = user.record(now());
    record.mail_fault = mail_fault_of(database, user.id);
    return record;
  });
  return told(std::move(outcome), who, "user-read", id);
}

OrDenial<api::HistoryPage> UserDesk::history(const api::Acting& who, const std::string& id,
                                             const api::HistoryFilter& filter) {
  using Leaves = std::vector<policy::LeafIndex>;
  auto outcome = parts_.store.read([&](Database& database) -> OrDenial<Leaves> {
    if (auto refusal = check_reader(database, who, id)) return *refusal;
    // One more tells whether there is a next page.
    return history_of(database, id, filter.begin, filter.limit + 1);
  });
  if (const auto* denial = policy::denied(outcome))
    return told<api::HistoryPage>(*denial, who, "user-history", id);
  auto& found = std::get<Leaves>(outcome);
  api::HistoryPage page;
  if (found.size() > static_cast<std::size_t>(filter.limit)) {
    page.next = found.back();
    found.pop_back();
  }
  for (const auto index : found)
    if (auto leaf = parts_.store.leaf(index)) page.leaves.push_back(*std::move(leaf));
  return page;
}

OrDenial<std::vector<api::UserEnrolment>> UserDesk::enrolments(const api::Acting& who,
                                                               const std::string& id) {
  auto outcome = parts_.store.read([&](Database& database) -> OrDenial<std::vector<api::UserEnrolment>> {
    if (auto refusal = check_reader(database, who, id)) return *refusal;
    std::vector<api::UserEnrolment> all;
    for (auto& row : EnrolmentRow::newest_of(database, id, k_most_enrolments)) {
      const auto [seen, state] = state_seen(database, std::move(row), now());
      all.push_back({seen.id, seen.kind, state, seen.opened, seen.confirm_by, seen.serial});
    }
    return all;
  });
  return told(std::move(outcome), who, "user-history", id);
}

OrDenial<std::vector<api::CertificateRecord>> UserDesk::revoke(
    const api::Acting& who, const std::string& id, const api::RevocationApplication& application) {
  std::vector<policy::Serial> revoked;
  const auto denial = parts_.writer.write([&](Writing& w) -> std::optional<Denial> {
    revoked.clear();
    const auto found = actor_of(w.database(), parts_.pack, who, w.now());
    if (const auto* refusal = policy::denied(found)) return *refusal;
    const auto user = find_within(w.database(), std::get<Actor>(found), id);
    if (auto refusal = check_role(parts_.pack, std::get<Actor>(found), SubscriberAct::certificates_revoke))
      return refusal;
    if (auto refusal = policy::check_application(
            {who.call.identity, application.reason, application.invalidity_date}, w.now()))
      return refusal;
    for (const auto& each : certificates_of(w.database(), user.id)) {
      if (each.certificate.signing == policy::UserCertificate::Signing::open)
        throw Error(ErrorCode::unavailable, "a certificate is being issued to the user at this moment");
      if (!each.certificate.counts_as_issued(w.now())) continue;
      write_revocation(w, who.call, {each.serial, application.reason, application.invalidity_date}, "",
                       {{"application", application.application}, {"user_ref", user.id}});
      revoked.push_back(each.serial);
    }
    // What was opened before does not outlive it (A16), nor does a session that the certificate opened.
    cancel_authenticated(w.database(), user.id);
    SessionRow::erase_of(w.database(), user.id);
    return std::nullopt;
  });
  if (denial) return told<std::vector<api::CertificateRecord>>(*denial, who, "user-revoke", id);
  std::vector<api::CertificateRecord> records;
  for (const auto& serial : revoked) {
    auto record = parts_.store.find_certificate(serial, now());
    if (!record) throw Error(ErrorCode::store, "a revoked certificate is not in the store");
    revocation_.follow(record->authority, application.reason);
    records.push_back(*std::move(record));
  }
  return records;
}

}  // namespace inkan::daemon
