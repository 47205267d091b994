#include "daemon/authority/policies.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/store/profile_rows.h"

namespace inkan::daemon {

using policy::KeyBlocklist;
using policy::Profile;
using policy::ProfileSet;

namespace {

ProfileSet stored_profiles(const std::vector<ProfileVersion>& versions) {
  std::vector<Profile> profiles;
  profiles.reserve(versions.size());
  for (const auto& version : versions)
    profiles.push_back(Profile::parse(version.document, "version " + std::to_string(version.version) +
                                                            " of profile " + version.name + " in the store"));
  return ProfileSet(std::move(profiles));
}

bool was_in_force(Database& database, const OfferedProfile& offer) {
  const auto versions = versions_of(database, offer.name);
  return std::any_of(versions.begin(), versions.end(), [&](const ProfileVersion& version) {
    return version.since && version.sha256.hex() == offer.sha256;
  });
}

KeyBlocklist with_published(KeyBlocklist own) {
  own.merge(policy::published_keys());
  return own;
}

}  // namespace

Policies::Policies(Store& store, const Config& config, bool in_force) {
  const auto versions = in_force ? store.read([](Database& database) { return profiles_in_force(database); })
                                 : std::vector<ProfileVersion>{};
  from_files_ = versions.empty();
  if (from_files_) {
    own_ = load_own_blocklist(config);
    put(load_profiles(config), with_published(own_));
    return;
  }
  const auto blocked = store.read([](Database& database) { return blocked_keys(database); });
  put(stored_profiles(versions), with_published(blocked));
  own_ = blocked;
  compare(config, blocked);
  std::erase_if(offered_, [&](const OfferedProfile& offer) {
    return store.read([&](Database& database) { return was_in_force(database, offer); });
  });
}

void Policies::put(ProfileSet profiles, KeyBlocklist blocked) {
  all_.push_back(std::make_unique<const policy::Engine>(std::move(profiles), std::move(blocked)));
  current_ = all_.back().get();
}

void Policies::compare(const Config& config, const KeyBlocklist& blocked) {
  const auto offers = load_profiles(config);
  const auto built_in = ProfileSet::built_in().size();  // they come first
  for (std::size_t i = 0; i < offers.all().size(); ++i) {
    const auto& offer = offers.all()[i];
    const auto* known = now().profiles().find(offer.name);
    if (known && known->sha256 == offer.sha256) continue;
    offered_.push_back({offer.name, offer.version, offer.sha256.hex(),
                        i < built_in ? "built in" : config.profiles[i - built_in].string()});
  }
  KeyBlocklist unknown = load_own_blocklist(config);
  unknown.remove(blocked);
  offered_blocked_keys_ = unknown.hashes().size();
}

// Of an older store the log has told what its last run used: where the files say otherwise now, it tells that
// too.
void Policies::keep(Writing& w, const policy::Identity& job) const {
  if (!from_files_) return;
  std::string known;
  {
    auto row = w.database().prepare("SELECT value FROM meta WHERE key = 'profiles'");
    if (row.step()) known = row.text(0);
  }
  const auto before = nlohmann::json::parse(known.empty() ? "{}" : known);
  for (const auto& profile : now().profiles().all()) {
    put_in_force(w.database(), profile, w.now(), "");
    const std::string old = before.value(profile.name, nlohmann::json::object()).value("sha256", "");
    if (known.empty() || old == profile.sha256.hex()) continue;
    policy::Event event{.type = policy::EventType::config_change, .target = {"profile", profile.name}};
    event.detail = {{"key", "profile " + profile.name}, {"old", old}, {"new", profile.sha256.hex()}};
    w.append(event, job);
  }
  block_keys(w.database(), own_);
  w.database().execute("DELETE FROM meta WHERE key = 'profiles'");
}

// Read under the lock: of two acts the later one's stay. A vote that is given again, and again, makes
// nothing.
void Policies::follow(Store& store) {
  const std::lock_guard lock(mutex_);
  const auto found = store.read(
      [](Database& database) { return std::pair(profiles_in_force(database), blocked_keys(database)); });
  const auto& known = now().profiles();
  const bool same = known.all().size() == found.first.size() &&
                    std::all_of(found.first.begin(), found.first.end(), [&](const ProfileVersion& version) {
                      const auto* profile = known.find(version.name);
                      return profile && profile->sha256 == version.sha256;
                    });
  if (same && found.second.hashes() == own_.hashes()) return;
  put(stored_profiles(found.first), with_published(found.second));
  own_ = found.second;
}

}  // namespace inkan::daemon
