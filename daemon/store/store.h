// What the daemon reads back: keys, authorities, identities, certificates, the log. Writing is LogWriter's
// alone.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "api/authority.h"
#include "daemon/store/sqlite/database.h"
#include "pkcs11/token_keys.h"
#include "policy/issuer.h"
#include "policy/log/event_type.h"
#include "policy/log/merkle_tree.h"
#include "policy/x509/tbs_cert_list.h"

namespace inkan::daemon {

// One of an authority's CRLs: the full one, or that of a shard.
struct CrlScope {
  std::string authority;
  int shard = policy::k_full_crl;
  auto operator<=>(const CrlScope&) const = default;
};

struct StoredCrl {
  policy::CrlNumber number = 0;
  policy::Instant this_update, next_update;
  policy::LeafIndex covers = 0;      // it tells of every change of a status whose leaf is below this one
  std::shared_ptr<const Bytes> der;  // may be large: shared by all who hold it
  policy::Sha256 sha256;             // of der
};

struct OpenIntent {
  policy::LeafIndex intent = 0;
  std::string purpose;
  Bytes serial;  // certificates only
  Bytes tbs;
  std::string context;  // JSON, as IntentLedger wrote it
};

struct StoredCheckpoint {
  policy::TreeHead head;
  std::string note;
};

class Store {
  // Connections for readers; each is used by one thread at a time.
  class Reading {
   public:
    explicit Reading(Store& store);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    Database* operator->() { return database_.get(); }
    Database& operator*() { return *database_; }

   private:
    Store& store_;
    std::unique_ptr<Database> database_;
  };

 public:
  explicit Store(std::filesystem::path file) : file_(std::move(file)) {}
  const std::filesystem::path& file() const { return file_; }

  // Runs `ask(Database&)` on a reading connection.
  template <class Ask>
  auto read(Ask&& ask) {
    Reading db(*this);
    return ask(*db);
  }

  std::string meta(const std::string& key);  // "" if absent
  std::vector<pkcs11::KeyRecord> keys();     // those that are there: not deactivated, not destroyed

  std::optional<api::CertificateRecord> find_certificate(const policy::Serial& serial, policy::Instant now);
  std::vector<std::pair<std::int64_t, api::CertificateRecord>> certificates(const api::ListFilter& filter,
                                                                            std::int64_t before_id,
                                                                            policy::Instant now);
  // Revoked certificates that this CRL is to list, which are not expired, or expired only after
  // `listed_since`: one after the other in ascending order of the serials' octets, as they stood when the
  // first was read.
  void each_revoked(const CrlScope& scope, policy::Instant listed_since,
                    const std::function<void(const policy::RevokedEntry&)>& each);
  policy::CrlNumber crl_number(const std::string& authority);  // the last one spent, of all its CRLs; 0: none
  // When the first revocation, hold or release was, of what this CRL lists, whose leaf is that one or later.
  std::optional<policy::Instant> first_changed_from(const CrlScope& scope, policy::LeafIndex leaf);
  // Number and thisUpdate of the first one that covers that leaf.
  std::optional<std::pair<policy::CrlNumber, policy::Instant>> first_crl_beyond(const CrlScope& scope,
                                                                                policy::LeafIndex leaf);
  std::int64_t possibly_signed();  // certificates of that state
  std::optional<StoredCrl> newest_crl(const std::string& authority, int shard = policy::k_full_crl);
  int last_crl_shard(const std::string& authority);  // the highest that a CRL was made of; 0: none

  std::vector<OpenIntent> open_intents();
  policy::TreeHead head();                           // restored from leaves and tiles
  policy::RightEdge right_edge(std::uint64_t size);  // of the tree when it had `size` leaves
  std::uint64_t size();
  // The first `width` hashes of a tile, from the leaves and the full tiles. Throws Error{ledger} if some are
  // not there.
  policy::Tile tile(unsigned level, std::uint64_t index, unsigned width);
  std::optional<std::string> leaf(policy::LeafIndex index);
  std::string last_leaf_type();  // "" in an empty log
  policy::InstantMicros last_leaf_time();
  std::vector<api::LedgerEntry> leaves(policy::LeafIndex from, int limit);
  api::EventPage events(const api::EventQuery& query);  // does not wait
  // The first of the first `size` leaves that is not before `time`; `size` if there is none.
  policy::LeafIndex first_leaf_at(std::uint64_t size, policy::InstantMicros time);
  std::optional<StoredCheckpoint> newest_checkpoint();
  std::int64_t newest_checkpoint_intent();  // row; 0: none yet

  // What an evidence pack is made of. The leaves of these types in [begin, end): read one by one, so a range
  // of no more than a hundred thousand at a time.
  std::vector<policy::LeafIndex> find_types(policy::LeafIndex begin, policy::LeafIndex end,
                                            const std::vector<policy::EventType>& types);
  std::optional<std::string> checkpoint_note(std::uint64_t size);  // nothing if none was signed at that size
  Bytes certificate_der(const policy::Serial& serial);             // empty: there is none
  Bytes crl_der(const std::string& authority, std::uint64_t number);
  Bytes vote_cms(policy::LeafIndex leaf);  // of the officer's vote that this leaf tells of
  // By the name of the file that each is outside; none, if the authority was set up by one operator alone.
  std::map<std::string, Bytes> ceremony_papers();
  std::optional<std::string> profile_document(const policy::Sha256& sha256);
  std::optional<std::string> config_document(const policy::Sha256& sha256);

 private:
  static constexpr std::size_t k_most_idle = 16;  // each keeps a page cache

  std::filesystem::path file_;
  std::mutex mutex_;  // guards idle_
  std::vector<std::unique_ptr<Database>> idle_;
};

policy::Instant from_seconds(std::int64_t seconds);
std::int64_t to_seconds(policy::Instant instant);
std::optional<std::int64_t> to_seconds(const std::optional<policy::Instant>& instant);

}  // namespace inkan::daemon
