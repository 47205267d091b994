// What of a backup's store no leaf has to tell row by row, and which still must be as the program and the log
// made it.
#pragma once

#include <filesystem>
#include <string>

#include "daemon/store/sqlite/database.h"

namespace inkan::daemon {

// Tables, indexes and nothing else, as this program makes them: a trigger would write what no code of ours
// does. `fresh` names a file that is not there yet, for a store to compare with. Throws Error{ledger} naming
// the first difference.
void judge_schema(Database& database, const std::filesystem::path& fresh);

// Who may act, and as what: each identity and key of the store has the leaf that granted it, and has ended
// if, and only if, a leaf says so. Returns what there is; throws as above.
std::string judge_accounts(Database& database);

}  // namespace inkan::daemon
