// Dual control in the log: every act that takes votes has them, each by another officer whose role was
// granted before, for his own key, and none counts twice.
#pragma once

#include <map>
#include <set>
#include <string>

#include "policy/log/leaf_reader.h"
#include "policy/log/story/catalogue.h"
#include "policy/log/story/faults.h"

namespace inkan::policy {

class Approvals {
 public:
  explicit Approvals(Faults& faults) : faults_(faults) {}

  void append(LeafIndex index, const LeafReader& leaf, const KnownType& type);

  std::uint64_t asked() const { return asked_; }
  std::uint64_t approved() const { return approved_; }

 private:
  struct Request {
    std::string op, plan, nonce;  // the plan's SHA-256
    std::uint64_t needed = 0;
    std::set<std::string, std::less<>> approvals, refusals;  // by officer
    bool closed = false, approved = false;
    std::set<EventType> done;  // what was done by it: each once
  };

  void grant(LeafIndex index, const LeafReader& leaf);
  void revoke(LeafIndex index, const LeafReader& leaf);
  void request(LeafIndex index, const LeafReader& leaf);
  void vote(LeafIndex index, const LeafReader& leaf);
  void result(LeafIndex index, const LeafReader& leaf);
  // The leaf tells of a thing done, by the approval `request`, which must have been for that.
  void done(LeafIndex index, EventType type, std::string_view request);
  // A fault, and nullptr, if it was never asked for.
  Request* named(LeafIndex index, std::string_view request);
  void made(LeafIndex index, const LeafReader& leaf, EventType type);
  void revoked(LeafIndex index, const LeafReader& leaf, EventType type);
  void demand_revoker(LeafIndex index, const LeafReader& leaf);
  void ceremony_step(LeafIndex index, const LeafReader& leaf);
  // Nothing, and a fault, if the actor is no officer whose role the log saw granted.
  const std::string* demand_officer(LeafIndex index, const LeafReader& leaf);

  Faults& faults_;
  std::map<std::string, std::string, std::less<>> officers_;  // their keys' SHA-256 in hex, by identity
  std::map<std::string, std::string, std::less<>>
      revokers_;  // roles of bank staff and web tiers, by identity
  std::map<std::string, Request, std::less<>> requests_;
  bool set_up_ = true;  // its keys and certificates are the plan's, not an approval's
  std::uint64_t asked_ = 0, approved_ = 0;
};

}  // namespace inkan::policy
