// What a set-up is made from, read once: the plan, the configuration it names, the requests of its
// identities. What was judged, and voted on, is what is used.
#pragma once

#include <map>
#include <string>

#include "daemon/config.h"
#include "daemon/setup/plan.h"
#include "policy/dual_control/ceremony.h"
#include "policy/types/digest.h"
#include "policy/x509/certification_request.h"

namespace inkan::daemon {

struct Papers {
  Plan plan;
  Config config;
  std::map<std::string, std::string> requests;  // PKCS#10 text by identity; none where it could not be read

  static Papers load(const std::filesystem::path& plan);  // throws Error{config}

  // Throws Error{config} naming the file, if it is not there or no good request.
  policy::CertificationRequest request_of(const PlannedIdentity& identity) const;
  // The security officers of the plan, with the keys of their requests. Throws as request_of().
  std::vector<policy::CeremonyOfficer> officers() const;
  // Plan, configuration, requests, profiles and lists of blocked keys: a line "<SHA-256>  <file>" each, as
  // `sha256sum -c` reads them in the plan's folder. The officers' votes are on the SHA-256 of this. Throws
  // Error{config} if one of them cannot be read.
  std::string file_list() const;
};

}  // namespace inkan::daemon
