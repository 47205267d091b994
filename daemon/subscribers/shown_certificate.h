// The certificate that a browser showed: what it is to us, and whose.
#pragma once

#include "api/authority.h"
#include "daemon/store/sqlite/database.h"

namespace inkan::daemon {

struct Shown {
  policy::Serial serial;
  api::CertificateStatus status;
  std::optional<std::string> user;  // nothing: it was issued without an account
};

// Nothing for what this authority did not issue, octet for octet.
std::optional<Shown> find_shown(Database& database, BytesView der, policy::Instant now);

}  // namespace inkan::daemon
