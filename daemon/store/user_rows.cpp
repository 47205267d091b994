#include "daemon/store/user_rows.h"

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::string_view k_user_columns =
    "SELECT id, user_id, organisation, kind, name, mail, password, own_password, activated, failures, locks, "
    "locked_until, blocked, created_at, deleted_at FROM users ";

std::optional<policy::Instant> instant_or_none(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(from_seconds(row.integer(column)));
}

UserRow user_of(const Statement& row) {
  const auto kind = policy::user_kind(row.text(3));
  if (!kind) throw Error(ErrorCode::store, "the row of user " + row.text(0) + " is damaged");
  UserRow user{row.text(0),
               row.text(1),
               row.text(2),
               *kind,
               row.text(4),
               row.text(5),
               row.text(6),
               row.integer(7) != 0,
               {},
               from_seconds(row.integer(13)),
               instant_or_none(row, 14)};
  user.standing = {row.integer(8) != 0,
                   static_cast<int>(row.integer(9)),
                   static_cast<int>(row.integer(10)),
                   instant_or_none(row, 11),
                   row.integer(12) != 0,
                   user.deleted.has_value()};
  return user;
}

}  // namespace

void OrganisationRow::insert(Database& database) const {
  database.prepare("INSERT INTO organisations(id, name, created_at) VALUES(?, ?, ?)")
      .bind(id)
      .bind(name)
      .bind(to_seconds(created))
      .run();
}

std::optional<OrganisationRow> OrganisationRow::find(Database& database, const std::string& id) {
  auto row = database.prepare("SELECT id, name, created_at FROM organisations WHERE id = ?");
  row.bind(id);
  if (!row.step()) return std::nullopt;
  return OrganisationRow{row.text(0), row.text(1), from_seconds(row.integer(2))};
}

bool OrganisationRow::has_name(Database& database, const std::string& name) {
  auto row = database.prepare("SELECT 1 FROM organisations WHERE name = ?");
  row.bind(name);
  return row.step();
}

std::vector<OrganisationRow> OrganisationRow::all(Database& database) {
  std::vector<OrganisationRow> all;
  auto rows = database.prepare("SELECT id, name, created_at FROM organisations ORDER BY name");
  while (rows.step()) all.push_back({rows.text(0), rows.text(1), from_seconds(rows.integer(2))});
  return all;
}

void UserRow::insert(Database& database) const {
  database
      .prepare(
          "INSERT INTO users(id, user_id, organisation, kind, name, mail, password, own_password, "
          "created_at) "
          "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(id)
      .bind(user_id)
      .bind(organisation)
      .bind(policy::name(kind))
      .bind(name)
      .bind(mail)
      .bind(password)
      .bind(own_password ? 1 : 0)
      .bind(to_seconds(created))
      .run();
}

void UserRow::update(Database& database) const {
  database
      .prepare(
          "UPDATE users SET name = ?, mail = ?, password = ?, own_password = ?, deleted_at = ? WHERE id = ?")
      .bind(name)
      .bind(mail)
      .bind(password)
      .bind(own_password ? 1 : 0)
      .bind(to_seconds(deleted))
      .bind(id)
      .run();
  update_standing(database);
}

void UserRow::update_standing(Database& database) const {
  database
      .prepare(
          "UPDATE users SET activated = ?, failures = ?, locks = ?, locked_until = ?, blocked = ? WHERE id = "
          "?")
      .bind(standing.activated ? 1 : 0)
      .bind(standing.failures)
      .bind(standing.locks)
      .bind(to_seconds(standing.locked_until))
      .bind(standing.blocked ? 1 : 0)
      .bind(id)
      .run();
}

std::optional<UserRow> UserRow::find(Database& database, const std::string& id) {
  auto row = database.prepare(std::string(k_user_columns) + "WHERE id = ?");
  row.bind(id);
  return row.step() ? std::optional(user_of(row)) : std::nullopt;
}

std::optional<UserRow> UserRow::find_user_id(Database& database, const std::string& user_id) {
  auto row = database.prepare(std::string(k_user_columns) + "WHERE user_id = ?");
  row.bind(user_id);
  return row.step() ? std::optional(user_of(row)) : std::nullopt;
}

std::vector<UserRow> UserRow::list(Database& database, const api::UserFilter& filter,
                                   std::optional<policy::UserKind> only) {
  std::vector<UserRow> all;
  if (filter.user_id) {
    auto found = find_user_id(database, *filter.user_id);
    if (found && (!filter.organisation || found->organisation == *filter.organisation) &&
        (!only || found->kind == *only))
      all.push_back(std::move(*found));
    return all;
  }
  std::string sql(k_user_columns);
  sql += "WHERE deleted_at IS NULL AND user_id > ?";
  if (filter.organisation) sql += " AND organisation = ?";
  if (only) sql += " AND kind = ?";
  auto rows = database.prepare(sql + " ORDER BY user_id LIMIT ?");
  rows.bind(filter.after);
  if (filter.organisation) rows.bind(*filter.organisation);
  if (only) rows.bind(policy::name(*only));
  rows.bind(filter.limit);
  while (rows.step()) all.push_back(user_of(rows));
  return all;
}

api::UserRecord UserRow::record(policy::Instant now) const {
  const auto state = standing.state(now);
  return {id,
          user_id,
          organisation,
          kind,
          name,
          mail,
          state,
          standing.failures,
          standing.locks,
          state == policy::UserState::locked ? standing.locked_until : std::nullopt,
          own_password,
          created,
          deleted};
}

void SessionRow::insert(Database& database) const {
  database.prepare("INSERT INTO sessions(ticket, user, browser, ends_at) VALUES(?, ?, ?, ?)")
      .bind(ticket)
      .bind(user)
      .bind(browser)
      .bind(to_seconds(ends))
      .run();
}

void SessionRow::erase(Database& database) const {
  database.prepare("DELETE FROM sessions WHERE ticket = ?").bind(ticket).run();
}

std::optional<SessionRow> SessionRow::find(Database& database, BytesView ticket) {
  auto row = database.prepare("SELECT ticket, user, browser, ends_at FROM sessions WHERE ticket = ?");
  row.bind(ticket);
  if (!row.step()) return std::nullopt;
  return SessionRow{row.octets(0), row.text(1), row.octets(2), from_seconds(row.integer(3))};
}

void SessionRow::erase_of(Database& database, const std::string& user) {
  database.prepare("DELETE FROM sessions WHERE user = ?").bind(user).run();
}

void SessionRow::erase_ended(Database& database, policy::Instant now) {
  database.prepare("DELETE FROM sessions WHERE ends_at <= ?").bind(to_seconds(now)).run();
}

void PhantomRow::put(Database& database, policy::Instant now) const {
  database
      .prepare(
          "INSERT OR REPLACE INTO phantoms(id, failures, locks, locked_until, blocked, tried_at) VALUES(?, "
          "?, "
          "?, ?, ?, ?)")
      .bind(id)
      .bind(standing.failures)
      .bind(standing.locks)
      .bind(to_seconds(standing.locked_until))
      .bind(standing.blocked ? 1 : 0)
      .bind(to_seconds(now))
      .run();
}

void PhantomRow::forget_oldest(Database& database) {
  database
      .prepare(
          "DELETE FROM phantoms WHERE id IN (SELECT id FROM phantoms ORDER BY blocked, tried_at LIMIT max(0, "
          "(SELECT "
          "count(*) FROM phantoms) - ?))")
      .bind(k_most)
      .run();
}

PhantomRow PhantomRow::find(Database& database, Bytes id) {
  PhantomRow phantom{std::move(id), {}};
  auto row = database.prepare("SELECT failures, locks, locked_until, blocked FROM phantoms WHERE id = ?");
  row.bind(phantom.id);
  if (row.step())
    phantom.standing = {true,
                        static_cast<int>(row.integer(0)),
                        static_cast<int>(row.integer(1)),
                        instant_or_none(row, 2),
                        row.integer(3) != 0,
                        false};
  return phantom;
}

void add_history(Database& database, const std::string& user, policy::LeafIndex leaf) {
  database.prepare("INSERT INTO user_history(user, leaf) VALUES(?, ?)").bind(user).bind(leaf).run();
}

// Each part is bounded by itself: SQLite merges them in their order, and reads no more than the page.
std::vector<policy::LeafIndex> history_of(Database& database, const std::string& user,
                                          policy::LeafIndex begin, int limit) {
  const std::string own = "enrolments e JOIN certificates c ON c.serial = e.serial WHERE e.user = ?1";
  std::string sql = "SELECT leaf FROM user_history WHERE user = ?1 AND leaf >= ?2";
  for (const std::string column : {"c.intent", "c.outcome", "c.revoke_leaf", "c.released_leaf"})
    sql.append(" UNION SELECT ")
        .append(column)
        .append(" FROM ")
        .append(own)
        .append(" AND ")
        .append(column)
        .append(" >= ?2");
  auto rows = database.prepare(sql + " ORDER BY 1 LIMIT ?3");
  rows.bind(user).bind(begin).bind(limit);
  std::vector<policy::LeafIndex> leaves;
  while (rows.step()) leaves.push_back(static_cast<policy::LeafIndex>(rows.integer(0)));
  return leaves;
}

}  // namespace inkan::daemon
