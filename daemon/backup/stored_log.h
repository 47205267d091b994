// A stored log read from its first leaf to its last, all of it hashed anew: nothing that the store says about
// it is believed.
#pragma once

#include <map>
#include <set>

#include "daemon/store/sqlite/database.h"
#include "policy/log/story/faults.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

struct StoredLog {
  std::uint64_t leaves = 0;
  std::map<std::uint64_t, policy::Sha256>
      roots;                            // at the sizes that were asked for and that the log has reached
  policy::Faults faults;                // of leaves, and of the tiles stored beside them
  policy::Faults serials, crl_numbers;  // what was given out twice, or would be
  std::uint64_t certificates = 0;       // intents, each with a serial of its own
  std::map<std::string, std::uint64_t> numbers;  // by authority: the last CRL number that an intent spent
  policy::InstantMicros newest{};                // the latest time that a leaf names, and the first that does
  policy::LeafIndex newest_leaf = 0;
};

StoredLog read_stored_log(Database& database, const std::set<std::uint64_t>& sizes);

}  // namespace inkan::daemon
