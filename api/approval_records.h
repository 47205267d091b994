// What the port tells of acts that take more than one officer, and what asks for them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/dual_control/act.h"
#include "policy/types/bytes.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"

namespace inkan::api {

// An act that takes more than one officer.
struct ApprovalOrder {
  policy::ActKind kind;
  std::string reason;
  policy::ActParameters parameters = {};
};
struct ApprovalVote {
  bool approve = false;
  policy::Bytes signature;  // detached CMS over the caller's document
  std::string comment;
};
struct CastVote {
  std::string officer;
  bool approve = false;
  std::string comment, document;  // what was signed
  policy::Bytes signature;        // CMS, DER
  policy::LeafIndex leaf = 0;
  policy::Instant at;
};
struct ApprovalRecord {
  std::string id;  // UUIDv7
  std::string op, reason, in_words, plan, plan_sha256;
  std::string state;  // "open", "approved", "refused", "expired", "void"
  std::string requester;
  policy::Instant created, expires;
  int needed = 0, officers = 0;  // m of n
  std::vector<CastVote> votes;
  policy::LeafIndex leaf = 0;
  std::optional<policy::LeafIndex> result_leaf;
  std::string approve_document, refuse_document;  // for the calling officer to sign; empty for others
  // Of an approved act that a job carries out: "waiting", "running", "undoing", "done", "failed"; else empty.
  std::string work = {};
  std::string failure = {};  // why it could not be carried out
};

}  // namespace inkan::api
