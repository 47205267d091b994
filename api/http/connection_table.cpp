#include "api/http/connection_table.h"

#include <sys/socket.h>

#include <algorithm>

namespace inkan::api {
namespace {

// How late a deadline may be enforced.
constexpr std::chrono::milliseconds k_tick{50};

void decrement(std::map<std::string, std::size_t>& counts, const std::string& address) {
  const auto found = counts.find(address);
  if (found != counts.end() && --found->second == 0) counts.erase(found);
}

bool between_requests(Phase phase) {
  return phase == Phase::idle || phase == Phase::quiet;
}

}  // namespace

ConnectionTable::ConnectionTable(const Limits& limits, const Deadlines& deadlines, Counters& counters)
    : limits_(limits), deadlines_(deadlines), counters_(counters), reaper_([this] { reap(); }) {}

ConnectionTable::~ConnectionTable() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  reaper_.join();
}

bool ConnectionTable::arrive(int descriptor, const std::string& address) {
  const std::lock_guard lock(mutex_);
  const auto from_here = arrived_.find(address);
  const std::size_t present = from_here == arrived_.end() ? 0 : from_here->second;
  // One address may hold half of the reserve, so that another can still be told 503.
  if (arrived_total_ >= limits_.connections + limits_.reserve ||
      present >= limits_.connections_per_address + limits_.reserve / 2) {
    ++counters_.closed_beyond_reserve;
    return false;
  }
  // The same descriptor again: the one before was dropped from the queue without ever getting a worker.
  if (const auto stale = queued_.find(descriptor); stale != queued_.end()) forget_arrival(stale->second);
  queued_[descriptor] = address;
  ++arrived_[address];
  ++arrived_total_;
  ++counters_.accepted;
  return true;
}

ConnectionTable::Seat::Seat(ConnectionTable& table, int descriptor, Phase first) : table_(table) {
  const std::lock_guard lock(table_.mutex_);
  address_ = std::move(table_.queued_[descriptor]);
  table_.queued_.erase(descriptor);
  id_ = table_.next_++;
  Entry entry{descriptor, address_, first, Clock::now(), {}};
  served_ = entry.served = table_.admit(entry);
  entry.short_lived = !served_;
  entry.deadline = entry.since + (served_ ? table_.allowed(first) : table_.deadlines_.over_cap);
  // It was queued before the stop began: its worker shall find it ended.
  if (table_.stopping()) table_.cut(entry);
  table_.entries_.emplace(id_, std::move(entry));
  table_.changed_.notify_all();
}

ConnectionTable::Seat::~Seat() {
  const std::lock_guard lock(table_.mutex_);
  const auto found = table_.entries_.find(id_);
  table_.release_service(found->second);
  table_.entries_.erase(found);
  table_.forget_arrival(address_);
  table_.changed_.notify_all();
}

bool ConnectionTable::Seat::enter(Phase phase) {
  const std::lock_guard lock(table_.mutex_);
  Entry& entry = table_.entries_.find(id_)->second;
  if (entry.cut || (phase == Phase::idle && table_.stopping())) return false;
  entry.phase = phase;
  entry.since = Clock::now();
  if (!entry.short_lived || phase == Phase::linger) entry.deadline = entry.since + table_.allowed(phase);
  return true;
}

std::chrono::milliseconds ConnectionTable::allowed(Phase phase) const {
  switch (phase) {
    case Phase::handshake:
      return deadlines_.handshake;
    case Phase::quiet:
    case Phase::header:
      return deadlines_.header;
    case Phase::body:
      return deadlines_.body;
    case Phase::handle:
      return std::chrono::hours(24);
    case Phase::write:
      return deadlines_.write;
    case Phase::idle:
      return deadlines_.idle;
    case Phase::linger:
      return deadlines_.linger;
  }
  return deadlines_.header;
}

bool ConnectionTable::admit(const Entry& entry) {
  const auto from_here = served_.find(entry.address);
  const bool address_full =
      from_here != served_.end() && from_here->second >= limits_.connections_per_address;
  if (address_full || (served_total_ >= limits_.connections && !evict_idlest())) {
    ++counters_.refused_over_cap;
    return false;
  }
  ++served_[entry.address];
  ++served_total_;
  return true;
}

bool ConnectionTable::evict_idlest() {
  Entry* idlest = nullptr;
  for (auto& [id, entry] : entries_)
    if (between_requests(entry.phase) && !entry.cut && (!idlest || entry.since < idlest->since))
      idlest = &entry;
  if (!idlest) return false;
  ++counters_.evicted_idle;
  cut(*idlest);
  return true;
}

void ConnectionTable::cut(Entry& entry) {
  entry.cut = true;
  release_service(entry);
  ::shutdown(entry.descriptor, SHUT_RDWR);
}

void ConnectionTable::release_service(Entry& entry) {
  if (!entry.served) return;
  entry.served = false;
  decrement(served_, entry.address);
  --served_total_;
}

void ConnectionTable::forget_arrival(const std::string& address) {
  decrement(arrived_, address);
  --arrived_total_;
}

void ConnectionTable::count_timeout(Phase phase) {
  auto& timed_out = counters_.timed_out;
  switch (phase) {
    case Phase::handshake:
      ++timed_out.handshake;
      return;
    case Phase::quiet:
    case Phase::header:
      ++timed_out.header;
      return;
    case Phase::body:
      ++timed_out.body;
      return;
    case Phase::idle:
      ++timed_out.idle;
      return;
    case Phase::write:
      ++timed_out.write;
      return;
    case Phase::handle:
    case Phase::linger:
      return;
  }
}

void ConnectionTable::begin_stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (auto& [id, entry] : entries_)
    if (!entry.cut && (between_requests(entry.phase) || entry.phase == Phase::handshake)) cut(entry);
}

bool ConnectionTable::wait_empty(std::chrono::milliseconds grace) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, grace, [this] { return entries_.empty(); });
}

void ConnectionTable::cut_all() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  for (auto& [id, entry] : entries_)
    if (!entry.cut) cut(entry);
}

std::size_t ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void ConnectionTable::reap() {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    if (entries_.empty()) {
      changed_.wait(lock, [this] { return ended_ || !entries_.empty(); });
    } else {
      changed_.wait_for(lock, k_tick, [this] { return ended_; });
    }
    reap_overdue(Clock::now());
  }
}

void ConnectionTable::reap_overdue(Clock::time_point now) {
  const auto idle = crowded() ? std::min(deadlines_.idle, deadlines_.crowded_idle) : deadlines_.idle;
  for (auto& [id, entry] : entries_) {
    const auto deadline = entry.phase == Phase::idle ? entry.since + idle : entry.deadline;
    if (entry.cut || now < deadline) continue;
    count_timeout(entry.phase);
    cut(entry);
  }
}

}  // namespace inkan::api
