// Every open connection, what it is doing and until when: the caps, and the one thread that cuts those that
// are overdue. It only ever calls shutdown(2) on a descriptor, which wakes the worker that owns it; it never
// closes or reads one.
#pragma once

#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "api/http/counters.h"
#include "api/http/limits.h"

namespace inkan::api {

// `quiet`: open, and nothing was sent yet; like `idle`, nothing is lost if it is cut. `handle` has no
// deadline here: the call's own bounds it.
enum class Phase { handshake, quiet, header, body, handle, write, idle, linger };

class ConnectionTable {
 public:
  ConnectionTable(const Limits& limits, const Deadlines& deadlines, Counters& counters);
  ~ConnectionTable();
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // The accepting thread asks before a connection is queued. False: close it, even the reserve is in use.
  bool arrive(int descriptor, const std::string& address);

  // One connection's place, from its worker's start until before its descriptor is closed.
  class Seat {
   public:
    // For a descriptor that arrived.
    Seat(ConnectionTable& table, int descriptor, Phase first);
    ~Seat();
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

    // False: over a cap; answer 503 and close, within Deadlines::over_cap.
    bool served() const { return served_; }
    const std::string& address() const { return address_; }
    // Its own deadline begins. False: the connection was cut meanwhile; what was read must not be acted on.
    bool enter(Phase phase);

   private:
    ConnectionTable& table_;
    std::uint64_t id_;
    std::string address_;
    bool served_;
  };

  bool stopping() const { return stopping_.load(std::memory_order_relaxed); }
  // Cuts what is idle, now and from now on; the others finish their request.
  void begin_stop();
  // True once nobody is left; waits at most `grace`.
  bool wait_empty(std::chrono::milliseconds grace);
  void cut_all();
  std::size_t size() const;

 private:
  using Clock = std::chrono::steady_clock;

  struct Entry {
    int descriptor;
    std::string address;
    Phase phase;
    Clock::time_point since, deadline;
    bool served = false;  // counted in served_
    bool short_lived = false;
    bool cut = false;
  };

  // All below are called with mutex_ held.
  std::chrono::milliseconds allowed(Phase phase) const;
  bool crowded() const { return served_total_ * 4 >= limits_.connections * 3; }
  bool admit(const Entry& entry);
  bool evict_idlest();
  void cut(Entry& entry);
  void release_service(Entry& entry);
  void forget_arrival(const std::string& address);
  void count_timeout(Phase phase);
  void reap_overdue(Clock::time_point now);

  void reap();  // the reaper's thread

  const Limits& limits_;
  const Deadlines& deadlines_;
  Counters& counters_;
  mutable std::mutex mutex_;  // guards all below, and every use of a registered descriptor
  std::condition_variable changed_;
  std::map<std::uint64_t, Entry> entries_;
  std::map<int, std::string> queued_;           // descriptor and address of those without a worker yet
  std::map<std::string, std::size_t> arrived_;  // per address: queued or seated
  std::size_t arrived_total_ = 0;
  std::map<std::string, std::size_t> served_;  // per address
  std::size_t served_total_ = 0;
  std::uint64_t next_ = 0;
  bool ended_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread reaper_;  // last: it uses all the others
};

}  // namespace inkan::api
