// The operator's file, read strictly: every key known, every value in range, every error with its place and
// its mend.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/http/limits.h"
#include "daemon/authority/crl_publisher.h"
#include "pkcs11/token.h"

namespace inkan::daemon {

struct TokenSettings {
  pkcs11::TokenConfig token;
  std::filesystem::path pin_file;  // or
  std::string pin_credential;      // the name of a systemd credential (LoadCredential=)
};

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

struct Config {
  std::filesystem::path file;
  std::filesystem::path state_dir;  // the database and the checkpoint
  std::string node;
  Endpoint api, public_reads;
  std::string base_url;  // of the public listener, as certificates name it
  api::Limits limits;
  api::Deadlines deadlines;
  std::vector<TokenSettings> tokens;
  std::string ledger_origin;
  CrlSchedule crl;
  std::vector<std::filesystem::path> blocked_keys;  // files of SPKI hashes
  std::vector<std::filesystem::path> profiles;      // TOML files beside the built-in ones
  std::string sha256;                               // of the file

  std::filesystem::path database() const { return state_dir / "inkan.db"; }
  std::filesystem::path checkpoint() const { return state_dir / "checkpoint"; }
  std::filesystem::path lock() const { return state_dir / "lock"; }

  // Relative paths are relative to the file. Throws Error{config}.
  static Config load(const std::filesystem::path& file);
};

// Built-in profiles and those of the configuration; the operator's blocked keys and the published ones.
policy::ProfileSet load_profiles(const Config& config);
policy::KeyBlocklist load_blocklist(const Config& config);

}  // namespace inkan::daemon
