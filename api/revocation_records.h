// What the port tells of many certificates that are revoked together, and what asks for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/approval_records.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial_list.h"
#include "policy/types/validity.h"

namespace inkan::api {

struct RevocationOrder {
  policy::SerialList serials;
  policy::RevocationReason reason = policy::RevocationReason::unspecified;
  std::optional<policy::Instant> invalidity_date = {};
  std::string comment = {};  // for those who vote, and the ledger
};

// What becomes of one of them. The first is done; `on_hold` is revoked for good, unless it is a hold that was
// asked for; the others stay as they are.
enum class RevocationOutcome {
  revoked,
  on_hold,
  already_revoked,
  expired,
  never_signed,
  not_allowed,
  unknown
};
std::string_view name(RevocationOutcome outcome);  // "revoked", "on-hold", …
std::optional<RevocationOutcome> revocation_outcome(std::string_view name);

struct RevocationItem {
  policy::Serial serial;
  RevocationOutcome outcome;
  std::string rule = {}, detail = {};  // of not_allowed
};

struct RevocationReport {
  std::vector<RevocationItem> items = {};  // in the order of their serials
  std::string sha256 = {};                 // of the SerialList, in hexadecimal
  bool needs_approval = false;             // the list is longer than one may revoke alone
  std::optional<ApprovalRecord> approval = {};
  bool replayed = false;  // an earlier call with this Idempotency-Key was answered so

  std::map<RevocationOutcome, std::size_t> totals() const;
};

}  // namespace inkan::api
