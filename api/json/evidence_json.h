// The codec of evidence packs' orders.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

OrProblem<EvidenceOrder> decode_evidence_order(std::string_view body);
Json encode(const EvidenceRecord& record);

}  // namespace inkan::api
