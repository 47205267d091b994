// Certificates as text (RFC 7468 §5).
#pragma once

#include <string>
#include <vector>

#include "policy/types/bytes.h"

namespace inkan::api {

std::string to_pem(policy::BytesView certificate_der);
std::string to_pem_chain(
    const std::vector<policy::Bytes>& chain);  // one after the other, as RFC 8555 §9.1 has it

}  // namespace inkan::api
