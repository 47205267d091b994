#include "daemon/approvals/approvals.h"

#include "daemon/acts/authority_acts.h"
#include "daemon/acts/policy_acts.h"
#include "daemon/acts/role_acts.h"
#include "daemon/authority/issuing_switch.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Act;
using policy::ActKind;
using policy::Denial;
using policy::Error;
using policy::ErrorCode;

namespace {

constexpr int k_most_listed = 1000;

policy::SpkiHash key_of(Database& database, const std::string& officer) {
  auto row = database.prepare("SELECT spki_sha256 FROM identities WHERE id = ?");
  row.bind(officer);
  const auto key = row.step() ? policy::SpkiHash::from(row.octets(0)) : std::nullopt;
  if (!key) throw Error(ErrorCode::store, "the store knows no identity " + officer);
  return *key;
}

std::string new_nonce() {
  std::array<std::uint8_t, 16> octets;
  random_octets(octets);
  return policy::to_hex(octets);
}

policy::Event request_event(const ApprovalRow& row, const api::Call& call) {
  policy::Event event{.type = policy::EventType::approval_request,
                      .target = {"approval", row.id},
                      .reason = row.act.reason()};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"op", policy::name(row.act.kind())},
                  {"op_sha256", row.act.plan_sha256().hex()},
                  {"nonce", row.nonce},
                  {"m", row.tally.needed},
                  {"n", row.tally.officers},
                  {"expires", policy::to_rfc3339(row.expires)}};
  return event;
}

// The route table lets nobody else in; what takes officers' votes does not rest on that alone.
std::optional<Denial> fault_in_caller(const api::Call& call) {
  if (call.identity.role() == policy::Role::security_officer) return std::nullopt;
  return Denial{"approval.role", "dual control", call.identity.id() + " is no security officer",
                "only officers ask for such acts and vote on them"};
}

// Those who may revoke each of the certificates ask; officers, who may not, approve.
std::optional<Denial> fault_in_asker(const api::Call& call, ActKind kind) {
  if (kind != ActKind::revoke_certificates) return fault_in_caller(call);
  const auto role = call.identity.role();
  if (role == policy::Role::bank_staff || role == policy::Role::web_tier) return std::nullopt;
  return Denial{"approval.role", "dual control",
                call.identity.id() +
                    " is neither bank staff nor a web tier: officers approve this, and do not ask for it",
                "bank staff asks by POST /v1/revocations"};
}

}  // namespace

policy::OrDenial<api::ApprovalRecord> Approvals::request(const api::Call& call,
                                                         const api::ApprovalOrder& order) {
  auto answer = ask(call, order);
  if (const auto* denial = policy::denied(answer))
    ledger_.record_denial(*denial, call, "requestApproval", std::nullopt);
  return answer;
}

policy::OrDenial<api::ApprovalRecord> Approvals::ask(const api::Call& call, const api::ApprovalOrder& order) {
  if (auto fault = fault_in_asker(call, order.kind)) return *std::move(fault);
  if (order.kind == ActKind::grant_role)
    if (auto fault = fault_in_new_key(store_, order.parameters)) return *std::move(fault);
  return ledger_.writer().write([&](Writing& w) -> policy::OrDenial<api::ApprovalRecord> {
    auto& database = w.database();
    if (auto ended = fault_in_officer(database, call.identity)) return *std::move(ended);
    const auto wanted = desk_.complete(database, order);
    if (const auto* denial = policy::denied(wanted)) return *denial;
    const Act& act = std::get<Act>(wanted);
    for (const auto& open : ApprovalRow::of_state(database, "open"))
      if (open.act.plan() == act.plan() && w.now() < open.expires) return record_of(database, open, call);
    const int officers = IdentityRow::count(database, policy::Role::security_officer);
    if (officers < rules_.votes)
      return Denial{"approval.officers", "dual control",
                    std::to_string(rules_.votes) + " votes are needed, and there are " +
                        std::to_string(officers) + " officers",
                    "register officers, by a new set-up: there are too few to do it by an act"};
    ApprovalRow row{uuid_v7(w.time()),
                    act,
                    new_nonce(),
                    {rules_.votes, officers, 0, 0},
                    call.identity.id(),
                    w.now(),
                    w.now() + rules_.expires,
                    "open",
                    0,
                    std::nullopt,
                    ActWork::none,
                    ""};
    row.leaf = w.append(request_event(row, call), call.identity);
    row.insert(database);
    return record_of(database, row, call);
  });
}

policy::Ballot Approvals::ballot_of(const ApprovalRow& row, const policy::SpkiHash& officer,
                                    bool approve) const {
  return {row.id, row.nonce, row.act.plan_sha256(), approve, officer, row.expires, ledger_origin_};
}

policy::OrDenial<api::ApprovalRecord> Approvals::vote(const api::Call& call, const std::string& id,
                                                      const api::ApprovalVote& vote) {
  auto answer = judge(call, id, vote);
  if (const auto* denial = policy::denied(answer))
    ledger_.record_denial(*denial, call, "voteOnApproval", std::nullopt, {"approval", id});
  fault_point("approval.after-vote");
  follow(id);
  if (wake_) wake_();
  return answer;
}

// Memory, after what the last vote may have changed in the store.
void Approvals::follow(const std::string& id) {
  follow_store(authorities_, store_);
  identities_.follow(store_);
  const auto row = store_.read([&](Database& database) { return ApprovalRow::find(database, id); });
  if (!row || row->state != "approved") return;
  if (row->act.kind() == ActKind::change_profile || row->act.kind() == ActKind::change_blocklist)
    policies_.follow(store_);
  if (row->act.kind() != ActKind::revoke_role) return;
  const auto ended = store_.read(
      [&](Database& database) { return IdentityRow::find(database, row->act.parameter("identity")); });
  if (!ended || ended->ended_by != id) return;
  for (const auto& key : ended->keys)
    if (const auto record = key.serial ? store_.find_certificate(*key.serial, now()) : std::nullopt)
      crls_.changed(record->authority);
}

policy::OrDenial<api::ApprovalRecord> Approvals::judge(const api::Call& call, const std::string& id,
                                                       const api::ApprovalVote& vote) {
  if (auto fault = fault_in_caller(call)) return *std::move(fault);
  // 1. The signature, outside the writer's transaction: what the document is made of never changes.
  auto fault = store_.read([&](Database& database) -> std::optional<Denial> {
    const auto row = ApprovalRow::find(database, id);
    if (!row) throw Error(ErrorCode::not_found, "there is no approval " + id);
    if (earlier_vote(database, *row, call)) return std::nullopt;  // judged then, and answered below
    if (auto closed = fault_in_state(*row, now())) return closed;
    const auto officer = key_of(database, call.identity.id());
    return policy::fault_in_vote(ballot_of(*row, officer, vote.approve), vote.signature);
  });
  if (fault) return *std::move(fault);
  // 2. The count, and the act if this vote is the last one needed.
  return ledger_.writer().write([&](Writing& w) -> policy::OrDenial<api::ApprovalRecord> {
    const ApprovalRow row = *ApprovalRow::find(w.database(), id);
    if (const auto earlier = earlier_vote(w.database(), row, call)) {
      if (*earlier == vote.approve) return record_of(w.database(), row, call);
      return Denial{"approval.voted", "dual control", "you have voted otherwise before",
                    "a vote once given is not changed"};
    }
    if (auto closed = fault_in_state(row, w.now())) return *std::move(closed);
    if (auto ended = fault_in_officer(w.database(), call.identity)) return *std::move(ended);
    keep(w, row, call, vote);
    count(w, row, call);
    return record_of(w.database(), *ApprovalRow::find(w.database(), id), call);
  });
}

std::optional<Denial> Approvals::fault_in_state(const ApprovalRow& row, policy::Instant now) {
  const auto state = row.state_at(now);
  if (state == "open") return std::nullopt;
  return Denial{"approval.closed", "dual control", "the request is " + state + ": votes no longer count",
                "ask for the act anew, if it is still wanted"};
}

std::optional<bool> Approvals::earlier_vote(Database& database, const ApprovalRow& row,
                                            const api::Call& call) {
  auto earlier = database.prepare("SELECT approve FROM approval_votes WHERE request = ? AND officer = ?");
  earlier.bind(row.id).bind(call.identity.id());
  return earlier.step() ? std::optional(earlier.integer(0) != 0) : std::nullopt;
}

void Approvals::keep(Writing& w, const ApprovalRow& row, const api::Call& call,
                     const api::ApprovalVote& vote) const {
  const auto officer = key_of(w.database(), call.identity.id());
  const std::string document = ballot_of(row, officer, vote.approve).document();
  policy::Event event{
      .type = policy::EventType::approval_vote, .target = {"approval", row.id}, .reason = vote.comment};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"request", row.id},
                  {"vote", vote.approve ? "approve" : "refuse"},
                  {"document", document},
                  {"cms_sha256", policy::sha256(vote.signature).hex()}};
  const auto leaf = w.append(event, call.identity);
  w.database()
      .prepare(
          "INSERT INTO approval_votes(request, officer, approve, comment, document, cms, leaf, voted_at) "
          "VALUES(?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(row.id)
      .bind(call.identity.id())
      .bind(vote.approve ? 1 : 0)
      .bind(vote.comment)
      .bind(document)
      .bind(vote.signature)
      .bind(leaf)
      .bind(to_seconds(w.now()))
      .run();
}

void Approvals::count(Writing& w, const ApprovalRow& row, const api::Call& call) {
  policy::Tally tally = row.tally;
  {
    auto votes = w.database().prepare(
        "SELECT coalesce(sum(approve), 0), count(*) FROM approval_votes WHERE request = ?");
    votes.bind(row.id);
    votes.step();
    tally.approvals = static_cast<int>(votes.integer(0));
    tally.refusals = static_cast<int>(votes.integer(1)) - tally.approvals;
  }
  const auto state = policy::state_of(tally, row.expires, w.now());
  if (state == policy::RequestState::open) return;
  close(w, row, policy::name(state), call.identity);
  if (state == policy::RequestState::approved) carry_out(w, row, call.identity);
}

void Approvals::close(Writing& w, const ApprovalRow& row, std::string_view state,
                      const policy::Identity& actor) {
  policy::Event event{.type = policy::EventType::approval_result,
                      .outcome = state == "approved" ? "success" : "denied",
                      .target = {"approval", row.id}};
  event.detail = {{"request", row.id}, {"op", policy::name(row.act.kind())}, {"outcome", state}};
  const auto leaf = w.append(event, actor);
  w.database()
      .prepare("UPDATE approvals SET state = ?, result_leaf = ? WHERE id = ?")
      .bind(state)
      .bind(leaf)
      .bind(row.id)
      .run();
}

// What the store alone can do is done here and now; what takes a token is left to the job.
void Approvals::carry_out(Writing& w, const ApprovalRow& row, const policy::Identity& last_voter) const {
  // The world may have changed since it was asked for.
  if (const auto fault = desk_.fault_in(w.database(), row.act))
    return tell_failed(w, row.id, "begin", fault->detail + ": " + fault->mend);
  switch (row.act.kind()) {
    case ActKind::start_issuing:
      return start_issuing(w, last_voter, row.act.reason(), row.id);
    case ActKind::activate_authority:
      return activate_authority(w, row.act.parameter("authority"), row.id, last_voter);
    case ActKind::retire_authority:
      return retire_authority(w, row.act.parameter("authority"), row.id, last_voter);
    case ActKind::change_profile:
      return change_profile(w, row.act, row.id, last_voter);
    case ActKind::change_blocklist:
      return change_blocklist(w, row.act, row.id, last_voter);
    case ActKind::revoke_role:
      revoke_role(w, row.act.parameter("identity"), row.id, last_voter);
      if (row.act.parameter("role") != policy::name(policy::Role::security_officer)) return;
      // Votes of one who is no officer any more must not count.
      for (const auto& open : ApprovalRow::of_state(w.database(), "open")) close(w, open, "void", last_voter);
      return;
    case ActKind::create_authority:
    case ActKind::roll_over:
    case ActKind::destroy_key:
    case ActKind::grant_role:
    case ActKind::request_authority:
    case ActKind::import_authority:
    case ActKind::revoke_certificates:
    case ActKind::generate_key:
      return ApprovalRow::set_work(w.database(), row.id, ActWork::waiting);
  }
}

void Approvals::stop_issuing(const api::Call& call, const std::string& reason) {
  ledger_.writer().write([&](Writing& w) {
    if (const auto ended = fault_in_officer(w.database(), call.identity))
      throw Error(ErrorCode::unavailable, ended->detail);
    daemon::stop_issuing(w, call, reason);
    for (const auto& open : ApprovalRow::of_state(w.database(), "open"))
      if (open.act.kind() == ActKind::start_issuing) close(w, open, "void", call.identity);
  });
}

void Approvals::expire_due() {
  const bool due = store_.read([](Database& database) {
    auto row = database.prepare("SELECT 1 FROM approvals WHERE state = 'open' AND expires_at <= ?");
    row.bind(to_seconds(now()));
    return row.step();
  });
  if (!due) return;
  ledger_.writer().write([](Writing& w) {
    for (const auto& open : ApprovalRow::of_state(w.database(), "open"))
      if (w.now() >= open.expires)
        close(w, open, policy::name(policy::RequestState::expired),
              policy::Identity::system_job("approvals"));
  });
}

api::ApprovalRecord Approvals::record_of(Database& database, const ApprovalRow& row,
                                         const api::Call& call) const {
  api::ApprovalRecord record{row.id,
                             std::string(policy::name(row.act.kind())),
                             row.act.reason(),
                             words_of(database, row.act),
                             row.act.plan(),
                             row.act.plan_sha256().hex(),
                             row.state_at(now()),
                             row.requester,
                             row.created,
                             row.expires,
                             row.tally.needed,
                             row.tally.officers,
                             {},
                             row.leaf,
                             row.result_leaf,
                             {},
                             {},
                             std::string(name(row.work)),
                             row.failure};
  auto votes = database.prepare(
      "SELECT officer, approve, comment, document, cms, leaf, voted_at FROM approval_votes WHERE request = ? "
      "ORDER BY leaf");
  votes.bind(row.id);
  while (votes.step())
    record.votes.push_back({votes.text(0), votes.integer(1) != 0, votes.text(2), votes.text(3),
                            votes.octets(4), static_cast<policy::LeafIndex>(votes.integer(5)),
                            from_seconds(votes.integer(6))});
  if (call.identity.role() == policy::Role::security_officer && record.state == "open") {
    const auto officer = key_of(database, call.identity.id());
    record.approve_document = ballot_of(row, officer, true).document();
    record.refuse_document = ballot_of(row, officer, false).document();
  }
  return record;
}

std::optional<api::ApprovalRecord> Approvals::find(const api::Call& call, const std::string& id) {
  return store_.read([&](Database& database) -> std::optional<api::ApprovalRecord> {
    const auto row = ApprovalRow::find(database, id);
    if (!row) return std::nullopt;
    return record_of(database, *row, call);
  });
}

std::vector<api::ApprovalRecord> Approvals::list(const api::Call& call,
                                                 const std::optional<std::string>& state) {
  return store_.read([&](Database& database) {
    std::vector<api::ApprovalRecord> records;
    for (const auto& row : ApprovalRow::newest(database, k_most_listed))
      if (!state || row.state_at(now()) == *state) records.push_back(record_of(database, row, call));
    return records;
  });
}

}  // namespace inkan::daemon
