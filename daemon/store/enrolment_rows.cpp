#include "daemon/store/enrolment_rows.h"

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::UserCertificate;

namespace {

constexpr std::string_view k_enrolment_columns =
    "SELECT id, user, kind, step, ticket, browser, created_at, ends_at, nonce, serial, spki_sha256, "
    "csr_sha256, confirm_by, code_state, code_tries FROM enrolments ";

// What a certificate's signing came to, its last second and the start of its renewal: from its row if it has
// one, else from the enrolment's, whose intent is open.
constexpr std::string_view k_certificate_columns =
    "SELECT e.id, e.serial, c.state, c.revoked_at, c.reason, coalesce(c.not_after, e.not_after), "
    "coalesce(c.renewal_from, e.renewal_from) FROM enrolments e LEFT JOIN certificates c ON c.serial = "
    "e.serial ";

[[noreturn]] void damaged(const std::string& id) {
  throw Error(ErrorCode::store, "the row of enrolment " + id + " is damaged");
}

policy::Serial serial_of(const Statement& row, int column, const std::string& id) {
  const auto serial = policy::Serial::from_content(row.octets(column));
  if (!serial) damaged(id);
  return *serial;
}

EnrolmentRow row_of(const Statement& row) {
  const auto kind = policy::enrolment_kind(row.text(2));
  const auto step = policy::enrolment_step(row.text(3));
  if (!kind || !step) damaged(row.text(0));
  return {row.text(0),
          row.text(1),
          *kind,
          *step,
          row.octets(4),
          row.octets(5),
          from_seconds(row.integer(6)),
          from_seconds(row.integer(7)),
          row.octets(8),
          row.is_null(9) ? std::nullopt : std::optional(serial_of(row, 9, row.text(0))),
          row.octets(10),
          row.octets(11),
          row.is_null(12) ? std::nullopt : std::optional(from_seconds(row.integer(12))),
          row.text(13) == "asked",
          static_cast<int>(row.integer(14))};
}

UserCertificate certificate_in(const Statement& row) {
  using Signing = UserCertificate::Signing;
  constexpr int k_hold = static_cast<int>(policy::RevocationReason::certificate_hold);
  UserCertificate certificate;
  if (!row.is_null(2))
    certificate.signing = row.integer(2) == 1   ? Signing::issued
                          : row.integer(2) == 2 ? Signing::failed
                                                : Signing::possibly_signed;
  certificate.revoked = !row.is_null(3) && row.integer(4) != k_hold;
  certificate.not_after = from_seconds(row.integer(5));
  certificate.renewal_from = from_seconds(row.integer(6));
  return certificate;
}

}  // namespace

void EnrolmentRow::insert(Database& database) const {
  database
      .prepare(
          "INSERT INTO enrolments(id, user, kind, step, ticket, browser, created_at, ends_at, nonce) "
          "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(id)
      .bind(user)
      .bind(policy::name(kind))
      .bind(policy::name(step))
      .bind(ticket)
      .bind(browser)
      .bind(to_seconds(opened))
      .bind(to_seconds(ends))
      .bind(nonce)
      .run();
}

void EnrolmentRow::set_step(Database& database, policy::EnrolmentStep to) const {
  database.prepare("UPDATE enrolments SET step = ?, confirm_by = NULL WHERE id = ?")
      .bind(policy::name(to))
      .bind(id)
      .run();
}

void EnrolmentRow::set_code(Database& database, bool asked, int tries) const {
  database.prepare("UPDATE enrolments SET code_state = ?, code_tries = ? WHERE id = ?")
      .bind(asked ? "asked" : "passed")
      .bind(tries)
      .bind(id)
      .run();
}

void EnrolmentRow::set_supersede(Database& database, const std::optional<policy::Instant>& at) const {
  database.prepare("UPDATE enrolments SET supersede_at = ? WHERE id = ?").bind(to_seconds(at)).bind(id).run();
}

void EnrolmentRow::call_for_notice(Database& database, policy::Instant at) const {
  database.prepare("UPDATE enrolments SET notice_at = ? WHERE id = ?").bind(to_seconds(at)).bind(id).run();
}

std::optional<EnrolmentRow> EnrolmentRow::find(Database& database, const std::string& id) {
  auto row = database.prepare(std::string(k_enrolment_columns) + "WHERE id = ?");
  row.bind(id);
  return row.step() ? std::optional(row_of(row)) : std::nullopt;
}

std::optional<EnrolmentRow> EnrolmentRow::find_serial(Database& database, const policy::Serial& serial) {
  auto row = database.prepare(std::string(k_enrolment_columns) + "WHERE serial = ?");
  row.bind(serial.content());
  return row.step() ? std::optional(row_of(row)) : std::nullopt;
}

std::vector<EnrolmentRow> EnrolmentRow::newest_of(Database& database, const std::string& user, int limit) {
  std::vector<EnrolmentRow> all;
  auto rows =
      database.prepare(std::string(k_enrolment_columns) + "WHERE user = ? ORDER BY created_at DESC LIMIT ?");
  rows.bind(user).bind(limit);
  while (rows.step()) all.push_back(row_of(rows));
  return all;
}

std::vector<EnrolmentRow> EnrolmentRow::unconfirmed(Database& database, policy::Instant now, int limit) {
  std::vector<EnrolmentRow> all;
  auto rows =
      database.prepare(std::string(k_enrolment_columns) +
                       "WHERE confirm_by IS NOT NULL AND confirm_by <= ? ORDER BY confirm_by LIMIT ?");
  rows.bind(to_seconds(now)).bind(limit);
  while (rows.step()) all.push_back(row_of(rows));
  return all;
}

std::vector<EnrolmentRow> EnrolmentRow::superseding(Database& database, policy::Instant now, int limit) {
  std::vector<EnrolmentRow> all;
  auto rows =
      database.prepare(std::string(k_enrolment_columns) +
                       "WHERE supersede_at IS NOT NULL AND supersede_at <= ? ORDER BY supersede_at LIMIT ?");
  rows.bind(to_seconds(now)).bind(limit);
  while (rows.step()) all.push_back(row_of(rows));
  return all;
}

void begin_issuing(Database& database, const std::string& enrolment, const CertificateAsked& asked) {
  database
      .prepare(
          "UPDATE enrolments SET step = ?, serial = ?, spki_sha256 = ?, csr_sha256 = ?, not_after = ?, "
          "renewal_from = ?, confirm_by = ?, notice_at = ? WHERE id = ?")
      .bind(policy::name(policy::EnrolmentStep::issuing))
      .bind(asked.serial.content())
      .bind(asked.spki_sha256)
      .bind(asked.csr_sha256.bytes())
      .bind(to_seconds(asked.not_after))
      .bind(to_seconds(asked.renewal_from))
      .bind(to_seconds(asked.confirm_by))
      .bind(to_seconds(asked.notice_at))
      .bind(enrolment)
      .run();
}

bool has_spki(Database& database, BytesView spki_sha256) {
  auto row = database.prepare(
      "SELECT 1 FROM enrolments e LEFT JOIN certificates c ON c.serial = e.serial WHERE e.spki_sha256 = ? "
      "AND (c.state IS NULL OR c.state <> 2)");
  row.bind(spki_sha256);
  return row.step();
}

std::optional<UserCertificate> certificate_of(Database& database, const EnrolmentRow& enrolment) {
  if (!enrolment.serial) return std::nullopt;
  auto row = database.prepare(std::string(k_certificate_columns) + "WHERE e.id = ?");
  row.bind(enrolment.id);
  if (!row.step()) damaged(enrolment.id);
  return certificate_in(row);
}

std::vector<OwnedCertificate> certificates_of(Database& database, const std::string& user) {
  std::vector<OwnedCertificate> all;
  auto rows = database.prepare(std::string(k_certificate_columns) +
                               "WHERE e.user = ? AND e.serial IS NOT NULL ORDER BY e.created_at");
  rows.bind(user);
  while (rows.step()) all.push_back({rows.text(0), serial_of(rows, 1, rows.text(0)), certificate_in(rows)});
  return all;
}

void cancel_authenticated(Database& database, const std::string& user) {
  database.prepare("UPDATE enrolments SET step = ? WHERE user = ? AND step = ?")
      .bind(policy::name(policy::EnrolmentStep::cancelled))
      .bind(user)
      .bind(policy::name(policy::EnrolmentStep::authenticated))
      .run();
}

std::vector<DueNotice> due_notices(Database& database, policy::Instant now, int limit) {
  std::vector<DueNotice> all;
  auto rows = database.prepare(
      "SELECT id, user, serial, created_at, confirm_by, not_after, renewal_from, noticed FROM enrolments "
      "WHERE notice_at IS NOT NULL AND notice_at <= ? ORDER BY notice_at LIMIT ?");
  rows.bind(to_seconds(now)).bind(limit);
  while (rows.step())
    all.push_back({rows.text(0),
                   rows.text(1),
                   serial_of(rows, 2, rows.text(0)),
                   {from_seconds(rows.integer(3)),
                    rows.is_null(4) ? std::nullopt : std::optional(from_seconds(rows.integer(4))),
                    from_seconds(rows.integer(5)), from_seconds(rows.integer(6))},
                   from_seconds(rows.integer(7))});
  return all;
}

void call_for_all_notices(Database& database, policy::Instant now) {
  database.prepare("UPDATE enrolments SET notice_at = ? WHERE serial IS NOT NULL AND not_after >= ?")
      .bind(to_seconds(now))
      .bind(to_seconds(now))
      .run();
}

void set_noticed(Database& database, const std::string& enrolment, policy::Instant noticed,
                 const std::optional<policy::Instant>& next) {
  database.prepare("UPDATE enrolments SET noticed = ?, notice_at = ? WHERE id = ?")
      .bind(to_seconds(noticed))
      .bind(to_seconds(next))
      .bind(enrolment)
      .run();
}

}  // namespace inkan::daemon
