#include "daemon/backup/backup_making.h"

#include <nlohmann/json.hpp>

#include "daemon/atomic_file.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/backup/backup_folder.h"
#include "daemon/backup/members.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "daemon/ledger/tile_files.h"
#include "daemon/store/schema.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace fs = std::filesystem;
using nlohmann::json;
using policy::Error;
using policy::ErrorCode;

namespace {

using Tell = std::function<void(const std::string&)>;

// The copy, and the ledger's files, which are no larger than it.
void require_room(const fs::path& database, const fs::path& folder, std::uint64_t reserve) {
  std::error_code absent;
  auto size = fs::file_size(database, absent);
  if (absent)
    throw Error(ErrorCode::store, "there is no database " + database.string() +
                                      ": give the --config of an authority that `inkan init` has set up");
  if (const auto log = fs::file_size(fs::path(database).concat("-wal"), absent); !absent) size += log;
  const auto room = fs::space(folder).available;
  if (room < 2 * size + reserve)
    throw Error(ErrorCode::store,
                folder.parent_path().string() + " has room for " + std::to_string(room >> 20) +
                    " MiB, and the backup may take " + std::to_string(2 * size >> 20) + " of which " +
                    std::to_string(reserve >> 20) + " must stay free: write it to another disk");
}

Tell each_second(const Tell& tell) {
  return [tell, last = std::chrono::steady_clock::now()](const std::string& what) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::seconds(1)) return;
    last = now;
    tell(what);
  };
}

void copy_database(const fs::path& from, const fs::path& to, const Tell& tell) {
  Database database(from, Database::Mode::read_only);
  const int schema = schema_version(database);
  if (schema > k_schema_version)
    throw Error(ErrorCode::store, "the database has schema " + std::to_string(schema) +
                                      ", this program knows " + std::to_string(k_schema_version) +
                                      ": use the `inkan` that came with its inkand");
  const auto progress = each_second(tell);
  database.copy_to(to, [&](int done, int all) {
    progress("copying the database: " +
             std::to_string(static_cast<std::int64_t>(done) * 100 / std::max(all, 1)) + " %");
  });
  fault_point("backup.copied");
}

policy::NoteVerifier verifier_of(Store& store, const std::string& origin) {
  for (const auto& key : store.keys())
    if (key.purpose == policy::KeyPurpose::ledger) return {origin, public_key_of(key)};
  throw Error(ErrorCode::store, "the store knows no ledger key");
}

// The newest at or below the copy's last leaf. The file is written before the database's row, and `file_note`
// was read before the copy was made, so its leaves are there.
StoredCheckpoint newest_checkpoint(Store& copy, const std::string& file_note,
                                   const policy::NoteVerifier& verifier) {
  auto stored = copy.newest_checkpoint();
  const auto head = verifier.open(file_note);
  if (head && (!stored || head->size > stored->head.size)) stored = StoredCheckpoint{*head, file_note};
  if (!stored)
    throw Error(ErrorCode::ledger, "the log has no checkpoint yet: start inkand once, then make a backup");
  return *stored;
}

// Files named outside the configuration's own folder get a number, so that no two of them meet.
std::string member_of(const fs::path& file, const fs::path& base, std::size_t number) {
  const auto inside = file.lexically_normal().lexically_relative(base);
  if (!inside.empty() && *inside.begin() != "..") return (fs::path("config") / inside).generic_string();
  return "config/outside/" + std::to_string(number) + "-" + file.filename().generic_string();
}

// What the configuration names by path and a start reads. PINs and passwords are named by path too, and stay
// out.
std::vector<fs::path> named_files(const Config& config) {
  std::vector<fs::path> files = config.profiles;
  files.insert(files.end(), config.blocked_keys.begin(), config.blocked_keys.end());
  for (const auto& witness : config.witnesses) files.push_back(witness.ca);
  if (config.subscribers) files.push_back(config.subscribers->file);
  if (config.mail) {
    files.push_back(config.mail->ca);
    if (!config.mail->templates.empty())
      for (const auto& each : fs::directory_iterator(config.mail->templates))
        if (each.is_regular_file()) files.push_back(each.path());
  }
  std::erase_if(files, [](const auto& file) { return file.empty(); });
  return files;
}

// Path to member.
json copy_config(const Config& config, Store& copy, const fs::path& folder, bool& changed) {
  const auto started_with = policy::Sha256::from_hex(copy.meta("config_sha256"));
  const auto kept = started_with ? copy.config_document(*started_with) : std::nullopt;
  changed = kept && *kept != config.document;
  fs::create_directories(folder / "config");
  write_file_durably(folder / k_backup_config, kept.value_or(config.document));
  json places = json::object();
  const auto base = fs::absolute(config.file).parent_path();
  for (const auto& file : named_files(config)) {
    const auto member = member_of(file, base, places.size() + 1);
    copy_hashed(file, folder / member);
    places[file.string()] = member;
  }
  return places;
}

void write_list(const fs::path& folder) {
  BackupMembers members;
  for (const auto& name : files_below(folder)) members.emplace(name, hash_file(folder / name));
  write_file_durably(folder / k_backup_list, to_list(members));
}

}  // namespace

BackupMade make_backup(const Config& config, const fs::path& folder, const Tell& tell,
                       std::uint64_t reserve) {
  FolderInMaking making(folder);
  require_room(config.database(), making.path(), reserve);
  // 1. The store as it is at one moment. The checkpoint's file first: no checkpoint covers leaves to come.
  const std::string file_note = read_file(config.checkpoint()).value_or("");
  copy_database(config.database(), making.path() / k_backup_database, tell);
  Store copy(making.path() / k_backup_database);
  if (copy.meta("setup") != "done")
    throw Error(ErrorCode::store, "the set-up of " + config.state_dir.string() +
                                      " is not finished: there is nothing to back up yet");
  // 2. The log under its newest checkpoint, made from the copy: what is missing or wrong there is found now.
  const auto checkpoint = newest_checkpoint(copy, file_note, verifier_of(copy, config.ledger_origin));
  const auto edge = copy.right_edge(checkpoint.head.size);
  if (edge.head() != checkpoint.head)
    throw Error(ErrorCode::ledger,
                "the log's first " + std::to_string(checkpoint.head.size) +
                    " leaves are not those of the checkpoint: nothing was written; call the auditor");
  tell("writing the log's files: " + std::to_string(checkpoint.head.size) + " leaves");
  TileFiles(copy, making.path() / k_backup_ledger).publish(edge, checkpoint.note);
  // 3. The configuration it runs with, and what that names.
  BackupMade made{folder, copy.size(), checkpoint.head, checkpoint.note};
  const auto places = copy_config(config, copy, making.path(), made.config_changed);
  const json about{{"v", 1},
                   {"made", policy::to_rfc3339(now())},
                   {"build", INKAN_VERSION},
                   {"node", config.node},
                   {"origin", config.ledger_origin},
                   {"leaves", made.leaves},
                   {"covered", made.head.size},
                   {"named_files", places}};
  write_file_durably(making.path() / k_backup_about, about.dump(2) + "\n");
  // 4. The list of it all, and its name.
  write_list(making.path());
  making.put_in_place();
  return made;
}

}  // namespace inkan::daemon
