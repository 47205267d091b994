// Publishes full CRLs: after every change of a status, and before the last one grows old.
#pragma once

#include <condition_variable>
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
  // When what no CRL tells of yet was first changed; nothing if all is told.
  std::optional<policy::Instant> oldest_unpublished(const std::string& authority) const;
  // Number and thisUpdate of the first CRL that tells of the change that this leaf, which is on disk, tells
  // of. Nothing if there is none by `until`.
  using Crl = std::pair<policy::CrlNumber, policy::Instant>;
  std::optional<Crl> wait_for(const std::string& authority, policy::LeafIndex leaf,
                              std::chrono::steady_clock::time_point until) const;

 private:
  bool is_due(const CertificateAuthority& authority, bool at_last) const;
  policy::TbsCertList write_list(const CertificateAuthority& authority, policy::CrlNumber number) const;
  StoredCrl sign(CertificateAuthority& authority, policy::Approved<policy::TbsCertList>&& approved,
                 policy::LeafIndex covers);

  const policy::Engine& engine_;
  IntentLedger& ledger_;
  Unfinished& unfinished_;
  Store& store_;
  const Authorities& authorities_;
  CrlSchedule schedule_;
  mutable std::mutex mutex_;  // guards newest_, due_, rests_until_
  mutable std::condition_variable published_;
  std::map<std::string, StoredCrl> newest_;
  std::set<std::string> due_;
  std::map<std::string, std::chrono::steady_clock::time_point> rests_until_;  // of those made in this run
};

}  // namespace inkan::daemon
