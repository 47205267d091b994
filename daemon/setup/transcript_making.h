// The end of a ceremony that was voted on: its transcript, signed by the evidence key, and the papers that go
// with it.
#pragma once

#include <string>
#include <vector>

#include "daemon/core.h"
#include "daemon/setup/approved_ceremony.h"

namespace inkan::daemon {

struct CeremonyCertificate {
  std::string paper;  // "ca-root.pem"
  std::string of;     // "authority root"
  policy::Bytes der;
};

// Under a checkpoint that covers all steps. Then every paper is in the store. Throws Error{unavailable} if a
// token did not sign.
void make_transcript(Core& core, const ApprovedCeremony& ceremony,
                     const std::vector<CeremonyCertificate>& certificates);

// Writes every paper into the folder, which is made. Throws Error{config} if the store has none, or a file of
// such a name is there with other content.
void write_papers(Store& store, const std::filesystem::path& folder);

}  // namespace inkan::daemon
