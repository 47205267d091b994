#include "daemon/witness/witness_state.h"

#include <charconv>
#include <system_error>

#include "daemon/atomic_file.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon::witness {
namespace {

namespace fs = std::filesystem;
using policy::Error;
using policy::ErrorCode;

constexpr const char* k_newest = "checkpoint";
constexpr const char* k_history = "history";

void make_folder(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) throw Error(ErrorCode::store, folder.string() + " cannot be made: " + failed.message());
}

fs::path in_history(const fs::path& folder, std::uint64_t size) {
  return folder / k_history / std::to_string(size);
}

[[noreturn]] void refuse_state(const fs::path& file, const std::string& what) {
  throw Error(ErrorCode::ledger,
              file.string() + " " + what +
                  ". Nothing was cosigned. Put back the newest file that is good, of " +
                  (file.parent_path() / k_history).string() +
                  " or of a backup that is not older; never start without it: the witness would then "
                  "cosign a log that was rolled back");
}

std::optional<policy::TreeHead> open_by_any(const std::vector<policy::NoteVerifier>& logs,
                                            const std::string& origin, const std::string& note) {
  for (const auto& log : logs)
    if (log.origin() == origin)
      if (const auto head = log.open(note)) return head;
  return std::nullopt;
}

// 0: nothing was ever kept.
std::uint64_t largest_in_history(const fs::path& folder) {
  std::uint64_t largest = 0;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder / k_history, absent)) {
    const std::string name = entry.path().filename().string();
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), size);
    if (error == std::errc() && end == name.data() + name.size()) largest = std::max(largest, size);
  }
  return largest;
}

KeptCheckpoint load_state(const fs::path& folder, const std::string& origin,
                          const std::vector<policy::NoteVerifier>& logs) {
  const auto file = folder / k_newest;
  const std::uint64_t largest = largest_in_history(folder);
  const auto note = read_file(file);
  if (!note) {
    if (largest > 0) refuse_state(file, "is missing, though checkpoints were cosigned");
    return {};
  }
  const auto head = open_by_any(logs, origin, *note);
  if (!head)
    refuse_state(file, "is damaged, or not under a key given by --log for " + origin +
                           " (if the log's key was changed, give the old one too)");
  if (head->size < largest)
    refuse_state(file, "covers " + std::to_string(head->size) + " leaves, but " + std::to_string(largest) +
                           " were cosigned");
  // The power may have gone between the two files.
  if (head->size > largest) write_file_durably(in_history(folder, head->size), *note);
  return {*head, *note};
}

}  // namespace

WitnessState::WitnessState(fs::path folder, const std::vector<policy::NoteVerifier>& logs)
    : folder_(std::move(folder)) {
  make_folder(folder_);
  lock_.emplace(folder_ / "lock");
  for (const auto& log : logs) {
    const auto place = folder_ / folder_name(log.origin());
    make_folder(place / k_history);
    auto& known = logs_[log.origin()];
    const std::lock_guard lock(known.mutex);
    known.last = load_state(place, log.origin(), logs);
  }
}

std::string WitnessState::folder_name(const std::string& origin) {
  return policy::sha256(policy::as_bytes(origin)).hex();
}

WitnessState::Held WitnessState::hold(const std::string& origin) {
  auto& log = logs_.at(origin);
  return {log.mutex, log.last, folder_ / folder_name(origin)};
}

// The newest first: once it is there, no smaller tree is cosigned again, whatever happens next.
void WitnessState::Held::keep(KeptCheckpoint next) {
  fault_point("witness.before-keep");
  write_file_durably(folder_ / k_newest, next.note);
  last_ = std::move(next);
  fault_point("witness.after-keep");
  write_file_durably(in_history(folder_, last_.head.size), last_.note);
}

std::vector<std::string> newest_checkpoints(const fs::path& folder) {
  if (!fs::is_directory(folder)) throw Error(ErrorCode::store, folder.string() + " is not a folder");
  std::vector<std::string> notes;
  for (const auto& entry : fs::directory_iterator(folder))
    if (const auto note = entry.is_directory() ? read_file(entry.path() / k_newest) : std::nullopt)
      notes.push_back(*note);
  return notes;
}

}  // namespace inkan::daemon::witness
