// Profiles as the port gives them: those in force, each version that there was, and what is offered beside
// them.
#include "daemon/authority/service.h"
#include "daemon/store/profile_rows.h"

namespace inkan::daemon {
namespace {

api::ProfileRecord profile_record(const ProfileVersion& version) {
  const auto profile = policy::Profile::parse(version.document, "profile " + version.name);
  api::ProfileRecord record{profile.name,        profile.version,  profile.sha256.hex(),
                            profile.description, profile.document, {}};
  for (const auto role : profile.roles) record.roles.emplace_back(policy::name(role));
  record.since = version.since;
  record.request = version.request;
  record.in_force = version.in_force;
  return record;
}

}  // namespace

std::vector<api::ProfileRecord> Service::profiles() {
  std::vector<api::ProfileRecord> all;
  for (const auto& version : core_.store.read([](Database& database) { return profiles_in_force(database); }))
    all.push_back(profile_record(version));
  return all;
}

std::vector<api::ProfileRecord> Service::profile_versions(const std::string& name) {
  std::vector<api::ProfileRecord> all;
  for (const auto& version :
       core_.store.read([&](Database& database) { return versions_of(database, name); }))
    all.push_back(profile_record(version));
  return all;
}

std::vector<api::ProfileOffer> Service::profile_offers() {
  std::vector<api::ProfileOffer> all;
  for (const auto& offer : core_.policies.offered())
    all.push_back({offer.name, offer.version, offer.sha256, offer.source});
  return all;
}

}  // namespace inkan::daemon
