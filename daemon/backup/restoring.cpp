#include "daemon/backup/restoring.h"

#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "daemon/atomic_file.h"
#include "daemon/backup/backup_folder.h"
#include "daemon/fault_point.h"
#include "daemon/store/schema.h"
#include "policy/log/event_type.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace fs = std::filesystem;
using nlohmann::json;
using policy::Error;
using policy::ErrorCode;

namespace {

constexpr const char* k_restored = "restored";  // of meta: what the first start has to tell

// More CRLs than an authority can sign in a second, each of which takes two durable transactions and a
// signature.
constexpr std::int64_t k_crls_a_second = 1000;

void take_empty(const fs::path& state_dir) {
  std::error_code failed;
  fs::create_directory(state_dir, failed);
  if (failed) throw Error(ErrorCode::store, state_dir.string() + " cannot be made: " + failed.message());
  if (!fs::is_empty(state_dir))
    throw Error(ErrorCode::store, state_dir.string() +
                                      " is not empty: a restore never replaces a store. Move what is there "
                                      "away, and keep it for the auditor");
  fs::permissions(state_dir, fs::perms::owner_all);
}

void copy_judged(const fs::path& backup, const BackupMembers& judged, const std::string& name,
                 const fs::path& to) {
  if (copy_hashed(backup / name, to) != judged.at(name))
    throw Error(ErrorCode::invalid_input,
                (backup / name).string() +
                    " was changed while it was restored: nothing can be said of this backup any more");
}

json told_of(const DrillReport& judged) {
  json told{{"leaves", judged.leaves},
            {"root", judged.root.value().hex()},
            {"covered", judged.covered},
            {"lost", judged.lost()}};
  told["kept_size"] = judged.kept.value().size;
  told["kept_root"] = judged.kept.value().root.hex();
  return told;
}

// As if by a version that did not know what its CRLs cover: the first start makes each of them anew.
void prepare(const fs::path& file, const DrillReport& judged) {
  Database database(file, Database::Mode::existing);
  migrate(database);
  database.execute("BEGIN IMMEDIATE");
  database.execute("UPDATE crls SET covers = 0");
  database.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)")
      .bind(k_restored)
      .bind(told_of(judged).dump())
      .run();
  database.execute("COMMIT");
}

// A restore by root is for the daemon's user, whose directory it was.
void give_to_owner(const fs::path& state_dir) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(state_dir.c_str(), &owner) != 0) return;
  for (const auto& each : fs::recursive_directory_iterator(state_dir))
    if (::lchown(each.path().c_str(), owner.st_uid, owner.st_gid) != 0)
      throw Error(ErrorCode::store,
                  each.path().string() + " cannot be given to the owner of " + state_dir.string());
}

}  // namespace

void restore(const fs::path& backup, const DrillReport& judged, const fs::path& state_dir) {
  take_empty(state_dir);
  const auto making = state_dir / "inkan.db.new";
  const std::string ledger = std::string(k_backup_ledger) + "/";
  // 1. All that a store is held against; 2. the store itself, marked; 3. its name.
  for (const auto& [name, sha256] : judged.members)
    if (name.starts_with(ledger)) copy_judged(backup, judged.members, name, state_dir / name);
  write_file_durably(state_dir / "checkpoint", judged.checkpoint);
  copy_judged(backup, judged.members, k_backup_database, making);
  prepare(making, judged);
  give_to_owner(state_dir);
  make_durable(state_dir);
  fault_point("restore.before-rename");
  put_in_place_durably(making, state_dir / k_backup_database);
}

void take_up_restored(Writing& w, const policy::Identity& job) {
  auto& database = w.database();
  std::string marked;
  {
    auto row = database.prepare("SELECT value FROM meta WHERE key = ?");
    row.bind(k_restored);
    if (!row.step()) return;
    marked = row.text(0);
  }
  policy::Event event{.type = policy::EventType::store_restore};
  event.detail = json::parse(marked);
  // RFC 5280 §5.2.3: none is used twice. What was published since the backup nobody here knows, but for how
  // long it may have gone on.
  auto last = database.prepare("SELECT leaf FROM leaves ORDER BY idx DESC LIMIT 1");
  const auto ended =
      last.step() ? policy::from_rfc3339(json::parse(last.text(0)).at("time").get<std::string>()) : w.time();
  const auto since =
      std::chrono::ceil<std::chrono::seconds>(std::max(w.time() - ended, policy::InstantMicros::duration{}))
          .count();
  database.prepare("UPDATE authorities SET crl_number = crl_number + ?")
      .bind(k_crls_a_second * (since + 1))
      .run();
  json& numbers = event.detail["crl_numbers"] = json::object();
  auto rows = database.prepare("SELECT id, crl_number FROM authorities");
  while (rows.step()) numbers[rows.text(0)] = rows.integer(1);
  database.execute("DELETE FROM sessions");
  database.prepare("DELETE FROM meta WHERE key = ?").bind(k_restored).run();
  w.append(event, job);
}

}  // namespace inkan::daemon
