// Signed OCSP responses in memory, and what keeps them true: no request that comes after a revocation is told
// gets an answer from before it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "api/authority.h"
#include "policy/ocsp/cert_id.h"

namespace inkan::daemon {

class ResponseCache {
 public:
  using Answer = std::shared_ptr<const api::OcspAnswer>;
  // When a status was read: what was true then may be said as long as nothing has changed since.
  using Epoch = std::uint64_t;

  explicit ResponseCache(std::size_t capacity) : capacity_(capacity) {}

  // Of one that is still valid; it counts as asked for.
  Answer find(const policy::CertId& id, policy::Instant now);
  // Forgets the one that nobody asked for longest, if there is no room. Does nothing if the status may have
  // changed since that epoch.
  void put(const policy::CertId& id, Answer answer, Epoch read_at);

  // Waits until no change of that certificate's status is under way. Nothing if one still is by `until`.
  std::optional<Epoch> settled(const policy::Serial& serial, std::chrono::steady_clock::time_point until);
  // A status read at that epoch is what it was.
  bool unchanged_since(const policy::Serial& serial, Epoch read_at) const;

  // Those that were asked for since they were signed, or since they were told here last, and have passed half
  // of their time: to be signed anew. Those that nobody asked for go when their time has passed.
  std::vector<policy::CertId> due(policy::Instant now);
  std::size_t size() const;

  // Around the transaction that changes a status.
  class Change {
   public:
    Change(ResponseCache& cache, const policy::Serial& serial);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

   private:
    ResponseCache& cache_;
    policy::Serial serial_;
  };

 private:
  struct Entry {
    policy::CertId id;
    Answer answer;
    bool asked = false;
  };
  using Entries = std::list<Entry>;
  struct Changed {
    int under_way = 0;
    Epoch at = 0;
  };
  static constexpr std::size_t k_most_changes = 4096;

  bool unchanged(const policy::Serial& serial, Epoch read_at) const;
  void erase(const policy::Serial& serial);
  void forget_old_changes();

  const std::size_t capacity_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable settled_;
  Entries entries_;  // asked for last: first
  std::map<policy::CertId, Entries::iterator> by_id_;
  std::multimap<policy::Serial, Entries::iterator> by_serial_;
  std::map<policy::Serial, Changed> changes_;
  Epoch epoch_ = 0;
  Epoch known_since_ = 0;  // changes before it are forgotten
};

}  // namespace inkan::daemon
