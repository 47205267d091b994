// The certificates and keys that the portal reads from disk at its start, in PEM.
#pragma once

#include <filesystem>
#include <string>

#include "api/http/tls_identity.h"

namespace inkan::api::portal {

// All throw Error{config} with the file and the mend.
std::vector<policy::Bytes> read_certificates(const std::filesystem::path& file);

// The chain and its key, without trust anchors. Refused: a key that others than owner and group may read, one
// with a passphrase, and one that is not the first certificate's.
TlsIdentity read_identity(const std::filesystem::path& certificate, const std::filesystem::path& key);

}  // namespace inkan::api::portal
