// Checkpoints as the commands handle them: whose key judges them, and opening one or saying why not.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "policy/log/checkpoint.h"

namespace inkan::daemon::cli {

// The key given from outside, which binds the server; or else the server's own word for it, and a line on
// standard error that says so. `head` is the body of GET /v1/ledger.
policy::NoteVerifier resolve_verifier(const std::string& given, const nlohmann::json& head);

// The head a note carries. Throws Failure{refused} naming the note if that key did not sign it.
policy::TreeHead open_note(const policy::NoteVerifier& verifier, const std::string& note,
                           const std::string& name);

}  // namespace inkan::daemon::cli
