// The plan of a set-up: which authorities, keys and first identities an empty store and empty tokens shall
// hold.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "policy/types/identity.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/general_name.h"
#include "policy/x509/name.h"

namespace inkan::daemon {

struct PlannedKey {
  std::string token;  // name in the configuration
  policy::KeyAlgorithm algorithm = policy::KeyAlgorithm::ec_p256;
  int rsa_bits = 0;  // RSA only
};

struct PlannedAuthority {
  std::string id;
  std::optional<std::string> issuer;  // nothing: a root
  std::string profile;
  PlannedKey key;
  policy::Name subject;
};

struct PlannedTls {
  PlannedKey key;
  std::string issuer;
  std::vector<policy::GeneralName> names;
};

struct PlannedIdentity {
  std::string id;
  policy::Role role;
  std::filesystem::path csr;          // its certificate is issued from this, under profile operator …
  std::filesystem::path certificate;  // … and written here, with its chain
};

struct Plan {
  std::filesystem::path file;
  std::filesystem::path config;
  std::string sha256;  // of the file
  std::vector<PlannedAuthority> authorities;
  PlannedTls tls;
  PlannedKey ledger;
  std::vector<PlannedKey> probes;
  std::vector<PlannedIdentity> identities;

  // Strict; relative paths are relative to the file. Throws Error{config}.
  static Plan load(const std::filesystem::path& file);
};

}  // namespace inkan::daemon
