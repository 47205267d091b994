#include "daemon/authority/bulk_revocation.h"

#include <nlohmann/json.hpp>

#include "daemon/acts/acts_call.h"
#include "daemon/acts/revocation_acts.h"
#include "daemon/authority/revocation_judging.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using api::RevocationItem;
using api::RevocationOutcome;
using api::RevocationReport;
using nlohmann::json;
using policy::Denial;

namespace {

constexpr const char* k_operation = "revokeCertificates";

// What is wrong with the reason or the date is so for each of them.
std::optional<Denial> fault_in_order(const api::Call& call, const api::RevocationOrder& order) {
  return policy::check_revocation({call.identity, order.reason, order.invalidity_date},
                                  {call.identity.id(), false, false}, now());
}

// Kept for whoever repeats the call.
std::string to_json(const std::vector<RevocationItem>& items) {
  json all = json::array();
  for (const auto& each : items)
    all.push_back({each.serial.hex(), name(each.outcome), each.rule, each.detail});
  return json{{"items", std::move(all)}}.dump();
}

std::vector<RevocationItem> items_from(const json& kept) {
  std::vector<RevocationItem> items;
  for (const auto& each : kept) {
    const auto serial = policy::Serial::parse(each.at(0).get<std::string>());
    const auto outcome = api::revocation_outcome(each.at(1).get<std::string>());
    if (!serial || !outcome)
      throw policy::Error(policy::ErrorCode::store, "a kept answer about revocations is damaged");
    items.push_back({*serial, *outcome, each.at(2), each.at(3)});
  }
  return items;
}

void keep_report(Writing& w, const api::Call& call, const std::optional<api::Idempotency>& key,
                 std::string answer) {
  if (!key) return;
  put_idempotency(w.database(), call.identity.id(), *key,
                  {policy::to_bytes(key->body_sha256.bytes()),
                   IdempotencyState::answered,
                   std::nullopt,
                   {},
                   "",
                   std::move(answer)},
                  w.now());
}

// An act must be what all of it says: nothing in it may be left undone but what has ended by itself.
std::optional<Denial> fault_in_list(const std::vector<RevocationItem>& items) {
  std::size_t count = 0;
  const RevocationItem* first = nullptr;
  for (const auto& each : items) {
    if (each.outcome != RevocationOutcome::unknown && each.outcome != RevocationOutcome::not_allowed &&
        each.outcome != RevocationOutcome::never_signed)
      continue;
    if (!first) first = &each;
    ++count;
  }
  if (!first) return std::nullopt;
  return Denial{"revoke.list", "dual control",
                std::to_string(count) + " of " + std::to_string(items.size()) +
                    " certificates cannot be revoked by you, " + first->serial.hex() + " first: " +
                    std::string(name(first->outcome)) + (first->detail.empty() ? "" : ", " + first->detail),
                "leave them out; a preview shows them all"};
}

// The leaf of that index tells of this act.
bool is_of_act(Database& database, policy::LeafIndex leaf, const std::string& approval) {
  auto row = database.prepare("SELECT instr(leaf, ?) > 0 FROM leaves WHERE idx = ?");
  row.bind("\"ceremony_id\":\"" + approval + "\"").bind(leaf);
  return row.step() && row.integer(0) != 0;
}

}  // namespace

RevocationReport BulkRevocation::report_on(const api::RevocationOrder& order) const {
  return {{}, order.serials.sha256().hex(), order.serials.size() > alone_};
}

policy::OrDenial<RevocationReport> BulkRevocation::preview(const api::Call& call,
                                                           const api::RevocationOrder& order) {
  if (auto denial = fault_in_order(call, order)) return *std::move(denial);
  auto report = report_on(order);
  store_.read([&](Database& database) {
    for (const auto& serial : order.serials.all())
      report.items.push_back(judge_revocation(database, policies_.now().profiles(),
                                              {call.identity, order.reason, order.invalidity_date}, serial,
                                              now())
                                 .item);
    return true;
  });
  return report;
}

std::optional<BulkRevocation::Outcome> BulkRevocation::answered_before(
    Database& database, const api::Call& call, const api::RevocationOrder& order,
    const std::optional<api::Idempotency>& idempotency) {
  const auto row = idempotency ? find_idempotency(database, call.identity.id(), *idempotency) : std::nullopt;
  if (!row) return std::nullopt;
  if (!policy::equal(row->body_sha256, idempotency->body_sha256.bytes())) return api::KeyReused{};
  if (row->state == IdempotencyState::denied) return denial_from_json(row->denial);
  const auto kept = json::parse(row->answer.value_or("{}"), nullptr, false);
  auto report = report_on(order);
  report.replayed = true;
  if (kept.contains("approval")) {
    report.approval = api::ApprovalRecord{};
    report.approval->id = kept.at("approval");
  } else if (kept.contains("items")) {
    report.items = items_from(kept.at("items"));
  } else {
    throw policy::Error(policy::ErrorCode::store, "a kept answer about revocations is damaged");
  }
  return report;
}

BulkRevocation::Outcome BulkRevocation::deny(const api::Call& call, const Denial& denial,
                                             const std::optional<api::Idempotency>& idempotency) {
  const auto earlier = ledger_.record_denial(denial, call, k_operation, idempotency);
  if (std::holds_alternative<api::InProgress>(earlier)) return api::InProgress{};
  if (std::holds_alternative<api::KeyReused>(earlier)) return api::KeyReused{};
  return denial;
}

BulkRevocation::Outcome BulkRevocation::revoke(const api::Call& call, const api::RevocationOrder& order,
                                               const std::optional<api::Idempotency>& idempotency) {
  auto before =
      store_.read([&](Database& database) { return answered_before(database, call, order, idempotency); });
  if (before) {
    const auto* const report = std::get_if<RevocationReport>(&*before);
    if (!report || !report->approval) return *std::move(before);
    auto standing = find(call, report->approval->id);
    if (!standing)
      throw policy::Error(policy::ErrorCode::store, "an approval is missing: " + report->approval->id);
    standing->replayed = true;
    return *std::move(standing);
  }
  if (const auto denial = fault_in_order(call, order)) return deny(call, *denial, idempotency);
  return order.serials.size() > alone_ ? ask_officers(call, order, idempotency)
                                       : revoke_now(call, order, idempotency);
}

// If we die before the commit nothing is revoked, and after it all of them are: a retry does either.
BulkRevocation::Outcome BulkRevocation::revoke_now(const api::Call& call, const api::RevocationOrder& order,
                                                   const std::optional<api::Idempotency>& idempotency) {
  DoneRevocations done;
  auto outcome = ledger_.writer().write([&](Writing& w) -> Outcome {
    done = {};
    if (auto before = answered_before(w.database(), call, order, idempotency)) return *std::move(before);
    done = revoke_each(w, policies_.now().profiles(), call, order.serials.all(), order.reason,
                       order.invalidity_date, "");
    keep_report(w, call, idempotency, to_json(done.items));
    auto report = report_on(order);
    report.items = done.items;
    fault_point("revocations.before-commit");
    return report;
  });
  fault_point("revocations.after-commit");
  for (std::size_t i = 0; i < done.changed; ++i) measurements_.count_revocation(order.reason);
  for (const auto& authority : done.authorities) crls_.changed(authority);
  if (!done.authorities.empty()) wake_publisher_();
  return outcome;
}

// If we die after the request is on disk, and before it is kept for the key: a retry finds it open.
BulkRevocation::Outcome BulkRevocation::ask_officers(const api::Call& call, const api::RevocationOrder& order,
                                                     const std::optional<api::Idempotency>& idempotency) {
  const auto looked = std::get<RevocationReport>(preview(call, order));
  if (const auto denial = fault_in_list(looked.items)) return deny(call, *denial, idempotency);
  const auto asked =
      approvals_.request(call, {policy::ActKind::revoke_certificates, order.comment, parameters_of(order)});
  if (const auto* denial = policy::denied(asked)) return *denial;
  auto report = looked;
  report.approval = std::get<api::ApprovalRecord>(asked);
  ledger_.writer().write([&](Writing& w) {
    keep_report(w, call, idempotency, json{{"approval", report.approval->id}}.dump());
  });
  return report;
}

std::optional<RevocationReport> BulkRevocation::find(const api::Call& call, const std::string& id) {
  auto record = approvals_.find(call, id);
  const auto row = store_.read([&](Database& database) { return ApprovalRow::find(database, id); });
  if (!record || !row || row->act.kind() != policy::ActKind::revoke_certificates) return std::nullopt;
  if (call.identity.role() == policy::Role::web_tier && row->requester != call.identity.id())
    return std::nullopt;
  const auto order = order_in(row->act);
  auto report = report_on(order);
  report.needs_approval = true;
  report.approval = std::move(record);
  store_.read([&](Database& database) {
    for (const auto& serial : order.serials.all()) {
      auto judged = judge_revocation(database, policies_.now().profiles(),
                                     {acts_job(), order.reason, order.invalidity_date}, serial, now());
      if (judged.revoke_leaf && is_of_act(database, *judged.revoke_leaf, id))
        judged.item = {serial, RevocationOutcome::revoked};
      report.items.push_back(std::move(judged.item));
    }
    return true;
  });
  return report;
}

}  // namespace inkan::daemon
