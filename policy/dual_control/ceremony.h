// A key ceremony under dual control: what its officers vote on before it runs, and whether their votes allow
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/dual_control/ballot.h"

namespace inkan::policy {

// The act of its approval.request leaf.
constexpr std::string_view k_ceremony_op = "ceremony.run";
// The first ceremony.step of a ceremony.
constexpr std::string_view k_ceremony_start = "start";

// Made before anybody votes, with a nonce of its own: votes fit this ceremony and no other.
struct CeremonyRequest {
  std::string id, nonce;  // the id stands in every leaf of the ceremony
  Sha256 plan_sha256;     // of the list of its files: plan, configuration and all that they name
  int votes = 2;          // m
  int officers = 2;       // n
  Instant expires;
  std::string ledger_origin;

  // Canonical JSON (RFC 8785): expires, id, ledger_origin, nonce, officers, plan_sha256, v (1), votes.
  std::string document() const;
  // Nothing for anything but what document() wrote.
  static std::optional<CeremonyRequest> parse(std::string_view document);

  Ballot ballot(const SpkiHash& officer, bool approve) const;
};

struct CeremonyOfficer {
  std::string id;
  SpkiHash key;  // of his request in the plan
};

struct GivenVote {
  std::string file;  // where it is from, for people
  Bytes cms;
};

struct CountedVote {  // an approval
  CeremonyOfficer officer;
  std::string document;  // what he signed
  Bytes cms;
};

// The votes, in the order given, if all are good, each by another officer, none refuses, they are enough and
// not too late. Denied otherwise: one that is not as it should be is a reason to stop and look, however many
// others there are. `officers`: those of the plan; their certificates come later, so the key alone decides.
OrDenial<std::vector<CountedVote>> judge_votes(const CeremonyRequest& request,
                                               const std::vector<CeremonyOfficer>& officers,
                                               const std::vector<GivenVote>& given, Instant now);

}  // namespace inkan::policy
