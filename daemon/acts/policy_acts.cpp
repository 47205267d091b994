#include "daemon/acts/policy_acts.h"

#include <algorithm>

#include "daemon/store/profile_rows.h"
#include "policy/dual_control/line_diff.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Act;
using policy::ActKind;
using policy::ActParameters;
using policy::Denial;
using policy::KeyBlocklist;
using policy::Profile;

namespace {

Denial policy_denial(const std::string& rule, const std::string& detail, const std::string& mend) {
  return {rule, "dual control", detail, mend};
}

policy::OrDenial<Profile> parse_profile(const std::string& document) {
  try {
    return Profile::parse(document, "document");
  } catch (const policy::Error& error) {
    return policy_denial("profile.document", error.what(), "mend the document at that place");
  }
}

std::string given_text(const ActParameters& parameters, const char* name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

// Hashes with white space between them, as one list.
policy::OrDenial<KeyBlocklist> parse_hashes(std::string text) {
  std::replace(text.begin(), text.end(), ' ', '\n');
  try {
    return KeyBlocklist::parse(text, "list");
  } catch (const policy::Error& error) {
    return policy_denial("blocklist.hash", error.what(), "give hashes with a space between two");
  }
}

KeyBlocklist hashes_in(const Act& act, const char* parameter) {
  return std::get<KeyBlocklist>(parse_hashes(act.parameter(parameter)));
}

policy::OrDenial<ActParameters> fill_profile(Database& database, ActParameters given) {
  const auto parsed = parse_profile(given_text(given, "document"));
  if (const auto* denial = policy::denied(parsed)) return *denial;
  const auto& profile = std::get<Profile>(parsed);
  const auto known = profile_in_force(database, profile.name);
  given["version"] = std::to_string(profile.version);
  given["sha256"] = profile.sha256.hex();
  given["before"] = known ? known->sha256.hex() : std::string(policy::k_no_profile);
  return given;
}

policy::OrDenial<ActParameters> fill_blocklist(ActParameters given) {
  for (const auto* name : {"add", "remove"}) {
    const auto list = parse_hashes(given_text(given, name));
    if (const auto* denial = policy::denied(list)) return *denial;
    std::string in_order;
    for (const auto& hash : std::get<KeyBlocklist>(list).hashes())
      in_order += (in_order.empty() ? "" : " ") + hash.hex();
    if (in_order.empty())
      given.erase(name);
    else
      given[name] = in_order;
  }
  if (given.empty())
    return policy_denial("approval.nothing-to-do", "it names no key", "give `add`, `remove`, or both");
  return given;
}

// Whether a caller may ask for it, and what kind of certificate it makes, are not for a later version to turn
// round.
std::optional<Denial> fault_in_kind(const Profile& profile, const Profile* before) {
  if (profile.ca && profile.roles != std::set{policy::Role::system})
    return policy_denial("profile.ca", "it is of a CA, and callers may ask for it",
                         "leave `roles` to [\"system\"]: CA certificates are made by acts on authorities");
  if (before && (before->ca != profile.ca || before->self_signed != profile.self_signed))
    return policy_denial("profile.kind",
                         "profile " + profile.name + " is one of " + (before->ca ? "a CA" : "an end entity") +
                             ", and the document makes another kind of it",
                         "give the new one a name of its own");
  return std::nullopt;
}

}  // namespace

policy::OrDenial<ActParameters> fill_policy_act(Database& database, ActKind kind, ActParameters given) {
  return kind == ActKind::change_profile ? fill_profile(database, std::move(given))
                                         : fill_blocklist(std::move(given));
}

std::optional<Denial> fault_in_profile_change(Database& database, const Act& act) {
  const auto parsed = parse_profile(act.parameter("document"));
  if (const auto* denial = policy::denied(parsed)) return *denial;
  const auto& profile = std::get<Profile>(parsed);
  if (profile.name != act.parameter("profile"))
    return policy_denial("profile.name",
                         "the document is of profile " + profile.name + ", not " + act.parameter("profile"),
                         "give the name that stands in it");
  const auto versions = versions_of(database, profile.name);
  const ProfileVersion* in_force = nullptr;
  int newest = 0;
  for (const auto& version : versions) {
    if (version.in_force) in_force = &version;
    newest = std::max(newest, version.version);
  }
  if (in_force && in_force->sha256 == profile.sha256)
    return policy_denial("approval.nothing-to-do", "this document is in force already",
                         "nothing needs to be done");
  if ((in_force ? in_force->sha256.hex() : policy::k_no_profile) != act.parameter("before"))
    return policy_denial("profile.before", "profile " + profile.name + " has been changed meanwhile",
                         "look at what is in force now, and ask for the change anew");
  if (profile.version <= newest)
    return policy_denial(
        "profile.version",
        "there is, or was, a version " + std::to_string(newest) + " of profile " + profile.name,
        "give the document a higher version: certificates name theirs");
  if (!in_force) return fault_in_kind(profile, nullptr);
  const Profile before = Profile::parse(in_force->document, "the version in force");
  return fault_in_kind(profile, &before);
}

std::optional<Denial> fault_in_blocklist_change(Database& database, const Act& act) {
  const auto blocked = blocked_keys(database);
  const auto add = hashes_in(act, "add"), remove = hashes_in(act, "remove");
  for (const auto& hash : add.hashes())
    if (blocked.contains(hash) || policy::published_keys().contains(hash))
      return policy_denial("blocklist.known", "key " + hash.hex() + " is blocked already", "leave it out");
  for (const auto& hash : remove.hashes()) {
    if (policy::published_keys().contains(hash))
      return policy_denial("blocklist.published", "the private half of key " + hash.hex() + " is published",
                           "leave it out: it is never certified");
    if (!blocked.contains(hash))
      return policy_denial("blocklist.unknown", "key " + hash.hex() + " is not blocked", "leave it out");
  }
  return std::nullopt;
}

void change_profile(Writing& w, const Act& act, const std::string& request, const policy::Identity& actor) {
  const auto profile = Profile::parse(act.parameter("document"), "document");
  const auto before = act.parameter("before");
  put_in_force(w.database(), profile, w.now(), request);
  policy::Event event{.type = policy::EventType::profile_change, .target = {"profile", profile.name}};
  event.detail = {{"profile", profile.name},
                  {"version", profile.version},
                  {"old", before == policy::k_no_profile ? "" : before},
                  {"new", profile.sha256.hex()},
                  {"request", request}};
  w.append(event, actor);
}

void change_blocklist(Writing& w, const Act& act, const std::string& request, const policy::Identity& actor) {
  const auto add = hashes_in(act, "add"), remove = hashes_in(act, "remove");
  block_keys(w.database(), add);
  unblock_keys(w.database(), remove);
  const auto blocked = blocked_keys(w.database());
  policy::Event event{.type = policy::EventType::blocklist_change, .target = {"blocklist", "own"}};
  event.detail = {{"added", add.size()},
                  {"removed", remove.size()},
                  {"sha256", blocked.sha256().hex()},
                  {"size", blocked.size()},
                  {"request", request}};
  w.append(event, actor);
}

std::string words_of(Database& database, const Act& act) {
  if (act.kind() != ActKind::change_profile) return act.in_words();
  std::string before;
  for (const auto& version : versions_of(database, act.parameter("profile")))
    if (version.sha256.hex() == act.parameter("before")) before = version.document;
  return act.in_words() + "\n" + policy::line_diff(before, act.parameter("document"));
}

}  // namespace inkan::daemon
