// The operator's file, read strictly: every key known, every value in range, every error with its place and
// its mend.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "api/http/limits.h"
#include "api/page/staff_page.h"
#include "daemon/approvals/approval_rules.h"
#include "daemon/authority/crl_publisher.h"
#include "daemon/mail/mail_sender.h"
#include "daemon/ocsp/ocsp_settings.h"
#include "daemon/subscribers/settings.h"
#include "daemon/witness/http.h"
#include "pkcs11/token.h"
#include "policy/log/cosignature.h"

namespace inkan::daemon {

struct TokenSettings {
  pkcs11::TokenConfig token;
  std::string standby_for;  // the token with the same keys, for which this one may stand in; empty: for none
  // One of these says where the PIN comes from.
  std::filesystem::path pin_file;
  std::string pin_credential;           // the name of a systemd credential (LoadCredential=)
  bool pin_entry = false;               // officers enter it at each start
  std::chrono::seconds stuck_exit{10};  // hung for so long, it may end the process (LastResort); 0: never
};

// Who is asked to cosign each checkpoint (C2SP tlog-witness).
struct WitnessSettings {
  policy::CosignatureVerifier verifier;
  witness::HttpAddress address;  // the submission prefix
  std::filesystem::path ca;  // PEM, of https: what the witness's certificate chains to; empty: the system's
};

// The page of the bank's staff, which the API's listener serves.
struct StaffSettings {
  std::filesystem::path page;  // the built page: index.html and assets/
  std::string origin;          // what browsers call that listener
};

struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

struct Config {
  std::filesystem::path file;
  std::filesystem::path state_dir;  // the database, the checkpoint and the ledger's files
  std::string node;
  Endpoint api, public_reads;
  Endpoint metrics;      // no host: no such listener
  std::string base_url;  // of the public listener, as certificates name it
  api::Limits limits;
  api::Deadlines deadlines;
  std::vector<TokenSettings> tokens;
  std::string ledger_origin;
  std::vector<WitnessSettings> witnesses;
  CrlSchedule crl;
  OcspSettings ocsp;
  std::optional<SubscriberSettings> subscribers;  // nothing: this authority keeps none
  std::optional<MailSettings> mail;
  std::optional<StaffSettings> staff;  // nothing: no page
  ApprovalRules approval;
  int revoke_alone = 100;  // certificates in one call; a longer list takes officers' votes
  std::vector<std::filesystem::path> blocked_keys;  // files of SPKI hashes
  std::vector<std::filesystem::path> profiles;      // TOML files beside the built-in ones
  std::string document, sha256;                     // the file, and of it

  std::filesystem::path database() const { return state_dir / "inkan.db"; }
  std::filesystem::path checkpoint() const { return state_dir / "checkpoint"; }
  std::filesystem::path unlock_socket() const { return state_dir / "unlock.sock"; }
  std::filesystem::path ledger() const { return state_dir / "ledger"; }
  std::filesystem::path evidence() const { return state_dir / "evidence"; }
  std::filesystem::path lock() const { return state_dir / "lock"; }

  // Relative paths are relative to the file. Throws Error{config}.
  static Config load(const std::filesystem::path& file);
};

// Built-in profiles and those of the configuration's files; the operator's blocked keys, from files too,
// without and with the published ones. A set-up takes them over into the store; from then on they change by
// acts only.
policy::ProfileSet load_profiles(const Config& config);
policy::KeyBlocklist load_own_blocklist(const Config& config);
policy::KeyBlocklist load_blocklist(const Config& config);

// The page of [staff], from disk. Throws Error{config} if that is none.
std::optional<api::StaffPage> load_staff_page(const Config& config);

}  // namespace inkan::daemon
