// The leaf of one certificate's intent or outcome, before its details: whose it is, and under which profile.
#pragma once

#include "daemon/store/certificate_rows.h"
#include "policy/log/leaf.h"

namespace inkan::daemon {

inline policy::Event certificate_event(std::string type, const PendingCertificate& p) {
  policy::Event event{.type = std::move(type), .target = {"certificate", policy::to_hex(p.serial)}};
  event.request_id = p.request_id;
  event.trace_id = p.trace_id;
  event.profile = p.profile_name;
  event.profile_version = p.profile_version;
  event.profile_sha256 = p.profile_sha256;
  if (!p.ceremony_id.empty()) event.detail["ceremony_id"] = p.ceremony_id;
  return event;
}

}  // namespace inkan::daemon
