#include "daemon/setup/key_making.h"

#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/store/key_rows.h"
#include "daemon/store/schema.h"
#include "daemon/store/store.h"
#include "daemon/tokens.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::KeyPurpose;

namespace {

struct Wanted {
  KeyPurpose purpose;
  std::string name;
  PlannedKey key;
};

std::vector<Wanted> wanted_keys(const Plan& plan) {
  std::vector<Wanted> all = {{KeyPurpose::ledger, "log", plan.ledger}};
  for (const auto& authority : plan.authorities) all.push_back({KeyPurpose::ca, authority.id, authority.key});
  all.push_back({KeyPurpose::evidence, "packs", plan.evidence});
  if (plan.ocsp) all.push_back({KeyPurpose::ocsp, PlannedKey::k_ocsp_name, *plan.ocsp});
  all.push_back({KeyPurpose::tls, "api", plan.tls.key});
  for (const auto& probe : plan.probes) all.push_back({KeyPurpose::probe, probe.token, probe});
  return all;
}

pkcs11::KeyRecord make_key(const Tokens& tokens, const Wanted& wanted) {
  std::array<std::uint8_t, 16> id;
  random_octets(id);
  return pkcs11::generate_key(
      *tokens.find(wanted.key.token), wanted.purpose, wanted.key.algorithm, wanted.key.rsa_bits,
      "inkan/" + std::string(policy::name(wanted.purpose)) + "/" + wanted.name, policy::KeyId(id));
}

// A key that nobody's log tells of, beside those of a new authority, could not be explained to an auditor.
void demand_empty(const Tokens& tokens) {
  for (const auto& [name, token] : tokens.all())
    if (const auto keys = pkcs11::list_keys(*token); !keys.empty())
      throw policy::Error(policy::ErrorCode::token,
                          "token " + name + " holds private keys already (\"" + keys.front().label +
                              "\" is one): a new authority begins on an empty token. Initialise another one "
                              "for it, or remove these keys if nobody needs them");
}

}  // namespace

std::vector<pkcs11::KeyRecord> make_setup_keys(const Plan& plan, const Config& config, PinEntry* officers,
                                               const std::string& ceremony_id,
                                               const ApprovedCeremony* approved,
                                               const std::function<void(const std::string&)>& progress) {
  Tokens tokens(config, officers);
  demand_empty(tokens);
  if (approved && approved->spend) approved->spend();
  std::vector<pkcs11::KeyRecord> keys;
  try {
    auto database = std::make_unique<Database>(config.database(), Database::Mode::create);
    migrate(*database);
    std::filesystem::permissions(config.database(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    LogWriter writer(std::move(database), {config.node, uuid_v4(), INKAN_VERSION}, {}, {}, {});
    if (approved) {
      progress("votes of " + std::to_string(approved->votes.size()) + " officers");
      record_votes(writer, *approved);
    }
    for (const auto& wanted : wanted_keys(plan)) {
      progress("key " + wanted.name + " (" + std::string(policy::name(wanted.purpose)) + ", " +
               std::string(policy::name(wanted.key.algorithm)) + ") in token " + wanted.key.token);
      keys.push_back(make_key(tokens, wanted));
      fault_point("setup.after-key");
      writer.write([&](Writing& w) {
        record_birth(w, keys.back(), KeyState::active, ceremony_id, policy::Identity::system_job("setup"));
      });
    }
  } catch (...) {
    destroy_keys(tokens, keys, progress);
    throw;
  }
  tokens.close();
  return keys;
}

void destroy_keys(const Tokens& tokens, const std::vector<pkcs11::KeyRecord>& keys,
                  const std::function<void(const std::string&)>& progress) {
  for (const auto& key : keys) {
    try {
      pkcs11::destroy_key(*tokens.find(key.token), key);
    } catch (const policy::Error& error) {
      progress("key " + key.label + " is left in its token: " + error.what());
    }
  }
}

}  // namespace inkan::daemon
