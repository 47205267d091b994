#include "daemon/subscribers/shown_certificate.h"

#include "daemon/store/enrolment_rows.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {
namespace {

constexpr int k_on_hold = static_cast<int>(policy::RevocationReason::certificate_hold);

std::optional<policy::Serial> serial_in(BytesView der) {
  try {
    return policy::Certificate::parse(der).serial();
  } catch (const policy::Error&) {
    return std::nullopt;  // no certificate, or none that we would write
  }
}

api::CertificateStatus status_in(const Statement& row, policy::Instant now) {
  using Status = api::CertificateStatus;
  if (!row.is_null(1)) return row.integer(2) == k_on_hold ? Status::held : Status::revoked;
  if (now < from_seconds(row.integer(3))) return Status::not_yet_valid;
  return now > from_seconds(row.integer(4)) ? Status::expired : Status::valid;
}

}  // namespace

std::optional<Shown> find_shown(Database& database, BytesView der, policy::Instant now) {
  const auto serial = serial_in(der);
  if (!serial) return std::nullopt;
  auto row = database.prepare(
      "SELECT der, revoked_at, reason, not_before, not_after FROM certificates WHERE serial = ? AND state = "
      "1");
  row.bind(serial->content());
  if (!row.step() || row.octets(0) != policy::to_bytes(der)) return std::nullopt;
  Shown shown{*serial, status_in(row, now), std::nullopt};
  if (const auto enrolment = EnrolmentRow::find_serial(database, *serial)) shown.user = enrolment->user;
  return shown;
}

}  // namespace inkan::daemon
