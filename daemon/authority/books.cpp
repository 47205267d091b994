// The reconciliation as the port gives it: the ledger's arithmetic, the store's rows and the tokens'
// counters.
#include "daemon/authority/service.h"
#include "daemon/ledger/reconcile.h"
#include "daemon/store/key_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;
using policy::KeyPurpose;

// The command line waits a minute for an answer.
constexpr std::chrono::seconds k_reconcile_patience(50);

std::map<policy::KeyId, std::uint64_t> signatures_of(const Tokens& tokens) {
  std::map<policy::KeyId, std::uint64_t> made;
  for (const auto& [name, token] : tokens.all())
    for (const auto& count : token->signature_counts()) made[count.key] += count.signatures;
  return made;
}

// The others sign handshakes and probes, each time without an intent; with one, they prove a backup.
bool has_intents(KeyPurpose purpose) {
  return purpose != KeyPurpose::tls && purpose != KeyPurpose::probe;
}
bool proves_backups_only(const policy::KeyAccount& account) {
  return account.certificates + account.crls + account.requests + account.evidence + account.checkpoints == 0;
}

api::KeyReconciliation books_of(const pkcs11::KeyRecord& key, const policy::KeyAccount& account,
                                std::uint64_t signatures) {
  return {key.id.hex(),     std::string(policy::name(key.purpose)),
          key.token,        key.label,
          account.intents,  account.certificates,
          account.crls,     account.ocsp,
          account.canaries, account.requests,
          account.evidence, account.checkpoints,
          account.failed,   account.possible,
          account.open,     account.late,
          signatures,       account.run_intents + account.run_retries};
}

api::KeptCount count_of(const Kept& kept) {
  return {kept.store, kept.leaves};
}

}  // namespace

api::ReconciliationRecord Service::reconcile() {
  const std::unique_lock alone(reconciling_, std::try_to_lock);
  if (!alone) throw Error(ErrorCode::unavailable, "another call is reconciling");
  // The counters first: what is signed after this has its intent in the snapshot, or is not counted.
  auto made = signatures_of(core_.tokens);
  const auto end = std::chrono::steady_clock::now() + k_reconcile_patience;
  const auto& run = core_.writer->origin().boot_id;
  auto found = core_.store.read([&](Database& database) {
    return daemon::reconcile(database, run, core_.checkpoints_before(),
                             [&] { return !stopping_ && std::chrono::steady_clock::now() < end; });
  });

  api::ReconciliationRecord record;
  auto accounts = found.books.accounts();
  for (const auto& each : core_.store.read([](Database& database) { return KeyRow::all(database); })) {
    const auto& key = each.record;
    if (!has_intents(key.purpose)) {
      record.apart.push_back({key.id.hex(), std::string(policy::name(key.purpose)), key.label, made[key.id]});
      if (proves_backups_only(accounts[key.id.hex()])) accounts.erase(key.id.hex());
      continue;
    }
    found.books.signatures(key.id.hex(), made[key.id]);
    record.keys.push_back(books_of(key, accounts[key.id.hex()], made[key.id]));
    accounts.erase(key.id.hex());
  }
  for (const auto& [id, account] : accounts)
    found.books.differ("key " + id + " has intents, and is no signing key that the store knows");
  record.leaves = found.books.leaves();
  record.run = run;
  record.certificates = count_of(found.certificates);
  record.revocations = count_of(found.revocations);
  record.crls = count_of(found.crls);
  record.checkpoints = count_of(found.checkpoints);
  record.differences_found = found.books.differences_found();
  record.differences = found.books.differences();
  return record;
}

}  // namespace inkan::daemon
