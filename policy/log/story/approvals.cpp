#include "policy/log/story/approvals.h"

#include "policy/dual_control/act.h"
#include "policy/dual_control/ceremony.h"
#include "policy/dual_control/tally.h"
#include "policy/types/identity.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_acts_job = "system:acts";

// What an approved act may do. Making an authority that fails is undone, key and all.
bool belongs_to(EventType done, ActKind act) {
  const bool makes = act == ActKind::create_authority || act == ActKind::roll_over;
  const bool makes_key = makes || act == ActKind::request_authority || act == ActKind::generate_key;
  switch (done) {
    case EventType::issuing_start:
      return act == ActKind::start_issuing;
    case EventType::key_generate:
      return makes_key;
    case EventType::ca_issue:
      return makes;
    case EventType::ca_request:
      return act == ActKind::request_authority;
    case EventType::ca_import:
      return act == ActKind::import_authority;
    case EventType::ca_activate:
      return act == ActKind::activate_authority || act == ActKind::roll_over;
    case EventType::ca_retire:
      return act == ActKind::retire_authority;
    case EventType::key_destroy:
      return act == ActKind::destroy_key || makes_key;
    case EventType::role_grant:
      return act == ActKind::grant_role;
    case EventType::role_revoke:
      return act == ActKind::revoke_role;
    case EventType::profile_change:
      return act == ActKind::change_profile;
    case EventType::blocklist_change:
      return act == ActKind::change_blocklist;
    case EventType::cert_revoke:  // of what an act that failed has made, too
      return act == ActKind::revoke_certificates || act == ActKind::revoke_role ||
             act == ActKind::grant_role || makes;
    case EventType::cert_hold:
      return act == ActKind::revoke_certificates;
    default:
      return false;
  }
}

}  // namespace

void Approvals::append(LeafIndex index, const LeafReader& leaf, const KnownType& type) {
  switch (type.type) {
    case EventType::role_grant:
      return grant(index, leaf);
    case EventType::role_revoke:
      return revoke(index, leaf);
    case EventType::approval_request:
      return request(index, leaf);
    case EventType::approval_vote:
      return vote(index, leaf);
    case EventType::approval_result:
      return result(index, leaf);
    case EventType::issuing_stop:
      demand_officer(index, leaf);
      return;
    case EventType::issuing_start:
    case EventType::ca_import:
    case EventType::ca_activate:
    case EventType::ca_retire:
    case EventType::key_destroy:
    case EventType::profile_change:
    case EventType::blocklist_change:
      return done(index, type.type, leaf.text("detail", "request").value_or(""));
    case EventType::key_generate:
    case EventType::ca_issue:
    case EventType::ca_request:
      return made(index, leaf, type.type);
    case EventType::ceremony_step:
      return ceremony_step(index, leaf);
    case EventType::cert_revoke:
    case EventType::cert_hold:
      return revoked(index, leaf, type.type);
    default:
      return;
  }
}

// An officer's newest key is the one that he votes with.
void Approvals::grant(LeafIndex index, const LeafReader& leaf) {
  if (!set_up_) done(index, EventType::role_grant, leaf.text("detail", "request").value_or(""));
  const std::string id(leaf.text("target", "id").value_or(""));
  const auto role = leaf.text("detail", "role");
  if (role == name(Role::bank_staff) || role == name(Role::web_tier))
    revokers_.insert_or_assign(id, std::string(*role));
  if (role == name(Role::security_officer))
    officers_.insert_or_assign(id, std::string(leaf.text("detail", "spki_sha256").value_or("")));
}

// What is open is void, or would count the votes of one who is no officer any more.
void Approvals::revoke(LeafIndex index, const LeafReader& leaf) {
  done(index, EventType::role_revoke, leaf.text("detail", "request").value_or(""));
  if (const auto ended = revokers_.find(leaf.text("target", "id").value_or("")); ended != revokers_.end())
    revokers_.erase(ended);
  const auto found = officers_.find(leaf.text("target", "id").value_or(""));
  if (found == officers_.end()) return;
  for (auto& [id, request] : requests_)
    if (!request.closed) request.approvals.erase(found->first);
  officers_.erase(found);
}

const std::string* Approvals::demand_officer(LeafIndex index, const LeafReader& leaf) {
  const auto known = officers_.find(leaf.text("actor", "id").value_or(""));
  if (known != officers_.end() && leaf.text("actor", "role") == name(Role::security_officer))
    return &known->second;
  faults_.at(index, "an officer's act by somebody who was never made one, or is none any more");
  return nullptr;
}

// Of many revocations: it takes officers' votes beside the word of those who may revoke.
void Approvals::demand_revoker(LeafIndex index, const LeafReader& leaf) {
  const auto known = revokers_.find(leaf.text("actor", "id").value_or(""));
  if (known == revokers_.end() || leaf.text("actor", "role") != known->second)
    faults_.at(index,
               "revocations asked for by somebody who was never allowed to revoke, or is not any more");
}

// A ceremony is asked for while there is no daemon that an officer could call.
void Approvals::request(LeafIndex index, const LeafReader& leaf) {
  Request request;
  request.op = leaf.text("detail", "op").value_or("");
  request.plan = leaf.text("detail", "op_sha256").value_or("");
  request.nonce = leaf.text("detail", "nonce").value_or("");
  if (request.op == name(ActKind::revoke_certificates))
    demand_revoker(index, leaf);
  else if (request.op != k_ceremony_op || leaf.text("actor", "role") != name(Role::system))
    demand_officer(index, leaf);
  ++asked_;
  const std::string id(leaf.text("target", "id").value_or(""));
  request.needed = leaf.number("detail", "m").value_or(0);
  if (request.needed < 2) faults_.at(index, "an act for which one vote is enough");
  if (!requests_.emplace(id, std::move(request)).second)
    faults_.at(index, "approval " + id + " was asked for before");
}

Approvals::Request* Approvals::named(LeafIndex index, std::string_view request) {
  const auto found = requests_.find(request);
  if (found != requests_.end()) return &found->second;
  faults_.at(index, "it names an approval that nobody asked for");
  return nullptr;
}

void Approvals::vote(LeafIndex index, const LeafReader& leaf) {
  const auto* const key = demand_officer(index, leaf);
  // The document names the voter's key; inside the leaf its quotes are escaped, the digits are not.
  if (key && leaf.text("detail", "document").value_or("").find(*key) == std::string_view::npos)
    faults_.at(index, "a vote for another key than the one this officer was registered with");
  auto* const request = named(index, leaf.text("detail", "request").value_or(""));
  if (!request) return;
  const auto document = leaf.text("detail", "document").value_or("");
  if (document.find(request->plan) == std::string_view::npos ||
      document.find(request->nonce) == std::string_view::npos)
    faults_.at(index, "a vote on another plan, or on another request, than the one it names");
  if (request->closed) faults_.at(index, "a vote on an approval that was closed");
  const std::string officer(leaf.text("actor", "id").value_or(""));
  if (request->approvals.contains(officer) || request->refusals.contains(officer))
    faults_.at(index, officer + " has voted on it before");
  const bool approve = leaf.text("detail", "vote") == "approve";
  (approve ? request->approvals : request->refusals).insert(officer);
}

void Approvals::result(LeafIndex index, const LeafReader& leaf) {
  auto* const request = named(index, leaf.text("detail", "request").value_or(""));
  if (!request) return;
  if (std::exchange(request->closed, true)) faults_.at(index, "a second result of one approval");
  request->approved = leaf.text("detail", "outcome") == name(RequestState::approved);
  approved_ += request->approved ? 1 : 0;
  if (request->approved && request->approvals.size() < request->needed)
    faults_.at(index, "approved by " + std::to_string(request->approvals.size()) + " votes, where " +
                          std::to_string(request->needed) + " are needed");
}

void Approvals::done(LeafIndex index, EventType type, std::string_view by) {
  auto* const request = named(index, by);
  if (!request) return;
  const auto op = act_kind(request->op);
  if (!request->approved || !op || !belongs_to(type, *op) || !request->done.insert(type).second)
    faults_.at(index, std::string(name(type)) + " without an approval of its own");
}

// By an act, which may have revoked others too; or by one caller, whose role allows it.
void Approvals::revoked(LeafIndex index, const LeafReader& leaf, EventType type) {
  const auto by = leaf.text("detail", "ceremony_id");
  if (!by) {
    if (leaf.text("actor", "id") == k_acts_job)
      faults_.at(index, "revoked by an act, and no approval is named");
    return;
  }
  auto* const request = named(index, *by);
  if (!request) return;
  const auto op = act_kind(request->op);
  if (!request->approved || !op || !belongs_to(type, *op))
    faults_.at(index, std::string(name(type)) + " without an approval of its own");
}

// After the set-up, by an officers' act alone. A set-up that was never asked for as an act of several
// officers is one operator's: `inkan init`.
void Approvals::made(LeafIndex index, const LeafReader& leaf, EventType type) {
  const auto ceremony = leaf.text("detail", "ceremony_id").value_or("");
  if (!set_up_) return done(index, type, ceremony);
  const auto found = requests_.find(ceremony);
  if (found != requests_.end() && !found->second.approved)
    faults_.at(index, "made in a ceremony that had not been approved");
}

void Approvals::ceremony_step(LeafIndex index, const LeafReader& leaf) {
  const auto step = leaf.text("detail", "step").value_or("");
  const auto found = requests_.find(leaf.text("detail", "ceremony_id").value_or(""));
  if (found != requests_.end()) {
    if (!found->second.approved) faults_.at(index, "made in a ceremony that had not been approved");
    if (step == k_ceremony_start && !found->second.done.insert(EventType::ceremony_step).second)
      faults_.at(index, "one approval was used for two ceremonies");
  }
  if (step == "done") set_up_ = false;
}

}  // namespace inkan::policy
