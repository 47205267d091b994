#include "daemon/store/outbox_rows.h"

#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

OutboxRow outbox_row_of(const Statement& row) {
  const auto kind = policy::mail_kind(row.text(2));
  if (!kind) throw Error(ErrorCode::store, "mail " + std::to_string(row.integer(0)) + " has an unknown kind");
  return {row.integer(0),
          row.text(1),
          *kind,
          row.text(3),
          row.octets(4),
          nlohmann::json::parse(row.text(5)).get<std::map<std::string, std::string>>(),
          static_cast<int>(row.integer(6)),
          from_seconds(row.integer(7))};
}

}  // namespace

bool OutboxRow::insert(Database& database, policy::Instant due) const {
  auto row = database.prepare(
      "INSERT INTO outbox(once, kind, user, serial, parameters, state, due_at, created_at) VALUES(?, ?, ?, "
      "?, "
      "?, 'waiting', ?, ?) ON CONFLICT(once) DO NOTHING");
  row.bind(once).bind(policy::name(kind)).bind(user).bind(serial).bind(nlohmann::json(parameters).dump());
  row.bind(to_seconds(due)).bind(to_seconds(created)).run();
  return row.changes() == 1;
}

bool OutboxRow::any_due(Database& database, policy::Instant now) {
  auto row = database.prepare("SELECT 1 FROM outbox WHERE state = 'waiting' AND due_at <= ? LIMIT 1");
  row.bind(to_seconds(now));
  return row.step();
}

std::vector<OutboxRow> OutboxRow::lease(Database& database, const std::string& by, policy::Instant now,
                                        policy::Instant until, int limit) {
  std::vector<OutboxRow> all;
  {
    auto rows = database.prepare(
        "SELECT id, once, kind, user, serial, parameters, tries + 1, created_at FROM outbox WHERE state = "
        "'waiting' AND due_at <= ? ORDER BY kind = 'code' DESC, due_at LIMIT ?");
    rows.bind(to_seconds(now)).bind(limit);
    while (rows.step()) all.push_back(outbox_row_of(rows));
  }
  for (const auto& each : all)
    database.prepare("UPDATE outbox SET due_at = ?, leased_by = ?, tries = ? WHERE id = ?")
        .bind(to_seconds(until))
        .bind(by)
        .bind(each.tries)
        .bind(each.id)
        .run();
  return all;
}

bool OutboxRow::end(Database& database, const std::string& by, bool sent, const std::string& answer,
                    policy::Instant now) const {
  auto row = database.prepare(
      "UPDATE outbox SET state = ?, answer = ?, ended_at = ? WHERE id = ? AND leased_by = ? AND tries = ? "
      "AND "
      "state = 'waiting'");
  row.bind(sent ? "sent" : "failed").bind(answer).bind(to_seconds(now)).bind(id).bind(by).bind(tries).run();
  return row.changes() == 1;
}

bool OutboxRow::put_off(Database& database, const std::string& by, policy::Instant due,
                        const std::string& answer) const {
  auto row = database.prepare(
      "UPDATE outbox SET due_at = ?, answer = ? WHERE id = ? AND leased_by = ? AND tries = ? AND state = "
      "'waiting'");
  row.bind(to_seconds(due)).bind(answer).bind(id).bind(by).bind(tries).run();
  return row.changes() == 1;
}

std::string mail_fault_of(Database& database, const std::string& user) {
  auto row = database.prepare("SELECT state, answer FROM outbox WHERE user = ? ORDER BY id DESC LIMIT 1");
  row.bind(user);
  return row.step() && row.text(0) == "failed" ? row.text(1) : "";
}

WaitingMails waiting_mails(Database& database) {
  auto row = database.prepare("SELECT count(*), min(created_at) FROM outbox WHERE state = 'waiting'");
  row.step();
  return {row.integer(0), row.is_null(1) ? std::nullopt : std::optional(from_seconds(row.integer(1)))};
}

OutboxCount count_outbox(Database& database) {
  OutboxCount count;
  auto rows = database.prepare("SELECT state, count(*) FROM outbox GROUP BY state");
  while (rows.step())
    (rows.text(0) == "waiting" ? count.waiting
     : rows.text(0) == "sent"  ? count.sent
                               : count.failed) = rows.integer(1);
  return count;
}

}  // namespace inkan::daemon
