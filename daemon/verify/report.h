// The verdict over a whole log, for people and for programs.
#pragma once

#include <filesystem>
#include <string>

#include "daemon/verify/commands.h"
#include "daemon/verify/witnesses.h"
#include "policy/log/log_audit.h"

namespace inkan::daemon::verify {

// What another wrote must not steer the terminal.
std::string printable(std::string text);

Exit print_report(const policy::LogAudit& audit, const policy::GivenObjects& given,
                  const policy::NoteVerifier& verifier, const WitnessFindings& witnesses, bool json);
// The verdict where a checkpoint is not under the key: nothing else was read.
Exit print_unsigned(const std::filesystem::path& file, const policy::NoteVerifier& verifier, bool json);

}  // namespace inkan::daemon::verify
