#include "daemon/ledger/unfinished.h"

namespace inkan::daemon {

void Unfinished::add_late(policy::LeafIndex intent, pkcs11::Signed late) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({intent, std::move(late)});
}

void Unfinished::add_unreleased(policy::LeafIndex intent, std::string why) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({intent, std::move(why)});
}

std::size_t Unfinished::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void Unfinished::settle(const Entry& entry) {
  if (const auto* late = std::get_if<pkcs11::Signed>(&entry.what))
    ledger_.late(entry.intent, *late);
  else
    ledger_.possibly_signed(entry.intent, policy::Identity::system_job("housekeeping"),
                            {std::get<std::string>(entry.what), 0, 1});
}

void Unfinished::settle() {
  for (std::size_t left = size(); left > 0; --left) {
    Entry entry;
    {
      const std::lock_guard lock(mutex_);
      entry = entries_.front();
    }
    settle(entry);  // throws: the entry stays
    const std::lock_guard lock(mutex_);
    entries_.pop_front();
  }
}

}  // namespace inkan::daemon
