#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <set>

#include "daemon/verify/commands.h"
#include "daemon/verify/files.h"
#include "daemon/verify/given_files.h"
#include "daemon/verify/report.h"
#include "policy/log/log_audit.h"

namespace inkan::daemon::verify {
namespace {

constexpr std::size_t k_max_kept_note = 64 * 1024;

struct LogOptions {
  std::filesystem::path folder, save;
  std::string key;
  std::vector<std::filesystem::path> known, given;
  WitnessOptions witnesses;
  bool json = false;
};

// What was kept of earlier times; a file that is to be overwritten is one of them.
std::set<std::filesystem::path> kept_files(const LogOptions& options) {
  std::set<std::filesystem::path> files(options.known.begin(), options.known.end());
  if (!options.save.empty() && std::filesystem::exists(options.save)) files.insert(options.save);
  return files;
}

void show_progress(std::uint64_t read, std::uint64_t size) {
  constexpr std::uint64_t k_step = 64 * policy::Tile::k_width;
  if (read % k_step == 0 || (read == size && size >= k_step))
    std::cerr << "\rread " << read << " of " << size << " leaves" << (read == size ? "\n" : "") << std::flush;
}

Exit judge(const LogOptions& options) {
  const auto verifier = policy::parse_verifier_key(options.key);
  LogDirectory folder(options.folder);
  policy::GivenObjects given = read_given(options.given);
  const std::string note = folder.checkpoint();
  const auto head = verifier.open(note);
  const auto witnesses = look_for_witnesses(options.witnesses, note);
  if (!head) return print_unsigned(options.folder / "checkpoint", verifier, options.json);
  policy::LogAudit audit(
      *head, [&](const policy::TilePath& path) { return folder.read(path); }, given);
  for (const auto& file : kept_files(options)) {
    const auto kept = verifier.open(read_file(file, k_max_kept_note));
    if (!kept) return print_unsigned(file, verifier, options.json);
    audit.expect_kept(*kept, file.string());
  }
  const bool watched = isatty(STDERR_FILENO) == 1;
  audit.run([&](std::uint64_t read) {
    if (watched) show_progress(read, head->size);
  });
  const Exit verdict = print_report(audit, given, verifier, witnesses, options.json);
  if (verdict == Exit::good && !options.save.empty()) replace_file(options.save, note);
  return verdict;
}

}  // namespace

void add_log(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<LogOptions>();
  CLI::App* command = app.add_subcommand(
      "log", "Judge a whole ledger: every leaf and tile under its checkpoint, and what the leaves tell");
  command->add_option("folder", options->folder, "The ledger's files, as `inkan ledger fetch` brings them")
      ->required();
  command
      ->add_option("--verifier-key", options->key,
                   "The ledger's verifier key as you know it, <origin>+<id>+<base64>")
      ->required();
  command->add_option(
      "--known-checkpoint", options->known,
      "A checkpoint kept from an earlier time; the ledger must still contain it (may be given again)");
  command->add_option(
      "--save-checkpoint", options->save,
      "Keep the checkpoint in this file if all is good; the ledger must contain the one it holds");
  command->add_option("--certificates", options->given,
                      "Certificates and CRLs, files or folders, each of which must be in the ledger");
  add_witness_options(*command, options->witnesses);
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->callback([options, &exit] { exit = judge(*options); });
}

}  // namespace inkan::daemon::verify
