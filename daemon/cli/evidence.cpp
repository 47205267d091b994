#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "policy/types/digest.h"

namespace inkan::daemon::cli {
namespace {

constexpr std::chrono::milliseconds k_between_looks(300);

struct EvidenceOptions {
  std::string from, to, out;
  std::uint64_t tree_size = 0;  // 0: of a checkpoint that is signed now
};

nlohmann::json wait_until_ready(ApiClient& client, nlohmann::json pack) {
  const auto id = text_at(pack, "id");
  while (text_at(pack, "status") == "preparing") {
    std::this_thread::sleep_for(k_between_looks);
    pack = client.get("/v1/evidence/" + id).body;
  }
  if (text_at(pack, "status") != "ready")
    throw Failure(Exit::unavailable, "the pack " + id + " could not be made: " + text_at(pack, "why"),
                  "once that is mended, the same command orders it again");
  return pack;
}

policy::Sha256 hash_of_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  policy::Sha256Stream hash;
  char part[65536];
  while (in.read(part, sizeof part), in.gcount() > 0)
    hash.update(policy::as_bytes({part, static_cast<std::size_t>(in.gcount())}));
  return hash.finish();
}

// Whole or not at all: whoever finds the file has the pack.
void fetch_archive(ApiClient& client, const nlohmann::json& pack, const std::filesystem::path& file) {
  const auto part = std::filesystem::path(file).concat(".part");
  {
    std::ofstream out(part, std::ios::binary | std::ios::trunc);
    if (!out) throw Failure(Exit::usage, part.string() + " cannot be written", "name another file by --out");
    client.download(text_at(pack, "archive"), out);
    if (!out.flush()) throw Failure(Exit::usage, part.string() + " cannot be written", "is the disk full?");
  }
  if (hash_of_file(part).hex() != text_at(pack, "sha256")) {
    std::filesystem::remove(part);
    throw Failure(Exit::unavailable, "the archive arrived damaged", "run the same command again");
  }
  std::filesystem::rename(part, file);
}

Exit evidence(Context& context, EvidenceOptions& options) {
  context.resolve();
  ApiClient client(context);
  nlohmann::json order{{"from", options.from}, {"to", options.to}};
  if (options.tree_size) order["tree_size"] = options.tree_size;
  const auto pack = wait_until_ready(client, client.post("/v1/evidence", order, {}).body);
  const std::string file = options.out.empty() ? text_at(pack, "id") + ".tar" : options.out;
  fetch_archive(client, pack, file);
  write_file(file + ".note", client.fetch(text_at(pack, "signature")));
  if (context.json)
    print_json(pack);
  else
    print_fields(std::cout, {{"pack", file},
                             {"signature", file + ".note"},
                             {"sha256", text_at(pack, "sha256")},
                             {"tree size", text_at(pack, "tree_size")},
                             {"check it", "inkan-verify pack " + file + " --verifier-key KEY"}});
  return Exit::ok;
}

}  // namespace

void add_evidence(CLI::App& app, Context& context) {
  auto options = std::make_shared<EvidenceOptions>();
  CLI::App* command = app.add_subcommand(
      "evidence", "Get the evidence pack of a period: one signed archive that is judged offline");
  command->add_option("--from", options->from, "RFC 3339 time it begins at, e.g. 2026-11-01T00:00:00+09:00")
      ->required();
  command->add_option("--to", options->to, "RFC 3339 time before which it ends; must be past")->required();
  command->add_option("--tree-size", options->tree_size,
                      "Prove it against the checkpoint of this size: the same pack as then, octet for octet");
  command->add_option("--out", options->out,
                      "File for the archive (else <id>.tar); <out>.note is its signature");
  command->callback([options, &context] { context.exit = evidence(context, *options); });
}

}  // namespace inkan::daemon::cli
