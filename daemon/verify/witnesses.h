// Which of the auditor's witnesses have cosigned a checkpoint, and whether they are enough.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/log/cosignature.h"

namespace CLI {
class App;
}

namespace inkan::daemon::verify {

struct WitnessOptions {
  std::vector<std::string> keys;
  std::size_t needed = 0;  // 0: all of them
};

// --witness and --witnesses.
void add_witness_options(CLI::App& command, WitnessOptions& options);

struct WitnessFinding {
  std::string name;
  std::optional<policy::Instant> seen_at;  // by the witness's clock; nothing: it did not cosign
};

struct WitnessFindings {
  std::vector<WitnessFinding> each;  // as they were given
  std::optional<std::string> fault;  // if fewer have cosigned than are wanted
};

// Throws policy::Error{invalid_input} for options that cannot be met.
WitnessFindings look_for_witnesses(const WitnessOptions& options, std::string_view note);

// "cosigned at 2026-11-22T15:00:00Z", or that it was not.
std::string words_of(const WitnessFinding& finding);

}  // namespace inkan::daemon::verify
