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

  static constexpr const char* k_algorithms = "P-256, P-384, P-521, Ed25519, RSA-3072 or RSA-4096";
  bool set_algorithm(const std::string& name);  // false: it is none of these
  static std::string algorithm_name(policy::KeyAlgorithm algorithm, int bits);
  // RFC 6960 §4.3: what every client verifies; the profile ocsp-responder takes no other.
  bool fits_ocsp() const;
  static constexpr const char* k_ocsp_algorithms = "P-256, P-384 or RSA";
  static constexpr const char* k_ocsp_name = "responders";  // of the one key, in its label
};

struct PlannedAuthority {
  std::string id;
  std::optional<std::string> issuer;  // nothing: a root
  std::string profile;
  PlannedKey key;
  policy::Name subject;

  static bool is_id(const std::string& text);  // 1 to 64 of a-z, 0-9 and -: it stands in URLs
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

// With it, the set-up takes the votes of its security officers: it is run by `inkan ceremony run` only.
struct PlannedCeremony {
  std::string name;
  int votes = 2;  // m; n is how many security officers the plan has
};

struct Plan {
  std::filesystem::path file;
  std::filesystem::path config;
  std::string sha256;  // of the file
  std::vector<PlannedAuthority> authorities;
  PlannedTls tls;
  PlannedKey ledger, evidence;
  std::optional<PlannedKey> ocsp;  // of the OCSP responders of all authorities; nothing: there are none
  std::vector<PlannedKey> probes;
  std::vector<PlannedIdentity> identities;
  std::optional<PlannedCeremony> ceremony;

  int officers() const;
  // Strict; relative paths are relative to the file. Throws Error{config}.
  static Plan load(const std::filesystem::path& file);
};

}  // namespace inkan::daemon
