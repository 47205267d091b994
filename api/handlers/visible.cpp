#include "api/handlers/visible.h"

namespace inkan::api {

OrProblem<policy::Serial> serial_in_path(const Exchange& exchange) {
  if (const auto serial = policy::Serial::parse(exchange.parameters[0])) return *serial;
  return invalid_request(
      {{"parameter", "serial",
        "is not a serial number: 1 to 40 hexadecimal digits, positive, at most 20 octets"}});
}

OrProblem<IssuedCertificate> visible_certificate(const Exchange& exchange, const policy::Serial& serial) {
  auto found = exchange.authority.find_certificate(exchange.call, serial);
  const auto& identity = exchange.call.identity;
  // The role table's "its own requests'".
  if (found && (identity.role() != policy::Role::web_tier || found->record.requester == identity.id()))
    return std::move(*found);
  return Problem{
      ProblemType::not_found,
      "there is no certificate with the serial " + exchange.parameters[0].substr(0, 80) + " that you may see",
      {},
      {},
      "check the serial; GET /v1/certificates lists those you may see",
      {},
      {}};
}

}  // namespace inkan::api
