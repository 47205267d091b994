#include "daemon/authority/crl_publisher.h"

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

CrlPublisher::CrlPublisher(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished,
                           Store& store, const Authorities& authorities, CrlSchedule schedule)
    : engine_(engine),
      ledger_(ledger),
      unfinished_(unfinished),
      store_(store),
      authorities_(authorities),
      schedule_(schedule) {
  for (const auto* authority : authorities.all())
    if (auto crl = store.newest_crl(authority->issuer.id))
      newest_.emplace(authority->issuer.id, std::move(*crl));
}

void CrlPublisher::changed(const std::string& authority) {
  const std::lock_guard lock(mutex_);
  due_.insert(authority);
}

std::optional<StoredCrl> CrlPublisher::newest(const std::string& authority) const {
  const std::lock_guard lock(mutex_);
  const auto found = newest_.find(authority);
  return found == newest_.end() ? std::nullopt : std::optional(found->second);
}

bool CrlPublisher::is_due(const CertificateAuthority& authority) const {
  const std::string& id = authority.issuer.id;
  const auto crl = newest(id);
  if (!crl || now() >= crl->this_update + schedule_.refresh) return true;
  {
    const std::lock_guard lock(mutex_);
    if (due_.contains(id)) return true;
  }
  // What was revoked, held or released since, by whatever path, before or after a crash: the store knows,
  // memory may not.
  return store_.first_changed_since(id, crl->this_update).has_value();
}

std::optional<policy::Instant> CrlPublisher::oldest_unpublished(const std::string& authority) const {
  const auto crl = newest(authority);
  return store_.first_changed_since(authority, crl ? crl->this_update : policy::Instant{});
}

void CrlPublisher::publish_due() {
  // An authority whose key is out must not keep the others from theirs.
  std::exception_ptr first;
  for (auto* const authority : authorities_.signing()) {
    try {
      if (is_due(*authority)) publish(*authority);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

policy::CrlNumber CrlPublisher::publish(CertificateAuthority& authority) {
  const std::lock_guard one_at_a_time(authority.publishing);
  const std::string& id = authority.issuer.id;
  // No intent, and no CRL number, is spent on a key that cannot sign now.
  if (authority.signer->needs_canary())
    throw Error(ErrorCode::unavailable, "no CRL of " + id + ": its key awaits its canary");
  {
    // Before reading what is revoked: a revocation that comes meanwhile makes the next one due.
    const std::lock_guard lock(mutex_);
    due_.erase(id);
  }
  try {
    const auto previous = newest(id);
    const policy::CrlNumber spent = store_.crl_number(id);
    const policy::Instant this_update = now();
    // RFC 5280 §3.3: an expired certificate stays until one CRL past its expiry has listed it.
    auto entries = store_.revoked(id, previous ? previous->this_update : this_update);
    const policy::TbsCertList::Fields fields{authority.issuer.subject,
                                             this_update,
                                             this_update + schedule_.next_update,
                                             spent + 1,
                                             std::move(entries),
                                             authority.issuer.key_identifier(),
                                             authority.issuer.key,
                                             authority.issuer.signature_algorithm};
    auto decision = engine_.decide(policy::TbsCertList(fields), authority.issuer,
                                   spent ? std::optional(spent) : std::nullopt);
    if (const auto* denial = policy::denied(decision))
      throw Error(ErrorCode::internal, "the CRL of " + id + " fails " + denial->rule + ": " + denial->detail);
    auto recorded = ledger_.record(std::move(std::get<policy::Approved<policy::TbsCertList>>(decision)), id);
    const policy::LeafIndex intent = recorded.intent();
    fault_point("crl.before-sign");
    const auto job = policy::Identity::system_job("crl-publisher");
    const pkcs11::Signed done =
        unfinished_.sign(*authority.signer, std::move(recorded),
                         std::chrono::steady_clock::now() + std::chrono::seconds(10), job, "no CRL of " + id);
    fault_point("crl.after-sign");
    unfinished_.complete(intent, job, [&] { return ledger_.complete_crl(intent, id, fields, done); });
    const std::lock_guard lock(mutex_);
    newest_.insert_or_assign(id,
                             StoredCrl{fields.number, fields.this_update, fields.next_update, done.object});
    return fields.number;
  } catch (...) {
    changed(id);
    throw;
  }
}

}  // namespace inkan::daemon
