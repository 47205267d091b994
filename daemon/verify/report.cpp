#include "daemon/verify/report.h"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>

namespace inkan::daemon::verify {
namespace {

using nlohmann::ordered_json;

ordered_json faults_of(const policy::LogAudit& audit, const WitnessFindings& witnesses) {
  auto all = ordered_json::array();
  if (witnesses.fault) all.push_back({{"place", "the checkpoint"}, {"what", *witnesses.fault}});
  for (const auto* faults : {&audit.faults(), &audit.story_faults()})
    for (const auto& fault : faults->kept()) all.push_back({{"place", fault.place}, {"what", fault.what}});
  return all;
}

ordered_json signatures_of(const policy::Story& story) {
  const auto& counts = story.signings().counts();
  auto open = ordered_json::array();
  for (const auto& [intent, what] : story.signings().open())
    open.push_back({{"intent", intent}, {"what", what}});
  return {{"certificates", counts.certificates},
          {"crls", counts.crls},
          {"ocsp_responses", counts.ocsp},
          {"canaries", counts.canaries},
          {"requests", counts.requests},
          {"failed", counts.failed},
          {"possibly_signed", counts.possible},
          {"late", counts.late},
          {"open", open},
          {"revocations", counts.revocations},
          {"newest_crl", story.signings().crl_numbers()}};
}

ordered_json keys_of(const policy::Story& story) {
  auto all = ordered_json::array();
  for (const auto& [id, key] : story.keys().all())
    all.push_back({{"key_id", id.hex()},
                   {"purpose", key.purpose},
                   {"algorithm", key.algorithm},
                   {"born", key.born},
                   {"intents", key.intents},
                   {"signed", key.done},
                   {"failed", key.failed},
                   {"possibly_signed", key.possible},
                   {"late", key.late},
                   {"open", key.open}});
  return all;
}

ordered_json given_of(const policy::GivenObjects& given) {
  std::uint64_t found = 0, late = 0;
  for (const auto& [sha256, object] : given.all()) {
    found += object.found;
    late += object.late;
  }
  return {{"given", given.all().size()}, {"found", found}, {"signed_late", late}};
}

ordered_json witnesses_of(const WitnessFindings& witnesses) {
  auto all = ordered_json::array();
  for (const auto& each : witnesses.each)
    all.push_back(
        {{"name", each.name},
         {"seen_at", each.seen_at ? ordered_json(policy::to_rfc3339(*each.seen_at)) : ordered_json()}});
  return all;
}

bool all_good(const policy::LogAudit& audit, const WitnessFindings& witnesses) {
  return audit.good() && !witnesses.fault;
}

ordered_json report_of(const policy::LogAudit& audit, const policy::GivenObjects& given,
                       const policy::NoteVerifier& verifier, const WitnessFindings& witnesses) {
  const auto& story = audit.story();
  const auto& runs = story.runs();
  return {
      {"verdict", all_good(audit, witnesses) ? "good" : "bad"},
      {"faults", faults_of(audit, witnesses)},
      {"fault_count", audit.faults().count() + audit.story_faults().count() + (witnesses.fault ? 1 : 0)},
      {"verifier_key", verifier.verifier_key()},
      {"size", audit.newest().size},
      {"read", audit.read()},
      {"root", policy::to_base64(audit.newest().root.bytes())},
      {"kept_checkpoints", audit.kept()},
      {"witnesses", witnesses_of(witnesses)},
      {"bundles", audit.bundles()},
      {"tiles", audit.tiles()},
      {"from", runs.first_time()},
      {"to", runs.last_time()},
      {"runs", {{"count", runs.count()}, {"crashes", runs.crashes()}, {"stopped", runs.stopped()}}},
      {"signatures", signatures_of(story)},
      {"keys", keys_of(story)},
      {"approvals", {{"asked_for", story.approvals().asked()}, {"approved", story.approvals().approved()}}},
      {"types", story.types()},
      {"unknown", story.unknown()},
      {"certificates_and_crls", given_of(given)}};
}

void line(const std::string& name, const std::string& value) {
  std::cout << "  " << std::left << std::setw(18) << name << value << '\n';
}

std::string number(const ordered_json& value) {
  return std::to_string(value.get<std::uint64_t>());
}

void print_signatures(const ordered_json& signatures) {
  line("certificates",
       number(signatures["certificates"]) + " issued, " + number(signatures["revocations"]) + " revocations");
  std::string newest;
  for (const auto& [authority, crl] : signatures["newest_crl"].items())
    newest += (newest.empty() ? ", newest: " : ", ") + printable(authority) + " " + number(crl);
  line("CRLs", number(signatures["crls"]) + newest);
  line("OCSP responses", number(signatures["ocsp_responses"]));
  line("canaries", number(signatures["canaries"]));
  line("requests", number(signatures["requests"]));
  line("not signed", number(signatures["failed"]));
  line("possibly signed",
       number(signatures["possibly_signed"]) + ", of these late " + number(signatures["late"]));
  line("open", std::to_string(signatures["open"].size()) + " intents without an outcome yet");
  for (const auto& open : signatures["open"])
    line("", "intent " + number(open["intent"]) + ": " + printable(open["what"].get<std::string>()));
}

void print_keys(const ordered_json& keys) {
  std::cout << "keys: intents = signed + failed + possibly signed + open\n";
  for (const auto& key : keys)
    line(printable(key["purpose"].get<std::string>() + " " + key["key_id"].get<std::string>().substr(0, 8)),
         number(key["intents"]) + " = " + number(key["signed"]) + " + " + number(key["failed"]) + " + " +
             number(key["possibly_signed"]) + " + " + number(key["open"]) + "  (" +
             printable(key["algorithm"].get<std::string>()) + ", born in leaf " + number(key["born"]) + ")");
}

void print_counts(const std::string& title, const ordered_json& counts) {
  if (counts.empty()) return;
  std::cout << title << '\n';
  for (const auto& [name, count] : counts.items())
    std::cout << "  " << std::left << std::setw(24) << printable(name) << count << '\n';
}

void print_text(const ordered_json& report, const WitnessFindings& witnesses) {
  const std::uint64_t faults = report["fault_count"].get<std::uint64_t>();
  std::cout << (faults ? "BAD: this is not a whole and honest log; faults: " + std::to_string(faults)
                       : "GOOD: every leaf is the one that was signed, and what they tell holds together")
            << '\n';
  for (const auto& fault : report["faults"])
    std::cout << "FAULT " << fault["place"].get<std::string>() << ": " << fault["what"].get<std::string>()
              << '\n';
  if (faults > report["faults"].size())
    std::cout << "FAULT and " << faults - report["faults"].size() << " more\n";
  line("leaves", number(report["read"]) + " of " + number(report["size"]) + " under the checkpoint");
  line("root", report["root"].get<std::string>());
  line("verifier key", report["verifier_key"].get<std::string>());
  line("kept checkpoints", number(report["kept_checkpoints"]));
  for (const auto& each : witnesses.each) line("witness", words_of(each));
  line("files", number(report["bundles"]) + " bundles of entries, " + number(report["tiles"]) + " tiles");
  line("from", printable(report["from"].get<std::string>()));
  line("to", printable(report["to"].get<std::string>()));
  const auto& runs = report["runs"];
  line("runs", number(runs["count"]) + ", ended by a crash: " + number(runs["crashes"]) +
                   (runs["stopped"].get<bool>() ? ", the last one stopped" : ", the last one goes on"));
  print_signatures(report["signatures"]);
  line("approvals", number(report["approvals"]["asked_for"]) + " asked for, " +
                        number(report["approvals"]["approved"]) + " approved");
  const auto& given = report["certificates_and_crls"];
  if (given["given"] != 0)
    line("given", number(given["found"]) + " of " + number(given["given"]) +
                      " found, signed late: " + number(given["signed_late"]));
  print_keys(report["keys"]);
  print_counts("leaves by type", report["types"]);
  print_counts("not known to this program, kept and not judged", report["unknown"]);
}

}  // namespace

std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c >= 0x7f; }, '?');
  return text;
}

Exit print_report(const policy::LogAudit& audit, const policy::GivenObjects& given,
                  const policy::NoteVerifier& verifier, const WitnessFindings& witnesses, bool json) {
  const auto report = report_of(audit, given, verifier, witnesses);
  if (json) {
    std::cout << report.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  } else {
    print_text(report, witnesses);
  }
  return all_good(audit, witnesses) ? Exit::good : Exit::bad;
}

Exit print_unsigned(const std::filesystem::path& file, const policy::NoteVerifier& verifier, bool json) {
  const std::string what = "it is no checkpoint under " + verifier.verifier_key();
  if (json)
    std::cout << ordered_json{{"verdict", "bad"},
                              {"faults", {{{"place", file.string()}, {"what", what}}}},
                              {"fault_count", 1}}
                     .dump(2)
              << '\n';
  else
    std::cout
        << "BAD: nothing was read\nFAULT " << file.string() << ": " << what
        << "\n  if the key was changed on purpose, its change is a leaf; otherwise treat the log as forged\n";
  return Exit::bad;
}

}  // namespace inkan::daemon::verify
