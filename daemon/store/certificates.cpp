// Reading certificates back from the store.
#include <algorithm>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr int k_failed = 2, k_possibly_signed = 3;

constexpr std::string_view k_columns =
    "SELECT c.id, c.serial, c.authority, p.name, p.version, p.sha256, c.state, c.subject, c.not_before, "
    "c.not_after,"
    " c.renewal_from, c.requester, c.intent, c.outcome, c.der, c.revoked_at, c.reason, c.invalidity_date, "
    "c.revoke_leaf, c.released_at, c.released_leaf, c.shard"
    " FROM certificates c JOIN profiles p ON p.id = c.profile WHERE 1=1";

api::CertificateStatus status_of(std::int64_t state, const std::optional<api::Revocation>& revocation,
                                 const policy::Validity& validity, policy::Instant now) {
  using Status = api::CertificateStatus;
  if (state == k_failed) return Status::failed;
  if (state == k_possibly_signed) return Status::possibly_signed;
  if (revocation)
    return revocation->reason == policy::RevocationReason::certificate_hold ? Status::held : Status::revoked;
  if (now < validity.not_before()) return Status::not_yet_valid;
  return now > validity.not_after() ? Status::expired : Status::valid;
}

std::optional<api::Revocation> revocation_of(const Statement& row) {
  if (row.is_null(15)) return std::nullopt;
  const auto reason = policy::revocation_reason(static_cast<int>(row.integer(16)));
  if (!reason) throw Error(ErrorCode::store, "a certificate row has an unknown revocation reason");
  return api::Revocation{from_seconds(row.integer(15)), *reason,
                         row.is_null(17) ? std::nullopt : std::optional(from_seconds(row.integer(17))),
                         static_cast<policy::LeafIndex>(row.integer(18))};
}

std::optional<api::Release> release_of(const Statement& row) {
  if (row.is_null(20)) return std::nullopt;
  return api::Release{from_seconds(row.integer(19)), static_cast<policy::LeafIndex>(row.integer(20))};
}

api::CertificateRecord record_of(const Statement& row, policy::Instant now) {
  const auto serial = policy::Serial::from_content(row.octets(1));
  if (!serial) throw Error(ErrorCode::store, "a certificate row has a damaged serial number");
  const policy::Validity validity(from_seconds(row.integer(8)), from_seconds(row.integer(9)));
  auto revocation = revocation_of(row);
  const auto status = status_of(row.integer(6), revocation, validity, now);
  return {*serial,
          row.text(2),
          row.text(3),
          static_cast<int>(row.integer(4)),
          policy::to_hex(row.octets(5)),
          row.text(7),
          validity,
          status,
          revocation,
          row.octets(14),
          row.text(11),
          static_cast<policy::LeafIndex>(row.integer(12)),
          static_cast<policy::LeafIndex>(row.integer(13)),
          from_seconds(row.integer(10)),
          validity.not_after(),
          release_of(row),
          row.is_null(21) ? policy::k_full_crl : static_cast<int>(row.integer(21))};
}

// What `status=` asks for, as SQL over the columns; every `?` stands for the present. Nothing for an unknown
// status.
std::optional<std::string> status_clause(const std::string& status) {
  const std::string issued = " AND c.state = 1", live = issued + " AND c.revoked_at IS NULL";
  if (status == "valid") return live + " AND c.not_before <= ? AND c.not_after >= ?";
  if (status == "expired") return live + " AND c.not_after < ?";
  if (status == "not-yet-valid") return live + " AND c.not_before > ?";
  if (status == "revoked") return issued + " AND c.revoked_at IS NOT NULL AND c.reason <> 6";
  if (status == "held") return issued + " AND c.reason = 6";
  if (status == "failed") return " AND c.state = 2";
  if (status == "possibly-signed") return " AND c.state = 3";
  return std::nullopt;
}

}  // namespace

std::optional<api::CertificateRecord> Store::find_certificate(const policy::Serial& serial,
                                                              policy::Instant now) {
  Reading db(*this);
  auto rows = db->prepare(std::string(k_columns) + " AND c.serial = ?");
  rows.bind(serial.content());
  return rows.step() ? std::optional(record_of(rows, now)) : std::nullopt;
}

std::vector<std::pair<std::int64_t, api::CertificateRecord>> Store::certificates(
    const api::ListFilter& filter, std::int64_t before_id, policy::Instant now) {
  std::string sql(k_columns);
  const auto when = [&](bool asked, const char* clause) {
    if (asked) sql += clause;
  };
  when(before_id > 0, " AND c.id < ?");
  when(filter.profile.has_value(), " AND p.name = ?");
  when(filter.authority.has_value(), " AND c.authority = ?");
  when(filter.requester.has_value(), " AND c.requester = ?");
  when(filter.subject_contains.has_value(), " AND instr(c.subject, ?) > 0");
  when(filter.spki_sha256.has_value(), " AND c.spki_sha256 = ?");
  when(filter.expires_before.has_value(), " AND c.not_after < ?");
  when(filter.issued_after.has_value(), " AND c.not_before > ?");
  const auto status = filter.status ? status_clause(*filter.status) : std::optional<std::string>("");
  if (!status)
    throw Error(ErrorCode::invalid_input,
                "status \"" + *filter.status +
                    "\" is none of valid, expired, not-yet-valid, revoked, held, failed, possibly-signed");
  sql += *status + " ORDER BY c.id DESC LIMIT ?";

  Reading db(*this);
  auto rows = db->prepare(sql);
  if (before_id > 0) rows.bind(before_id);
  for (const auto* text : {&filter.profile, &filter.authority, &filter.requester, &filter.subject_contains})
    if (*text) rows.bind(**text);
  if (filter.spki_sha256) rows.bind(policy::from_hex(*filter.spki_sha256).value_or(Bytes{}));
  if (filter.expires_before) rows.bind(to_seconds(*filter.expires_before));
  if (filter.issued_after) rows.bind(to_seconds(*filter.issued_after));
  for (auto presents = std::count(status->begin(), status->end(), '?'); presents > 0; --presents)
    rows.bind(to_seconds(now));
  rows.bind(filter.limit);
  std::vector<std::pair<std::int64_t, api::CertificateRecord>> all;
  while (rows.step()) all.emplace_back(rows.integer(0), record_of(rows, now));
  return all;
}

}  // namespace inkan::daemon
