// The operators as the port gives them, and their review: what store and log say of each, side by side.
#include "daemon/authority/service.h"
#include "daemon/clock.h"
#include "daemon/store/identity_rows.h"
#include "policy/evidence/account_review.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

// The command line waits a minute for an answer.
constexpr std::chrono::seconds k_review_patience(50);
constexpr int k_review_page = 1000;

policy::ReviewedAccount reviewed(const api::IdentityDetails& identity) {
  policy::ReviewedAccount account{identity.id, identity.role, identity.ended.has_value(), {}};
  for (const auto& key : identity.keys)
    if (key.certificate && !key.certificate->revocation)
      account.good_until = std::max(account.good_until.value_or(key.certificate->validity.not_after()),
                                    key.certificate->validity.not_after());
  return account;
}

}  // namespace

std::vector<api::IdentityDetails> Service::identities() {
  std::vector<api::IdentityDetails> all;
  for (const auto& row : core_.store.read([](Database& database) { return IdentityRow::all(database); })) {
    api::IdentityDetails identity{row.id, row.role, {}, row.ended, row.ended_by};
    for (const auto& key : row.keys)
      identity.keys.push_back({key.key.hex(), key.granted, key.by,
                               key.serial ? core_.store.find_certificate(*key.serial, now()) : std::nullopt});
    all.push_back(std::move(identity));
  }
  return all;
}

api::AccountReview Service::review_identities() {
  const std::unique_lock alone(reconciling_, std::try_to_lock);
  if (!alone) throw policy::Error(policy::ErrorCode::unavailable, "another call is reading the whole ledger");
  const auto end = std::chrono::steady_clock::now() + k_review_patience;
  policy::AccountsInLog log;
  api::AccountReview review{now(), core_.store.size(), {}};
  for (policy::LeafIndex next = 0; next < review.leaves;) {
    if (stopping_ || std::chrono::steady_clock::now() > end)
      throw policy::Error(policy::ErrorCode::unavailable, "reading the whole ledger took too long");
    for (const auto& entry : core_.store.leaves(next, k_review_page))
      if (entry.index < review.leaves) log.append(entry.index, entry.leaf);
    next += k_review_page;
  }
  std::vector<policy::ReviewedAccount> accounts;
  auto identities = this->identities();
  accounts.reserve(identities.size());
  for (const auto& identity : identities) accounts.push_back(reviewed(identity));
  for (auto& identity : identities) {
    const auto& seen = log.of(identity.id);
    api::IdentityReview item{std::move(identity), seen.granted, seen.revoked,   seen.acts, seen.votes,
                             seen.last,           seen.last_at, seen.last_type, {}};
    for (const auto& finding : policy::account_findings(accounts, item.identity.id, seen, review.at))
      item.findings.push_back({finding.rule, finding.detail});
    review.items.push_back(std::move(item));
  }
  return review;
}

}  // namespace inkan::daemon
