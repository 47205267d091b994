#include "daemon/ocsp/response_cache.h"

#include <algorithm>

namespace inkan::daemon {

ResponseCache::Answer ResponseCache::find(const policy::CertId& id, policy::Instant now) {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end() || found->second->answer->next_update <= now) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  found->second->asked = true;
  return found->second->answer;
}

void ResponseCache::put(const policy::CertId& id, Answer answer, Epoch read_at) {
  const std::lock_guard lock(mutex_);
  if (!unchanged(id.serial, read_at)) return;
  if (const auto found = by_id_.find(id); found != by_id_.end()) {
    found->second->answer = std::move(answer);
    found->second->asked = false;
    return;
  }
  while (entries_.size() >= capacity_) {
    const auto last = std::prev(entries_.end());
    by_id_.erase(last->id);
    const auto [begin, end] = by_serial_.equal_range(last->id.serial);
    by_serial_.erase(std::find_if(begin, end, [&](const auto& each) { return each.second == last; }));
    entries_.erase(last);
  }
  entries_.push_front({id, std::move(answer), false});
  by_id_.emplace(id, entries_.begin());
  by_serial_.emplace(id.serial, entries_.begin());
}

std::optional<ResponseCache::Epoch> ResponseCache::settled(const policy::Serial& serial,
                                                           std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  const bool in_time = settled_.wait_until(lock, until, [&] {
    const auto found = changes_.find(serial);
    return found == changes_.end() || found->second.under_way == 0;
  });
  return in_time ? std::optional(epoch_) : std::nullopt;
}

bool ResponseCache::unchanged_since(const policy::Serial& serial, Epoch read_at) const {
  const std::lock_guard lock(mutex_);
  return unchanged(serial, read_at);
}

bool ResponseCache::unchanged(const policy::Serial& serial, Epoch read_at) const {
  if (read_at < known_since_) return false;
  const auto found = changes_.find(serial);
  return found == changes_.end() || (found->second.under_way == 0 && found->second.at <= read_at);
}

std::vector<policy::CertId> ResponseCache::due(policy::Instant now) {
  const std::lock_guard lock(mutex_);
  std::vector<policy::CertId> wanted;
  std::vector<policy::Serial> gone;
  for (auto& entry : entries_) {
    const auto half = entry.answer->this_update + (entry.answer->next_update - entry.answer->this_update) / 2;
    if (!entry.asked && now >= entry.answer->next_update) gone.push_back(entry.id.serial);
    if (!entry.asked || now < half) continue;
    wanted.push_back(entry.id);
    entry.asked = false;  // once for each time that it is asked for: it waits its turn already
  }
  for (const auto& serial : gone) erase(serial);
  return wanted;
}

std::size_t ResponseCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void ResponseCache::erase(const policy::Serial& serial) {
  const auto [begin, end] = by_serial_.equal_range(serial);
  for (auto each = begin; each != end; ++each) {
    by_id_.erase(each->second->id);
    entries_.erase(each->second);
  }
  by_serial_.erase(begin, end);
}

// Whoever has read a status for longer than so many changes took reads it again.
void ResponseCache::forget_old_changes() {
  if (changes_.size() <= k_most_changes) return;
  std::erase_if(changes_, [](const auto& each) { return each.second.under_way == 0; });
  known_since_ = epoch_;
}

ResponseCache::Change::Change(ResponseCache& cache, const policy::Serial& serial)
    : cache_(cache), serial_(serial) {
  const std::lock_guard lock(cache_.mutex_);
  cache_.forget_old_changes();
  auto& changed = cache_.changes_[serial_];
  ++changed.under_way;
  changed.at = ++cache_.epoch_;
  cache_.erase(serial_);
}

ResponseCache::Change::~Change() {
  {
    const std::lock_guard lock(cache_.mutex_);
    auto& changed = cache_.changes_[serial_];
    --changed.under_way;
    changed.at = ++cache_.epoch_;
  }
  cache_.settled_.notify_all();
}

}  // namespace inkan::daemon
