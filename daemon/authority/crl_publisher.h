// Publishes full CRLs: after every change of a status, and before the last one grows old.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "daemon/authority/certificate_authority.h"
#include "daemon/ledger/intent_ledger.h"
#include "daemon/ledger/unfinished.h"
#include "policy/engine.h"

namespace inkan::daemon {

struct CrlSchedule {
  std::chrono::seconds next_update = std::chrono::hours(7 * 24);  // after thisUpdate
  std::chrono::seconds refresh = std::chrono::hours(24);          // a new one at the latest after this
};

class CrlPublisher {
 public:
  // `engine`: any; CRLs take no profile.
  CrlPublisher(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished, Store& store,
               const Authorities& authorities, CrlSchedule schedule);

  void changed(const std::string& authority);  // its next CRL is due now
  // What is due. Throws Error{unavailable} if a token did not sign; the rest stays due. A large one is not
  // due right after the one before, whatever was changed since, but `at_last`: nobody will ask again.
  void publish_due(bool at_last = false);
  // One now, due or not.
  policy::CrlNumber publish(CertificateAuthority& authority);

  std::optional<StoredCrl> newest(const std::string& authority) const;
  // When what no CRL lists yet was first changed; nothing if all is listed. One of the newest CRL's own
  // second counts as unlisted until the next.
  std::optional<policy::Instant> oldest_unpublished(const std::string& authority) const;

 private:
  bool is_due(const CertificateAuthority& authority, bool at_last) const;
  policy::TbsCertList write_list(const CertificateAuthority& authority, policy::CrlNumber number) const;
  StoredCrl sign(CertificateAuthority& authority, policy::Approved<policy::TbsCertList>&& approved);

  const policy::Engine& engine_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  Store& store_;
  const Authorities& authorities_;
  CrlSchedule schedule_;
  mutable std::mutex mutex_;  // guards newest_, due_, rests_until_
  std::map<std::string, StoredCrl> newest_;
  std::set<std::string> due_;
  std::map<std::string, std::chrono::steady_clock::time_point> rests_until_;  // of those made in this run
};

}  // namespace inkan::daemon
