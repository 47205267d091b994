#include "daemon/authority/refused_log.h"

namespace inkan::daemon {

void RefusedLog::add(const std::string& address, const std::string& subject, const std::string& why) {
  const std::lock_guard lock(mutex_);
  // A subject's text is a person's or a machine's name: the log gets its hash (law 6).
  auto key =
      std::make_tuple(address, subject.empty() ? "" : policy::sha256(policy::as_bytes(subject)).hex(), why);
  if (counts_.size() >= k_most_kinds && !counts_.contains(key)) key = {"other", "", "other"};
  ++counts_[key];
}

void RefusedLog::flush() {
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> counts;
  {
    const std::lock_guard lock(mutex_);
    counts.swap(counts_);
  }
  if (counts.empty()) return;
  writer_.write([&](Writing& w) {
    for (const auto& [key, count] : counts) {
      const auto& [address, subject, why] = key;
      policy::Event event{.type = policy::EventType::operator_auth, .outcome = "denied"};
      event.reason = why;
      event.detail = {{"method", "mtls"},
                      {"result", "refused"},
                      {"address", address},
                      {"subject_sha256", subject},
                      {"count", count}};
      w.append(event, policy::Identity::system_job("authentication"));
    }
  });
}

}  // namespace inkan::daemon
