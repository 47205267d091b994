#include "daemon/authority/crl_publisher.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/lint/publication.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// Else an authority that revokes steadily would do nothing but make CRLs, and fill the disk with them: a
// megabyte a second is the most. A small CRL's rest is over at once.
constexpr std::chrono::microseconds k_rest_per_octet{1};
constexpr std::size_t k_growth = 64 * 1024;  // octets by which a CRL is thought to outgrow the one before it

// Certificates name a shard by its URL for life, and verifiers want that very one in its CRL (RFC 5280 §6.3.3
// (b)(2)).
void require_its_url(const policy::Issuer& shard, const StoredCrl& crl) {
  const std::string named = policy::scope_of(*crl.der);
  if (named != shard.crl_url)
    throw Error(ErrorCode::config, "certificates may name the CRL " + named +
                                       ", and by [public] base_url it would be " + shard.crl_url +
                                       ", which verifiers refuse: set base_url back");
}

}  // namespace

CrlPublisher::CrlPublisher(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished,
                           Store& store, const Authorities& authorities, CrlSchedule schedule)
    : engine_(engine),
      ledger_(ledger),
      unfinished_(unfinished),
      store_(store),
      authorities_(authorities),
      schedule_(schedule) {
  for (const auto* authority : authorities.all()) {
    const std::string& id = authority->issuer.id;
    for (int shard = store.last_crl_shard(id); shard >= policy::k_full_crl; --shard) {
      auto crl = store.newest_crl(id, shard);
      if (!crl) continue;
      if (shard != policy::k_full_crl && authority->signs())
        require_its_url(authority->issuer.with_crl_shard(shard), *crl);
      newest_.emplace(CrlScope{id, shard}, std::move(*crl));
    }
  }
}

void CrlPublisher::changed(const std::string& authority) {
  const std::lock_guard lock(mutex_);
  due_.insert(authority);
}

std::optional<StoredCrl> CrlPublisher::newest(const std::string& authority, int shard) const {
  const std::lock_guard lock(mutex_);
  const auto found = newest_.find({authority, shard});
  return found == newest_.end() ? std::nullopt : std::optional(found->second);
}

std::map<int, StoredCrl> CrlPublisher::newest_of(const std::string& authority) const {
  const std::lock_guard lock(mutex_);
  std::map<int, StoredCrl> all;
  for (auto at = newest_.lower_bound({authority, policy::k_full_crl});
       at != newest_.end() && at->first.authority == authority; ++at)
    all.emplace(at->first.shard, at->second);
  return all;
}

bool CrlPublisher::is_due(const CrlScope& scope, bool at_last) const {
  const auto crl = newest(scope.authority, scope.shard);
  if (!crl) return true;
  // By whichever schedule it was made, or is now: one that grew must not let the CRL of before expire.
  const auto schedule = schedule_.get();
  const auto before_its_end = crl->next_update - (schedule->next_update - schedule->refresh);
  if (now() >= std::min(crl->this_update + schedule->refresh, before_its_end)) return true;
  {
    const std::lock_guard lock(mutex_);
    const auto rest = rests_until_.find(scope);
    if (!at_last && rest != rests_until_.end() && std::chrono::steady_clock::now() < rest->second)
      return false;
    if (scope.shard == policy::k_full_crl && due_.contains(scope.authority)) return true;
  }
  // What was revoked, held or released since, by whatever path, before or after a crash: the store knows,
  // memory may not.
  // Of a store that did not keep yet what its CRLs cover, nobody knows.
  return crl->covers == 0 || store_.first_changed_from(scope, crl->covers).has_value();
}

std::optional<policy::Instant> CrlPublisher::oldest_unpublished(const std::string& authority) const {
  auto oldest = newest(authority) ? std::nullopt : store_.first_changed_from({authority}, 0);
  for (const auto& [shard, crl] : newest_of(authority))
    if (const auto changed = store_.first_changed_from({authority, shard}, crl.covers))
      oldest = oldest ? std::min(*oldest, *changed) : *changed;
  return oldest;
}

std::optional<CrlPublisher::Crl> CrlPublisher::wait_for(const CrlScope& scope, policy::LeafIndex leaf,
                                                        std::chrono::steady_clock::time_point until) const {
  {
    std::unique_lock lock(mutex_);
    const bool in_time = published_.wait_until(lock, until, [&] {
      const auto crl = newest_.find(scope);
      return crl != newest_.end() && crl->second.covers > leaf;
    });
    if (!in_time) return std::nullopt;
  }
  return store_.first_crl_beyond(scope, leaf);
}

void CrlPublisher::publish_due(bool at_last) {
  // An authority whose key is out must not keep the others from theirs.
  std::exception_ptr first;
  for (auto* const authority : authorities_.signing()) {
    try {
      publish_due_of(*authority, at_last);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

// New certificates are spread over so many shards, if any.
int CrlPublisher::shards_of(const CertificateAuthority& authority) const {
  const int shards = schedule_.get()->shards;
  return shards > 1 && authorities_.is_issuing(authority) ? shards : 0;
}

// A shard that has a CRL may stand in certificates, and goes on for as long as the authority does, whatever
// the configuration says by now. The other way round none stands in a certificate before all of them have
// been published: so no URL leads nowhere, and a crash in between leaves nothing to be mended.
void CrlPublisher::publish_due_of(CertificateAuthority& authority, bool at_last) {
  const std::string& id = authority.issuer.id;
  const auto published = newest_of(id);
  const int wanted = shards_of(authority);
  const int last = std::max(wanted, published.empty() ? 0 : published.rbegin()->first);
  // The full one is the longest: who waits for a shard must not wait for that too.
  for (int shard = 1; shard <= last; ++shard)
    if (is_due({id, shard}, at_last)) publish(authority, shard);
  authority.crl_shards = wanted;
  if (is_due({id}, at_last)) publish(authority);
}

policy::CrlNumber CrlPublisher::publish(CertificateAuthority& authority, int shard) {
  const std::lock_guard one_at_a_time(authority.publishing);
  const std::string& id = authority.issuer.id;
  const CrlScope scope{id, shard};
  // No intent, and no CRL number, is spent on a key that cannot sign now.
  if (authority.signer->needs_canary())
    throw Error(ErrorCode::unavailable, "no CRL of " + id + ": its key awaits its canary");
  if (shard == policy::k_full_crl) {
    // Before reading what is revoked: a revocation that comes meanwhile makes the next one due.
    const std::lock_guard lock(mutex_);
    due_.erase(id);
  }
  try {
    const policy::Issuer issuer = authority.issuer.with_crl_shard(shard);
    const policy::CrlNumber spent = store_.crl_number(id);
    // Before the entries are read: what has its leaf by now is among them, what comes meanwhile may be.
    const policy::LeafIndex covers = ledger_.writer().head().size;
    auto decision =
        engine_.decide(write_list(issuer, spent + 1), issuer, spent ? std::optional(spent) : std::nullopt);
    if (const auto* denial = policy::denied(decision))
      throw Error(ErrorCode::internal, "the CRL of " + id + " fails " + denial->rule + ": " + denial->detail);
    StoredCrl crl =
        sign(authority, scope, std::move(std::get<policy::Approved<policy::TbsCertList>>(decision)), covers);
    const auto number = crl.number;
    {
      const std::lock_guard lock(mutex_);
      rests_until_.insert_or_assign(scope,
                                    std::chrono::steady_clock::now() + crl.der->size() * k_rest_per_octet);
      newest_.insert_or_assign(scope, std::move(crl));
    }
    published_.notify_all();
    fault_point("crl.after-publish");
    return number;
  } catch (...) {
    if (shard == policy::k_full_crl) changed(id);
    throw;
  }
}

// Straight from the rows into the octets that will be signed.
policy::TbsCertList CrlPublisher::write_list(const policy::Issuer& issuer, policy::CrlNumber number) const {
  const CrlScope scope{issuer.id, issuer.crl_shard};
  const auto previous = newest(scope.authority, scope.shard);
  const policy::Instant this_update = now();
  policy::CertListWriter list({issuer.subject, this_update, this_update + schedule_.get()->next_update,
                               number, issuer.key_identifier(), issuer.key, issuer.signature_algorithm,
                               scope.shard == policy::k_full_crl ? "" : issuer.crl_url},
                              previous ? previous->der->size() + k_growth : 0);
  // RFC 5280 §3.3: an expired certificate stays until one CRL past its expiry has listed it.
  store_.each_revoked(scope, previous ? previous->this_update : this_update,
                      [&](const policy::RevokedEntry& entry) { list.append(entry); });
  return std::move(list).finish();
}

// Recorded, signed, and in the store with its leaf.
StoredCrl CrlPublisher::sign(CertificateAuthority& authority, const CrlScope& scope,
                             policy::Approved<policy::TbsCertList>&& approved, policy::LeafIndex covers) {
  const policy::TbsCertList::Fields fields = approved.tbs().fields();
  const std::uint64_t entries = approved.tbs().entries();
  fault_point("crl.before-record");
  auto recorded = ledger_.record(std::move(approved), scope);
  const policy::LeafIndex intent = recorded.intent();
  fault_point("crl.before-sign");
  const auto job = policy::Identity::system_job("crl-publisher");
  pkcs11::Signed done = unfinished_.sign(*authority.signer, std::move(recorded),
                                         std::chrono::steady_clock::now() + std::chrono::seconds(10), job,
                                         "no CRL of " + scope.authority);
  fault_point("crl.after-sign");
  const IntentLedger::CrlMade made{scope,   fields.number, fields.this_update,         fields.next_update,
                                   entries, covers,        policy::sha256(done.object)};
  unfinished_.complete(intent, job, [&] { return ledger_.complete_crl(intent, made, done); });
  fault_point("crl.after-store");
  return {made.number,
          made.this_update,
          made.next_update,
          covers,
          std::make_shared<const Bytes>(std::move(done.object)),
          made.sha256};
}

}  // namespace inkan::daemon
