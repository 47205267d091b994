// inkan ceremony: a set-up under dual control, in this process: checked, rehearsed, voted on, run, told.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "daemon/atomic_file.h"
#include "daemon/ceremony/folder.h"
#include "daemon/ceremony/officer_key.h"
#include "daemon/ceremony/plan_check.h"
#include "daemon/ceremony/rehearsal.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/cli/terminal_pins.h"
#include "daemon/clock.h"
#include "daemon/setup/setup.h"
#include "policy/types/error.h"

namespace inkan::daemon::cli {
namespace {

struct CeremonyOptions {
  std::string plan, officer, key, out, module = "/usr/lib/softhsm/libsofthsm2.so";
  std::vector<std::string> votes;
  bool refuse = false;
};

void say(const std::string& step) {
  std::cout << "  " << step << std::endl;
}

void demand_no_fault(const Papers& papers) {
  const auto faults = faults_in(papers);
  if (faults.empty()) return;
  std::string text = std::to_string(faults.size()) + (faults.size() == 1 ? " fault" : " faults") + " in " +
                     papers.plan.file.string() + " and what it names; nothing was touched";
  for (const auto& fault : faults) text += "\n  - " + fault;
  throw Failure(Exit::refused, text);
}

void print_hashes(const Papers& papers) {
  const auto list = papers.file_list();
  std::cout << "SHA-256 of its files:\n" << list;
  print_fields(std::cout, {{"of this list", policy::sha256(policy::as_bytes(list)).hex()}});
}

void check(const CeremonyOptions& options) {
  const auto papers = Papers::load(options.plan);
  demand_no_fault(papers);
  std::cout << in_words(papers);
  print_hashes(papers);
  std::cout << "No fault was found. Next: inkan ceremony rehearse " << options.plan << std::endl;
}

void play(const CeremonyOptions& options) {
  const auto papers = Papers::load(options.plan);
  demand_no_fault(papers);
  const auto transcript = rehearse(papers, options.module, say);
  std::cout << '\n'
            << transcript << "\nThe rehearsal came to its end, and nothing of it is left. Next: inkan "
            << "ceremony ask " << options.plan << std::endl;
}

void ask(const CeremonyOptions& options) {
  const auto papers = Papers::load(options.plan);
  const CeremonyFolder folder(papers.plan);
  demand_no_fault(papers);
  const auto request = folder.ask(papers, papers.config.approval.expires);
  print_fields(std::cout,
               {{"ceremony", request.id},
                {"votes needed", std::to_string(request.votes) + " of " + std::to_string(request.officers)},
                {"until", policy::to_rfc3339(request.expires)},
                {"plan SHA-256", request.plan_sha256.hex()}});
  std::cout << "Each officer signs one of his two documents, with the key of his request:\n";
  for (const auto& officer : papers.officers())
    print_fields(std::cout, {{officer.id, folder.document(officer.id, true).string() + " or .refuse, into " +
                                              folder.vote(officer.id).filename().string()}});
}

// What is signed is made here from the papers; a document that says something else is never read.
void vote(const CeremonyOptions& options) {
  const auto papers = Papers::load(options.plan);
  const CeremonyFolder folder(papers.plan);
  const auto request = folder.load(papers);
  const auto officers = papers.officers();
  const auto officer = std::find_if(officers.begin(), officers.end(),
                                    [&](const auto& each) { return each.id == options.officer; });
  if (officer == officers.end())
    throw Failure(Exit::usage, options.officer + " is no security officer of the plan");
  const auto file = folder.vote(officer->id);
  if (std::filesystem::exists(file))
    throw Failure(Exit::refused, file.string() + " is there: " + officer->id + " has voted",
                  "move it away, if it is not what you mean");
  if (options.key.empty()) throw Failure(Exit::usage, "--key is missing", "name the PEM file of your key");
  const auto key = OfficerKey::from_file(options.key);
  if (key.spki_hash() != officer->key)
    throw Failure(Exit::refused, options.key + " is not the key of " + officer->id + "'s request");
  std::cout << in_words(papers);
  print_hashes(papers);
  const auto signature = key.sign(request.ballot(officer->key, !options.refuse).document());
  write_file_durably(file, policy::as_text(signature));
  print_fields(std::cout, {{"you " + std::string(options.refuse ? "refuse" : "approve"), file.string()}});
}

std::vector<policy::GivenVote> votes_of(const CeremonyOptions& options, const CeremonyFolder& folder) {
  if (options.votes.empty()) return folder.votes();
  std::vector<policy::GivenVote> votes;
  for (const auto& file : options.votes) votes.push_back(read_vote(file));
  return votes;
}

void tell(const Papers& papers, const std::filesystem::path& folder) {
  Store store(papers.config.database());
  write_papers(store, folder);
  const auto text = daemon::read_file(folder / "transcript.txt").value_or("");
  print_fields(std::cout, {{"transcript", (folder / "transcript.txt").string()},
                           {"its SHA-256", policy::sha256(policy::as_bytes(text)).hex()}});
}

void perform(const CeremonyOptions& options) {
  auto papers = Papers::load(options.plan);
  const CeremonyFolder folder(papers.plan);
  // 1. Whatever can be refused is refused before anything is touched.
  demand_no_fault(papers);
  const auto request = folder.load(papers);
  auto officers = papers.officers();
  auto votes = policy::judge_votes(request, officers, votes_of(options, folder), now());
  if (const auto* denial = policy::denied(votes)) throw Failure(Exit::refused, denial->detail, denial->mend);
  ApprovedCeremony approved{ceremony_of(papers.plan).name,
                            request,
                            std::move(officers),
                            std::get<std::vector<policy::CountedVote>>(std::move(votes)),
                            papers.file_list(),
                            false,
                            [&folder] { folder.spend(); }};
  // 2. The set-up, whole or not at all.
  TerminalPins pins;
  Setup(papers, say, &pins, std::move(approved)).run();
  std::cout << "The authority is set up. Start it with: inkand --config " << papers.config.file.string()
            << std::endl;
  // 3. The transcript is in the store; a folder that cannot be written is no reason to undo it all.
  tell(papers, folder.transcript());
}

void transcript(const CeremonyOptions& options) {
  const auto papers = Papers::load(options.plan);
  const CeremonyFolder folder(papers.plan);
  if (!std::filesystem::exists(papers.config.database()))
    throw Failure(Exit::usage, "there is no store " + papers.config.database().string(),
                  "run the ceremony first, or give the plan of the one that was run");
  tell(papers, options.out.empty() ? folder.transcript() : std::filesystem::path(options.out));
}

}  // namespace

void add_ceremony(CLI::App& app, Context& context) {
  auto options = std::make_shared<CeremonyOptions>();
  CLI::App* group = app.add_subcommand("ceremony", "Set up a new authority from a plan, by officers' votes");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, void (*run)(const CeremonyOptions&)) {
    CLI::App* command = group->add_subcommand(name, what);
    command->add_option("plan", options->plan, "The plan, a TOML file with a [ceremony]")->required();
    command->callback([options, run, &context] {
      options->key = context.key;
      run(*options);
    });
    return command;
  };
  add("check", "Find what is wrong with a plan, and say in words what it will do", check);
  add("rehearse", "Try it out on throw-away tokens, up to a first certificate", play)
      ->add_option("--module", options->module, "SoftHSM's PKCS#11 module")
      ->capture_default_str();
  add("ask", "Write the documents that the officers sign, beside the plan", ask);
  CLI::App* voting = add("vote", "Sign your document with your own key, --key: that of your request", vote);
  voting->add_option("--officer", options->officer, "Your identity in the plan")->required();
  voting->add_flag("--refuse", options->refuse, "Refuse it");
  add("run", "Run it, on the votes beside the plan", perform)
      ->add_option("--vote", options->votes, "These files of votes instead, each a CMS signature in DER");
  add("transcript", "Write the transcript and all that judges it once more", transcript)
      ->add_option("--out", options->out, "The folder (else that of the run)");
}

}  // namespace inkan::daemon::cli
