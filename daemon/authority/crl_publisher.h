// Publishes CRLs, the full one and those of shards: after every change of a status, and before the last one
// grows old.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "daemon/authority/certificate_authority.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/ledger/unfinished.h"
#include "daemon/live.h"
#include "policy/engine.h"

namespace inkan::daemon {

struct CrlSchedule {
  std::chrono::seconds next_update = std::chrono::hours(7 * 24);  // after thisUpdate
  std::chrono::seconds refresh = std::chrono::hours(24);          // a new one at the latest after this
  int shards = 1;  // that the certificates of the authority which issues are spread over; 1: none
};

class CrlPublisher {
 public:
  // `engine`: any; CRLs take no profile.
  CrlPublisher(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished, Store& store,
               const Authorities& authorities, CrlSchedule schedule);

  // The authority's next full CRL is due now. Which shard has changed the store tells.
  void changed(const std::string& authority);
  // How long CRLs are good, from the next one on. The shards stay what they are: a start makes them.
  void follow(const CrlSchedule& schedule) {
    schedule_.set({schedule.next_update, schedule.refresh, schedule_.get()->shards});
  }
  // What is due. Throws Error{unavailable} if a token did not sign; the rest stays due. A large one is not
  // due right after the one before, whatever was changed since, but `at_last`: nobody will ask again.
  void publish_due(bool at_last = false);
  // One now, due or not.
  policy::CrlNumber publish(CertificateAuthority& authority, int shard = policy::k_full_crl);

  std::optional<StoredCrl> newest(const std::string& authority, int shard = policy::k_full_crl) const;
  std::map<int, StoredCrl> newest_of(const std::string& authority) const;  // by shard, the full one first
  // When what the full CRL, or the shard that is to, does not tell of yet was first changed; nothing if all
  // is told.
  std::optional<policy::Instant> oldest_unpublished(const std::string& authority) const;
  // Number and thisUpdate of the first CRL of that scope that tells of the change that this leaf, which is on
  // disk, tells of. Nothing if there is none by `until`.
  using Crl = std::pair<policy::CrlNumber, policy::Instant>;
  std::optional<Crl> wait_for(const CrlScope& scope, policy::LeafIndex leaf,
                              std::chrono::steady_clock::time_point until) const;

 private:
  int shards_of(const CertificateAuthority& authority) const;
  void publish_due_of(CertificateAuthority& authority, bool at_last);
  bool is_due(const CrlScope& scope, bool at_last) const;
  policy::TbsCertList write_list(const policy::Issuer& issuer, policy::CrlNumber number) const;
  StoredCrl sign(CertificateAuthority& authority, const CrlScope& scope,
                 policy::Approved<policy::TbsCertList>&& approved, policy::LeafIndex covers);

  const policy::Engine& engine_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  Store& store_;
  const Authorities& authorities_;
  Live<CrlSchedule> schedule_;
  mutable std::mutex mutex_;  // guards newest_, due_, rests_until_
  mutable std::condition_variable published_;
  std::map<CrlScope, StoredCrl> newest_;
  std::set<std::string> due_;                                              // authorities, for their full CRLs
  std::map<CrlScope, std::chrono::steady_clock::time_point> rests_until_;  // of those made in this run
};

}  // namespace inkan::daemon
