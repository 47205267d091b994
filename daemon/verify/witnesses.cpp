#include "daemon/verify/witnesses.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "policy/types/error.h"

namespace inkan::daemon::verify {
namespace {

using policy::Error;
using policy::ErrorCode;

std::vector<policy::CosignatureVerifier> parse_keys(const WitnessOptions& options) {
  std::vector<policy::CosignatureVerifier> witnesses;
  std::set<std::string> taken;
  for (const auto& key : options.keys) {
    witnesses.push_back(policy::CosignatureVerifier::parse(key));
    // One witness by two names would count twice.
    if (!taken.insert(key.substr(key.find('+', key.find('+') + 1))).second)
      throw Error(ErrorCode::invalid_input, "--witness: one key is given twice: " + key);
  }
  if (options.needed > witnesses.size())
    throw Error(ErrorCode::invalid_input, "--witnesses wants " + std::to_string(options.needed) + " of the " +
                                              std::to_string(witnesses.size()) +
                                              " that --witness names: give more keys, or a smaller number");
  return witnesses;
}

}  // namespace

void add_witness_options(CLI::App& command, WitnessOptions& options) {
  command.add_option("--witness", options.keys,
                     "A witness's verifier key, as `inkan-witness keygen` printed it: it must have cosigned "
                     "the checkpoint (may be given again)");
  command
      .add_option("--witnesses", options.needed,
                  "How many of the witnesses must have cosigned it; all if not given")
      ->check(CLI::PositiveNumber);
}

WitnessFindings look_for_witnesses(const WitnessOptions& options, std::string_view note) {
  WitnessFindings findings;
  const auto parsed = policy::SignedNote::parse(note);
  std::string missing;
  std::size_t found = 0;
  for (const auto& witness : parse_keys(options)) {
    const auto seen_at = parsed ? witness.seen_at(*parsed) : std::nullopt;
    findings.each.push_back({witness.name(), seen_at});
    if (seen_at)
      ++found;
    else
      missing += (missing.empty() ? "" : ", ") + witness.name();
  }
  const std::size_t wanted = options.needed ? options.needed : findings.each.size();
  if (found < wanted)
    findings.fault = "it is cosigned by " + std::to_string(found) + " of the " + std::to_string(wanted) +
                     " witnesses that are wanted; missing: " + missing;
  return findings;
}

std::string words_of(const WitnessFinding& finding) {
  return finding.name +
         (finding.seen_at ? " cosigned at " + policy::to_rfc3339(*finding.seen_at) : " did NOT cosign");
}

}  // namespace inkan::daemon::verify
