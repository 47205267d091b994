// The tables of the store, by version. A schema only moves forward.
#pragma once

#include "daemon/store/sqlite/database.h"

namespace inkan::daemon {

constexpr int k_schema_version = 13;

// Brings an empty or older database to k_schema_version, in one transaction. Throws Error{store} for a newer
// one.
void migrate(Database& database);
int schema_version(Database& database);  // 0: empty

}  // namespace inkan::daemon
