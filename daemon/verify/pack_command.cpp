#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "daemon/verify/commands.h"
#include "daemon/verify/files.h"
#include "daemon/verify/report.h"
#include "policy/evidence/pack_judge.h"
#include "policy/evidence/statement.h"
#include "policy/log/verifier.h"
#include "policy/types/error.h"

namespace inkan::daemon::verify {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t k_max_signature = 64 * 1024;

struct PackOptions {
  std::filesystem::path file, signature;
  std::string key, evidence_key;
  bool json = false;
};

policy::Sha256 hash_of(const RandomFile& file) {
  policy::Sha256Stream hash;
  policy::Bytes part(1 << 18);
  for (std::uint64_t at = 0; at < file.size();) {
    const auto some = std::span(part).first(std::min<std::uint64_t>(part.size(), file.size() - at));
    file.read(at, some);
    hash.update(some);
    at += some.size();
  }
  return hash.finish();
}

// The detached signature against the pack, and its key against the one that the log saw born.
void judge_signature(const PackOptions& options, const std::string& note, const policy::NoteVerifier& ledger,
                     const policy::PackJudge& judge, const policy::Sha256& sha256, policy::Faults& faults) {
  const std::string place = options.signature.string();
  try {
    const auto signed_by = policy::open_statement(ledger.origin(), note);
    if (signed_by.pack != sha256)
      faults.add(place, "it is of another archive: the SHA-256 is not this one's");
    if (judge.contents() && signed_by.scope.id() != judge.contents()->scope.id())
      faults.add(place, "it is of another period or tree than the pack");
    if (!options.evidence_key.empty()) {
      if (signed_by.verifier.verifier_key() != options.evidence_key)
        faults.add(place, "its key is not the one given by --evidence-key");
    } else if (!judge.books().evidence_keys().contains(signed_by.verifier.key().spki_hash())) {
      faults.add(place,
                 "its key is none whose birth as an evidence key is in the pack; was the key changed "
                 "after this tree, then give the new one by --evidence-key");
    }
  } catch (const policy::Error& error) {
    faults.add(place, error.what());
  }
}

ordered_json pack_report_of(const policy::PackJudge& judge, const policy::Faults& faults,
                            const policy::Sha256& sha256) {
  ordered_json report{{"verdict", faults.count() ? "bad" : "good"},
                      {"faults", ordered_json::array()},
                      {"fault_count", faults.count()},
                      {"sha256", sha256.hex()}};
  for (const auto& fault : faults.kept())
    report["faults"].push_back({{"place", fault.place}, {"what", fault.what}});
  if (const auto& contents = judge.contents()) {
    report["origin"] = contents->origin;
    report["from"] = policy::to_rfc3339(contents->scope.from);
    report["to"] = policy::to_rfc3339(contents->scope.to);
    report["tree_size"] = contents->scope.tree.size;
    report["root"] = policy::to_base64(contents->scope.tree.root.bytes());
    report["leaves"] = {{"begin", contents->begin}, {"end", contents->end}};
    report["objects"] = judge.objects();
    report["nothing_later"] = judge.open_ended();
    report["books"] = ordered_json::parse(judge.books().reconcile_json());
  }
  return report;
}

void print_line(const char* name, const std::string& value) {
  std::cout << "  " << std::left << std::setw(18) << name << printable(value) << '\n';
}

void print_pack_text(const ordered_json& report) {
  const auto faults = report["fault_count"].get<std::uint64_t>();
  std::cout << (faults
                    ? "BAD: this pack is not what it says; faults: " + std::to_string(faults)
                    : "GOOD: these are the leaves of the period, all of them, and what they tell of is here")
            << '\n';
  for (const auto& fault : report["faults"])
    std::cout << "FAULT " << printable(fault["place"].get<std::string>()) << ": "
              << printable(fault["what"].get<std::string>()) << '\n';
  if (faults > report["faults"].size())
    std::cout << "FAULT and " << faults - report["faults"].size() << " more\n";
  print_line("sha256", report["sha256"].get<std::string>());
  if (!report.contains("origin")) return;
  print_line("log", report["origin"].get<std::string>());
  print_line("period", report["from"].get<std::string>() + " to " + report["to"].get<std::string>());
  print_line("leaves", report["leaves"]["begin"].dump() + " to before " + report["leaves"]["end"].dump() +
                           ", of a tree of " + report["tree_size"].dump());
  print_line("objects", report["objects"].dump() + " certificates and CRLs");
  if (report["nothing_later"].get<bool>())
    print_line("note", "nothing in the tree is later than the period: a later pack or tree shows its end");
  std::cout << "keys: carried in + intents = signed + failed + possibly signed + carried out\n";
  for (const auto& key : report["books"]["keys"]) {
    const auto number = [&](const char* name) { return key[name].get<std::uint64_t>(); };
    print_line(
        (key["purpose"].get<std::string>() + " " + key["key_id"].get<std::string>().substr(0, 8)).c_str(),
        std::to_string(number("carried_in")) + " + " + std::to_string(number("intents")) + " = " +
            std::to_string(number("certificates") + number("crls") + number("ocsp") + number("canaries") +
                           number("requests") + number("evidence")) +
            " + " + std::to_string(number("failed")) + " + " + std::to_string(number("possibly_signed")) +
            " + " + std::to_string(number("carried_out")));
  }
}

Exit judge_pack(PackOptions options) {
  const auto ledger = policy::parse_verifier_key(options.key);
  if (options.signature.empty()) options.signature = options.file.string() + ".note";
  const auto note = read_file(options.signature, k_max_signature);
  const RandomFile file(options.file);
  policy::PackJudge judge(ledger, file.size(), [&](std::uint64_t offset, std::span<std::uint8_t> into) {
    file.read(offset, into);
  });
  judge.run([](std::uint64_t) {});
  policy::Faults faults = judge.faults();
  const auto sha256 = hash_of(file);
  judge_signature(options, note, ledger, judge, sha256, faults);
  const auto report = pack_report_of(judge, faults, sha256);
  if (options.json)
    std::cout << report.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  else
    print_pack_text(report);
  return faults.count() ? Exit::bad : Exit::good;
}

}  // namespace

void add_pack(CLI::App& app, Exit& exit) {
  auto options = std::make_shared<PackOptions>();
  CLI::App* command = app.add_subcommand(
      "pack", "Judge an evidence pack: that its leaves are the period's, and that all they tell of is there");
  command->add_option("file", options->file, "The archive, as `inkan evidence` brings it")->required();
  command->add_option("--verifier-key", options->key, "The ledger's verifier key as you know it")->required();
  command->add_option("--signature", options->signature, "Its detached signature (else FILE.note)");
  command->add_option("--evidence-key", options->evidence_key,
                      "The evidence key's verifier key, where its birth is not in the pack");
  command->add_flag("--json", options->json, "Print the report as JSON");
  command->callback([options, &exit] { exit = judge_pack(*options); });
}

}  // namespace inkan::daemon::verify
