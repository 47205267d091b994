// What the next CRL of an authority would list.
#pragma once

#include "daemon/clock.h"
#include "daemon/store/store.h"

namespace inkan::test {

inline std::vector<policy::RevokedEntry> listed_entries(daemon::Store& store, const std::string& authority) {
  std::vector<policy::RevokedEntry> all;
  store.each_revoked({authority}, daemon::now(), [&](const auto& entry) { all.push_back(entry); });
  return all;
}

}  // namespace inkan::test
