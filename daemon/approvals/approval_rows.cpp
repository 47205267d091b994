#include "daemon/approvals/approval_rows.h"

#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Act;

constexpr const char* k_select_approvals =
    "SELECT id, op, reason, nonce, needed, officers, requester, created_at, expires_at, state, leaf, "
    "result_leaf, parameters, work, failure FROM approvals ";

constexpr std::pair<ActWork, std::string_view> k_works[] = {
    {ActWork::none, ""},           {ActWork::waiting, "waiting"}, {ActWork::running, "running"},
    {ActWork::undoing, "undoing"}, {ActWork::done, "done"},       {ActWork::failed, "failed"}};

ActWork act_work(const std::string& text) {
  for (const auto& [work, known] : k_works)
    if (known == text) return work;
  throw policy::Error(policy::ErrorCode::store, "an approval is damaged: its work is " + text);
}

ApprovalRow read_approval(const Statement& s) {
  const auto kind = policy::act_kind(s.text(1));
  auto act = kind
                 ? Act::make(*kind, s.text(2), nlohmann::json::parse(s.text(12)).get<policy::ActParameters>())
                 : policy::OrDenial<Act>(policy::Denial{});
  if (policy::denied(act))
    throw policy::Error(policy::ErrorCode::store, "approval " + s.text(0) + " is damaged");
  return {s.text(0),
          std::get<Act>(std::move(act)),
          s.text(3),
          {static_cast<int>(s.integer(4)), static_cast<int>(s.integer(5)), 0, 0},
          s.text(6),
          from_seconds(s.integer(7)),
          from_seconds(s.integer(8)),
          s.text(9),
          static_cast<policy::LeafIndex>(s.integer(10)),
          s.is_null(11) ? std::nullopt : std::optional(static_cast<policy::LeafIndex>(s.integer(11))),
          act_work(s.text(13)),
          s.text(14)};
}

std::vector<ApprovalRow> read_approvals(Statement& rows) {
  std::vector<ApprovalRow> all;
  while (rows.step()) all.push_back(read_approval(rows));
  return all;
}

}  // namespace

std::string_view name(ActWork work) {
  for (const auto& [known, text] : k_works)
    if (known == work) return text;
  return "";
}

std::optional<ApprovalRow> ApprovalRow::find(Database& database, const std::string& id) {
  auto row = database.prepare(std::string(k_select_approvals) + "WHERE id = ?");
  row.bind(id);
  return row.step() ? std::optional(read_approval(row)) : std::nullopt;
}

std::vector<ApprovalRow> ApprovalRow::of_state(Database& database, const std::string& state) {
  auto rows = database.prepare(std::string(k_select_approvals) + "WHERE state = ? ORDER BY id");
  rows.bind(state);
  return read_approvals(rows);
}

std::vector<ApprovalRow> ApprovalRow::newest(Database& database, int most) {
  auto rows = database.prepare(std::string(k_select_approvals) + "ORDER BY created_at DESC, id DESC LIMIT ?");
  rows.bind(most);
  return read_approvals(rows);
}

void ApprovalRow::insert(Database& database) const {
  database
      .prepare(
          "INSERT INTO approvals(id, op, reason, nonce, needed, officers, requester, created_at, expires_at, "
          "state, leaf, parameters) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(id)
      .bind(policy::name(act.kind()))
      .bind(act.reason())
      .bind(nonce)
      .bind(tally.needed)
      .bind(tally.officers)
      .bind(requester)
      .bind(to_seconds(created))
      .bind(to_seconds(expires))
      .bind(state)
      .bind(leaf)
      .bind(nlohmann::json(act.parameters()).dump())
      .run();
}

std::vector<ApprovalRow> ApprovalRow::in_work(Database& database) {
  auto rows = database.prepare(std::string(k_select_approvals) +
                               "WHERE work IN ('waiting', 'running', 'undoing') ORDER BY result_leaf");
  return read_approvals(rows);
}

void ApprovalRow::set_work(Database& database, const std::string& id, ActWork work,
                           const std::string& failure) {
  database.prepare("UPDATE approvals SET work = ?, failure = ? WHERE id = ?")
      .bind(name(work))
      .bind(failure)
      .bind(id)
      .run();
}

std::string ApprovalRow::state_at(policy::Instant now) const {
  return state == "open" && now >= expires ? std::string(policy::name(policy::RequestState::expired)) : state;
}

}  // namespace inkan::daemon
