#include "daemon/backup/backup_proving.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/store/key_rows.h"
#include "pkcs11/backup_signer.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr std::chrono::seconds k_signature_patience(30);

// Throws Error saying why the copy does not do.
void prove(Core& core, const pkcs11::KeyRecord& key, const std::shared_ptr<pkcs11::Token>& backup,
           const IntentLedger::BackupShown& shown) {
  auto copy = key;
  copy.token = backup->config().name;
  pkcs11::check_key(*backup, copy);
  policy::BackupProof::Nonce nonce;
  random_octets(nonce);
  auto recorded = core.ledger.record(
      policy::Engine::approve(policy::BackupProof(key.id, key.signature_algorithm, nonce)), key.label);
  const policy::LeafIndex intent = recorded.intent();
  const auto job = policy::Identity::system_job("key-keeper");
  pkcs11::BackupSigner signer(backup, copy);
  const auto done = core.unfinished.sign(signer, std::move(recorded),
                                         std::chrono::steady_clock::now() + k_signature_patience, job,
                                         "the copy of key " + key.label + " does not sign");
  core.unfinished.complete(intent, job, [&] { core.ledger.complete_backup(intent, shown, done.tries); });
}

// Each for itself: a token that is out must not keep the last leaves from the log. Throws the first failure.
void end_run(Core& core) {
  std::exception_ptr first;
  const auto act = [&](auto&& work) {
    try {
      work();
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  };
  act([&] { core.unfinished.settle(); });
  act([&] {
    core.writer->write([](Writing& w) {
      const auto job = policy::Identity::system_job("backup-proof");
      w.append({.type = policy::EventType::daemon_stop}, job);
      w.append({.type = policy::EventType::log_stop}, job);
    });
  });
  act([&] { core.checkpoints.publish(); });
  act([&] { core.tokens.close(); });
  if (first) std::rethrow_exception(first);
}

}  // namespace

bool BackupReport::proved() const {
  return !keys.empty() &&
         std::all_of(keys.begin(), keys.end(), [](const auto& key) { return key.fault.empty(); });
}

BackupReport prove_backup(Core& core, const std::string& token,
                          const std::shared_ptr<pkcs11::Token>& backup) {
  const auto status = backup->status();
  BackupReport report{token, status.label, status.serial, {}};
  const auto rows = core.store.read([](Database& database) { return KeyRow::all(database); });
  for (const auto& row : rows) {
    const bool in_use = row.state == KeyState::pre_active || row.state == KeyState::active;
    if (row.record.token != token || !in_use) continue;
    const auto& key = row.record;
    const IntentLedger::BackupShown shown{key.id, key.label, token, status.label, status.serial};
    BackupKey told{key.id.hex(), key.label, std::string(policy::name(key.purpose)), ""};
    try {
      prove(core, key, backup, shown);
    } catch (const Error& error) {
      told.fault = error.what();
      core.ledger.backup_failed(shown, told.fault);
    }
    report.keys.push_back(std::move(told));
  }
  if (report.keys.empty())
    throw Error(ErrorCode::config, "no key of the store lives on token \"" + token +
                                       "\": give its name in the configuration, not its label");
  return report;
}

BackupReport prove_in_own_run(Core& core, const std::string& token,
                              const std::shared_ptr<pkcs11::Token>& backup) {
  BackupReport report;
  std::exception_ptr failure;
  try {
    core.key_keeper.make_canaries();
    report = prove_backup(core, token, backup);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  try {
    end_run(core);
  } catch (const std::exception&) {
    if (!failure) failure = std::current_exception();  // what came first says more
  }
  if (failure) std::rethrow_exception(failure);
  return report;
}

}  // namespace inkan::daemon
