// The review of operators' accounts: what the log tells of each, and what somebody should look into. Pure, so
// that an auditor's program can find the same.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/log/leaf_reader.h"
#include "policy/types/identity.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// Of one identity, in the log.
struct AccountInLog {
  std::vector<LeafIndex> granted, revoked;
  std::uint64_t acts = 0, votes = 0;  // leaves whose actor it is; of these, votes
  std::optional<LeafIndex> last;      // the last such leaf, its time and type
  std::string last_at, last_type;
};

class AccountsInLog {
 public:
  // The leaves in their order. Throws Error{ledger} for octets that are no leaf.
  void append(LeafIndex index, BytesView leaf);
  const AccountInLog& of(const std::string& identity) const;

 private:
  LeafReader reader_;
  std::map<std::string, AccountInLog, std::less<>> accounts_;
};

struct ReviewedAccount {
  std::string id;
  Role role;
  bool ended = false;
  std::optional<Instant> good_until;  // the last day of its certificates that are not revoked; nothing: none
};
struct AccountFinding {
  std::string rule, detail;
};

constexpr std::chrono::days k_expires_soon(30);

// Of one that has not ended: "no-certificate" and "certificate-expired" (it cannot act),
// "certificate-expires" (within k_expires_soon), "never-used" (no leaf; an auditor's reading leaves none),
// "officer-without-votes" (while others have voted), "similar-names" (people may take one for the other). Of
// any: "not-in-ledger".
std::vector<AccountFinding> account_findings(const std::vector<ReviewedAccount>& all, const std::string& id,
                                             const AccountInLog& seen, Instant now);

// The same for names that people may take for each other: "web-1" and "Web_l". Never empty for a name.
std::string look_of(const std::string& name);

}  // namespace inkan::policy
