// The codecs of many certificates that are revoked together.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

struct DecodedRevocations {
  RevocationOrder order;
  bool preview = false;
};
OrProblem<DecodedRevocations> decode_revocations(std::string_view body);
Json encode(const RevocationReport& report);

}  // namespace inkan::api
