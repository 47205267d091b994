// Copies the ledger's static files, for tools that judge them offline. Takes what is missing only.
#include "daemon/cli/ledger_fetch.h"

#include <filesystem>
#include <iostream>

#include "daemon/cli/api_client.h"
#include "daemon/cli/notes.h"
#include "daemon/cli/print.h"
#include "policy/log/tile_path.h"

namespace inkan::daemon::cli {
namespace {

using policy::Tile;
using policy::TilePath;

constexpr std::size_t k_max_note = 64 * 1024;

class Mirror {
 public:
  Mirror(ApiClient& client, const std::filesystem::path& folder) : client_(client), folder_(folder) {}

  void fetch(const TilePath& path) {
    const auto file = folder_ / path.text();
    std::error_code absent;
    if (std::filesystem::file_size(file, absent) > 0 && !absent) return;
    const auto octets = client_.fetch("/ledger/" + path.text());
    std::filesystem::create_directories(file.parent_path());
    // Whole or not at all: the next run must not take a part for the whole.
    const auto part = std::filesystem::path(file).concat(".part");
    write_file(part.string(), octets);
    std::filesystem::rename(part, file);
    ++fetched_;
  }
  std::uint64_t fetched() const { return fetched_; }

 private:
  ApiClient& client_;
  std::filesystem::path folder_;
  std::uint64_t fetched_ = 0;
};

void fetch_tree(Mirror& mirror, std::uint64_t size) {
  for (std::uint64_t index = 0; index < size / Tile::k_width; ++index) mirror.fetch({true, 0, index});
  for (unsigned level = 0; level < TilePath::k_most_levels; ++level)
    for (std::uint64_t index = 0; policy::tile_width(size, level, index) == Tile::k_width; ++index)
      mirror.fetch({false, level, index});
  for (const auto& path : policy::partial_tiles(size)) {
    mirror.fetch(path);
    if (path.level == 0) mirror.fetch({true, 0, path.index, path.width});
  }
}

}  // namespace

Exit fetch_ledger(Context& context, const FetchOptions& options) {
  context.resolve();
  ApiClient client(context);
  // 1. The head, and the one of the run before: a log that shrank is not copied over a longer one.
  const auto head = client.get("/v1/ledger").body;
  const auto verifier = resolve_verifier(options.verifier_key, head);
  const std::string note = text_at(head, "checkpoint");
  const auto newest = open_note(verifier, note, "the newest checkpoint");
  const std::filesystem::path folder(options.to), checkpoint = folder / "checkpoint";
  if (std::filesystem::exists(checkpoint)) {
    const auto kept = open_note(verifier, read_file(checkpoint.string(), k_max_note), checkpoint.string());
    if (kept.size > newest.size)
      throw Failure(Exit::refused,
                    checkpoint.string() + " covers " + std::to_string(kept.size) +
                        " leaves, the server's newest only " + std::to_string(newest.size),
                    "the log was rolled back, or an old one is shown: keep the folder and tell its operator");
  }
  // 2. Everything that this head stands on, and then the head itself.
  Mirror mirror(client, folder);
  std::filesystem::create_directories(folder);
  fetch_tree(mirror, newest.size);
  write_file(checkpoint.string(), note);
  if (context.json)
    print_json({{"size", newest.size}, {"fetched", mirror.fetched()}, {"folder", options.to}});
  else
    print_fields(std::cout, {{"leaves", std::to_string(newest.size)},
                             {"files fetched", std::to_string(mirror.fetched())},
                             {"folder", options.to}});
  return Exit::ok;
}

}  // namespace inkan::daemon::cli
