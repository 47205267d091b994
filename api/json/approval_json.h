// The codecs of dual control.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

// A reason or a comment stands in the ledger for ever: plain text of a length that a person reads. Empty is
// nobody's fault here.
std::string read_plain(ObjectReader& reader, const char* name, std::string text);

OrProblem<ApprovalOrder> decode_approval_order(std::string_view body);
OrProblem<ApprovalVote> decode_approval_vote(std::string_view body);
OrProblem<std::string> decode_stop(std::string_view body);  // the reason
Json encode(const ApprovalRecord& record);
Json encode_issuing(const std::optional<StoppedIssuing>& stopped);

}  // namespace inkan::api
