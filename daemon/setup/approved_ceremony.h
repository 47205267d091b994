// The votes that a set-up runs on: the first leaves of the log, before any key is born.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/ledger/log_writer.h"
#include "policy/dual_control/ceremony.h"

namespace inkan::daemon {

// Judged: policy::judge_votes() took them.
struct ApprovedCeremony {
  std::string name;  // of the plan
  policy::CeremonyRequest request;
  std::vector<policy::CeremonyOfficer> officers;
  std::vector<policy::CountedVote> votes;
  std::string files;  // Papers::file_list()
  bool rehearsal = false;
  // Called once the tokens are open and found empty, before anything is written: votes are for one run.
  std::function<void()> spend;
};

// In one transaction: role.grant of each officer, approval.request, approval.vote for each vote,
// approval.result. The signatures and what they are over become papers of the ceremony.
void record_votes(LogWriter& writer, const ApprovedCeremony& ceremony);

// The leaf by which an identity of a set-up got its role.
policy::Event role_grant(const std::string& identity, policy::Role role, const policy::SpkiHash& key,
                         const std::string& ceremony_id);

// Kept in the store under the name of the file that it is outside. `leaf`: of an officer's signature.
void keep_paper(Database& database, const std::string& name, policy::BytesView octets,
                std::optional<policy::LeafIndex> leaf = std::nullopt);

}  // namespace inkan::daemon
