// A key of the daemon's own, in a file beside the store: what the store holds of unknown IDs says nothing
// without it, and one-time codes follow from it, so that none is stored.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "policy/types/bytes.h"

namespace inkan::daemon {

class SubscriberSecret {
 public:
  // Made if it is not there. Lost, it costs counters of unknown IDs and codes that are on their way.
  explicit SubscriberSecret(const std::filesystem::path& file);

  policy::Bytes hmac(std::string_view text) const;           // HMAC-SHA-256 (RFC 2104)
  std::string code_for(const std::string& enrolment) const;  // six digits

 private:
  policy::Bytes key_;
};

}  // namespace inkan::daemon
