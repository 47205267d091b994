#include "policy/evidence/account_review.h"

#include <algorithm>

#include "policy/log/event_type.h"
#include "policy/types/error.h"

namespace inkan::policy {

void AccountsInLog::append(LeafIndex index, BytesView leaf) {
  if (reader_.read(leaf))
    throw Error(ErrorCode::ledger, "leaf " + std::to_string(index) + " is not canonical JSON");
  const auto type = reader_.text("type").value_or("");
  if (type == name(EventType::role_grant) || type == name(EventType::role_revoke)) {
    auto& account = accounts_[std::string(reader_.text("target", "id").value_or(""))];
    (type == name(EventType::role_grant) ? account.granted : account.revoked).push_back(index);
  }
  if (reader_.text("actor", "role") == name(Role::system)) return;
  auto& actor = accounts_[std::string(reader_.text("actor", "id").value_or(""))];
  ++actor.acts;
  if (type == name(EventType::approval_vote)) ++actor.votes;
  actor.last = index;
  actor.last_at = reader_.text("time").value_or("");
  actor.last_type = type;
}

const AccountInLog& AccountsInLog::of(const std::string& identity) const {
  static const AccountInLog none;
  const auto found = accounts_.find(identity);
  return found == accounts_.end() ? none : found->second;
}

std::string look_of(const std::string& name) {
  std::string look;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      look += static_cast<char>(c - 'A' + 'a');
    else if (c != '-' && c != '_' && c != '.' && c != ' ')
      look += c;
  }
  for (char& c : look) {
    if (c == '0') c = 'o';
    if (c == '1' || c == 'i') c = 'l';
    if (c == '5') c = 's';
  }
  return look.empty() ? name : look;
}

std::vector<AccountFinding> account_findings(const std::vector<ReviewedAccount>& all, const std::string& id,
                                             const AccountInLog& seen, Instant now) {
  std::vector<AccountFinding> found;
  const auto self =
      std::find_if(all.begin(), all.end(), [&](const auto& account) { return account.id == id; });
  if (self == all.end()) return found;
  if (seen.granted.empty() || (self->ended && seen.revoked.empty()))
    found.push_back({"not-in-ledger", "the log does not tell of what the store says of it"});
  if (self->ended) return found;
  if (!self->good_until)
    found.push_back(
        {"no-certificate", "all its certificates are revoked: grant it another key, or revoke its role"});
  else if (*self->good_until < now)
    found.push_back({"certificate-expired", "since " + to_rfc3339(*self->good_until)});
  else if (*self->good_until < now + k_expires_soon)
    found.push_back(
        {"certificate-expires", "on " + to_rfc3339(*self->good_until) + ": grant it another key"});
  if (seen.acts == 0 && self->role != Role::auditor)
    found.push_back({"never-used", "no leaf of the log has it as its actor"});
  if (self->role == Role::security_officer && seen.votes == 0)
    found.push_back({"officer-without-votes", "it has never voted on an act"});
  for (const auto& other : all)
    if (!other.ended && other.id != id && look_of(other.id) == look_of(id))
      found.push_back({"similar-names", "it looks like " + other.id});
  return found;
}

}  // namespace inkan::policy
