#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>
#include <thread>

#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/notes.h"
#include "daemon/cli/print.h"
#include "policy/log/verifier.h"

namespace inkan::daemon::cli {
namespace {

constexpr const char* k_verify_page = "1000";
constexpr const char* k_newest = "the newest checkpoint";
constexpr std::size_t k_max_note_file = 64 * 1024;
// A checkpoint follows its leaves within a second; three are patience enough.
constexpr std::chrono::milliseconds k_between_heads{200};
constexpr int k_looks = 15;

struct VerifyOptions {
  std::string verifier_key, known, save;
};

policy::Sha256 root_in(const nlohmann::json& head) {
  const auto octets = policy::from_base64(text_at(head, "root"));
  const auto root = octets ? policy::Sha256::from(*octets) : std::nullopt;
  if (!root) throw Failure(Exit::unavailable, "the ledger's head has no root of 32 octets in base64");
  return *root;
}

struct Note {
  std::string text;  // empty: there is none
  policy::TreeHead head{0, policy::empty_root()};
};

Note newest_note(const policy::NoteVerifier& verifier, const nlohmann::json& head) {
  Note note{text_at(head, "checkpoint")};
  if (!note.text.empty()) note.head = open_note(verifier, note.text, k_newest);
  return note;
}

// The checkpoints of earlier runs. What --save-checkpoint would overwrite is one of them.
void expect_kept(policy::LogVerifier& log, const policy::NoteVerifier& verifier,
                 const VerifyOptions& options) {
  std::set<std::string> files;
  if (!options.known.empty()) files.insert(options.known);
  if (!options.save.empty() && std::filesystem::exists(options.save)) files.insert(options.save);
  for (const auto& file : files)
    log.expect_kept(open_note(verifier, read_file(file, k_max_note_file), file), file);
}

void read_leaves(ApiClient& client, policy::LogVerifier& log, std::uint64_t size) {
  while (log.size() < size) {
    const auto from = std::to_string(log.size());
    const auto page = client.get("/v1/ledger/entries", {{"from", from}, {"limit", k_verify_page}}).body;
    const auto entries = page.value("items", nlohmann::json::array());
    if (entries.empty()) return;  // finish() says what is missing
    for (const auto& entry : entries) {
      if (log.size() == size) return;  // written since the head was read
      const auto leaf = policy::from_base64(text_at(entry, "octets"));
      if (!leaf) throw Failure(Exit::refused, "leaf " + from + " or one after it is not base64");
      log.append(entry.value("index", policy::LeafIndex{0}), *leaf);
    }
    std::cerr << "\rread " << log.size() << " of " << size << " leaves" << std::flush;
  }
  std::cerr << '\n';
}

// The newest checkpoint once it covers all leaves read, and the leaves up to it; the last one seen if none
// comes to cover them, which finish() calls a fault.
Note read_to_the_checkpoint(ApiClient& client, policy::LogVerifier& log, const policy::NoteVerifier& verifier,
                            Note note) {
  for (int look = 0; note.head.size < log.to_cover() && look < k_looks; ++look) {
    std::this_thread::sleep_for(k_between_heads);
    note = newest_note(verifier, client.get("/v1/ledger").body);
  }
  if (note.head.size > log.covered() && note.head.size >= log.size()) log.expect_newest(note.head, k_newest);
  read_leaves(client, log, note.head.size);
  return note;
}

Exit print_verdict(const Context& context, const policy::LogVerifier& log, const std::string& key) {
  const bool good = log.faults().empty();
  if (context.json) {
    print_json({{"verdict", good ? "good" : "bad"},
                {"size", log.size()},
                {"signed", log.covered()},
                {"root", policy::to_base64(log.head().root.bytes())},
                {"verifier_key", key},
                {"faults", log.faults()}});
  } else {
    print_fields(std::cout, {{"leaves", std::to_string(log.size())},
                             {"signed up to", std::to_string(log.covered()) + " of " +
                                                  std::to_string(log.size()) + " leaves"},
                             {"root", policy::to_base64(log.head().root.bytes())},
                             {"verifier key", key}});
    for (const auto& fault : log.faults()) std::cout << "FAULT: " << fault << '\n';
    std::cout << (good ? "GOOD: every leaf stands under the signed checkpoint\n"
                       : "BAD: this is not the log that was signed\n");
  }
  return good ? Exit::ok : Exit::refused;
}

Exit verify(Context& context, const VerifyOptions& options) {
  context.resolve();
  ApiClient client(context);
  // 1. The head first, then the leaves: what is written meanwhile lies beyond it.
  const auto head = client.get("/v1/ledger").body;
  const std::uint64_t size = head.value("size", std::uint64_t{0});
  // 2. The key. One given from outside binds the server; its own word only shows agreement with itself.
  const auto verifier = resolve_verifier(options.verifier_key, head);
  // 3. Every head that the leaves must agree with.
  policy::LogVerifier log;
  log.expect({size, root_in(head)}, "the stated head");
  Note note = newest_note(verifier, head);
  if (!note.text.empty()) log.expect_newest(note.head, k_newest);
  expect_kept(log, verifier, options);
  // 4. The leaves, until a signature covers them all, and the verdict.
  read_leaves(client, log, size);
  note = read_to_the_checkpoint(client, log, verifier, std::move(note));
  log.finish();
  const Exit verdict = print_verdict(context, log, verifier.verifier_key());
  // Good says that it is no smaller than the one it replaces.
  if (verdict == Exit::ok && !options.save.empty() && !note.text.empty()) write_file(options.save, note.text);
  return verdict;
}

}  // namespace

void add_verify(CLI::App& app, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Read the whole ledger, recompute its tree and hold it against the signed checkpoint");
  command->add_option("--verifier-key", options->verifier_key,
                      "The ledger's verifier key as you know it, <origin>+<id>+<base64>");
  command->add_option("--known-checkpoint", options->known,
                      "A checkpoint kept from an earlier run; the log must still contain it");
  command->add_option(
      "--save-checkpoint", options->save,
      "Keep the newest checkpoint in this file if all is good; the log must still contain the "
      "one it holds");
  command->callback([options, &context] { context.exit = verify(context, *options); });
}

}  // namespace inkan::daemon::cli
