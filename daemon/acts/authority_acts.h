// Acts on authorities that the store alone can do, each with its leaf, for the writer's thread.
#pragma once

#include <chrono>
#include <string>

#include "daemon/ledger/log_writer.h"

namespace inkan::daemon {

// `request`: the approval that it is done by. follow_store() then tells memory.
void activate_authority(Writing& w, const std::string& authority, const std::string& request,
                        const policy::Identity& actor);
void retire_authority(Writing& w, const std::string& authority, const std::string& request,
                      const policy::Identity& actor);

const policy::Identity& acts_job();
// A stop of the daemon waits for the act under way, so no step may take as long as in a set-up.
constexpr std::chrono::seconds k_signature_patience(10);

// One step of an act that a job carries out: a leaf under the approval's id.
void tell_step(Writing& w, const std::string& request, const std::string& step, const std::string& result,
               const std::string& reason = "");
// An approved act that cannot be carried out, or was undone: its last step's leaf, and its row.
void tell_failed(Writing& w, const std::string& request, const std::string& step, const std::string& why);

}  // namespace inkan::daemon
