// The folder of a ceremony, beside its plan ("plan.toml": "plan.ceremony"): what the officers are asked to
// sign, their votes, and afterwards the transcript. Nothing in it is believed: a vote is good for what it
// signs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/setup/papers.h"
#include "policy/dual_control/ceremony.h"

namespace inkan::daemon {

// request.json, files.sha256, <officer>.approve and <officer>.refuse (the documents), <officer>.p7s (his
// vote, from him), used (once a run began with them).
class CeremonyFolder {
 public:
  explicit CeremonyFolder(const Plan& plan);
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path document(const std::string& officer, bool approve) const;
  std::filesystem::path vote(const std::string& officer) const { return path_ / (officer + ".p7s"); }

  // Makes it, with a new request and the documents of each officer. Throws Error{config} if it is there.
  policy::CeremonyRequest ask(const Papers& papers, std::chrono::hours expires) const;
  // The request, for these very papers. Throws Error{config} if nobody asked, its votes were used, or which
  // file has changed since.
  policy::CeremonyRequest load(const Papers& papers) const;
  std::vector<policy::GivenVote> votes() const;  // every *.p7s, by name
  void spend() const;                            // from now on the votes are used
  std::filesystem::path transcript() const { return path_ / "transcript"; }

 private:
  std::filesystem::path path_;
};

policy::GivenVote read_vote(const std::filesystem::path& file);  // throws Error{config}

const PlannedCeremony& ceremony_of(const Plan& plan);  // throws Error{config} if it has none

// A new one, on these papers, for the votes that their plan takes.
policy::CeremonyRequest new_request(const Papers& papers, policy::Instant expires);

}  // namespace inkan::daemon
