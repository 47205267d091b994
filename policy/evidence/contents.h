// How a pack is laid out, and its first member, evidence.json, which says what the others are.
//
//   evidence.json  checkpoint  beside.jsonl  leaves.jsonl
//   certificates/<serial>.der  late/<serial>.der  crls/<authority>-<number>.crl  votes/<leaf>.p7s
//     in the order of their leaves
//   profiles/<sha256>.toml  config/<sha256>.toml
//     in the order of their names
//   reconcile.json  summary.html
//
// leaves.jsonl: the leaves of the period, a line each. beside.jsonl: the one before it and the one after it,
// by which it is seen to be whole, and what it rests on: key acts and authorities from before, the start of
// the run it begins in, and intents that ended in it.
#pragma once

#include <string>
#include <vector>

#include "policy/evidence/statement.h"

namespace inkan::policy {

constexpr std::string_view k_evidence_member = "evidence.json", k_checkpoint_member = "checkpoint",
                           k_beside_member = "beside.jsonl", k_leaves_member = "leaves.jsonl",
                           k_reconcile_member = "reconcile.json", k_summary_member = "summary.html";
std::string profile_member(const Sha256& sha256);
std::string config_member(const Sha256& sha256);

struct EvidenceContents {
  std::string origin, verifier_key;  // of the log
  EvidenceScope scope;
  LeafIndex begin = 0, end = 0;     // the leaves of the period
  std::vector<Sha256> range_proof;  // TiledTree::range_proof
  struct Beside {
    LeafIndex index;
    std::vector<Sha256> proof;  // TiledTree::inclusion_proof
  };
  std::vector<Beside> beside;  // one for each line of beside.jsonl

  std::string json() const;
  // Throws Error{invalid_input} for anything but what json() wrote.
  static EvidenceContents parse(std::string_view json);
};

}  // namespace inkan::policy
