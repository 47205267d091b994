#include "daemon/backup/drill.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/atomic_file.h"
#include "daemon/authority/open_authorities.h"
#include "daemon/backup/key_judge.h"
#include "daemon/backup/store_judge.h"
#include "daemon/backup/stored_log.h"
#include "daemon/ledger/reconcile.h"
#include "daemon/store/schema.h"
#include "policy/log/log_audit.h"

namespace inkan::daemon {

namespace fs = std::filesystem;

namespace {

constexpr const char* k_another_backup =
    "take another backup: this one is not what `inkan backup` wrote, or its medium failed";
constexpr const char* k_call_auditor =
    "trust neither this backup nor whoever could write to it: call the auditor, and take another backup";

std::string leaves_text(std::uint64_t count) {
  return std::to_string(count) + (count == 1 ? " leaf" : " leaves");
}

// One drill. Its steps in the order of run(); what one finds the later ones use.
class Drill {
 public:
  Drill(const DrillOrder& order, fs::path work) : order_(order), work_(std::move(work)) {}

  DrillReport run() {
    tell("copying the backup");
    if (!say().judge("files", k_another_backup, [&] { return unpack(); }) && report_.members.empty())
      return std::move(report_);
    if (!say().judge("schema", "use the `inkan` of the version that made the backup, or a later one",
                     [&] { return open(); }))
      return std::move(report_);
    say().judge("checkpoint", k_another_backup, [&] { return checkpoint(); });
    say().judge("config", "give the --config of this authority; what the backup has is in its folder config/",
                [&] { return config(); });
    tell("reading the log");
    judge_log();
    tell("reconciling");
    say().judge("rows", k_call_auditor, [&] { return rows(); });
    say().judge("accounts", k_call_auditor, [&] { return judge_accounts(database()); });
    say().judge("clock",
                "set this machine's clock, or its time zone data, right; if it is right, the backup was made "
                "by one whose clock was not",
                [&] { return clock(); });
    tell("asking the tokens");
    judge_keys(order_.config, order_.officers, *store_, say());
    return std::move(report_);
  }

 private:
  Judgements& say() { return report_.judgements; }
  void tell(const std::string& what) const {
    if (order_.tell) order_.tell(what);
  }
  Database& database() { return *database_; }

  std::string unpack() {
    const auto list = read_file(order_.backup / k_backup_list);
    if (!list)
      fault((order_.backup / k_backup_list).string() + " is not there: " + order_.backup.string() +
            " is no backup, or was not finished");
    const auto members = parse_list(*list);
    policy::Faults faults;
    for (const auto& [name, sha256] : members) {
      report_.members.emplace(name, sha256);
      try {
        if (copy_hashed(order_.backup / name, work_ / name) != sha256)
          faults.add(name, "it was changed since it was written");
      } catch (const std::exception& unreadable) {
        faults.add(name, unreadable.what());
      }
    }
    for (const auto& name : files_below(order_.backup))
      if (name != k_backup_list && !members.contains(name))
        faults.add(name, "it is not in the list: it is not of this backup");
    refuse_any(faults);
    const auto about = nlohmann::json::parse(read_file(work_ / k_backup_about).value_or(""), nullptr, false);
    if (!about.is_object() || about.value("v", 0) != 1)
      fault(std::string(k_backup_about) + " is not of a version that this program knows");
    return std::to_string(members.size()) + " files are as they were written, at " + about.value("made", "?");
  }

  std::string open() {
    const auto file = work_ / k_backup_database;
    database_.emplace(file, Database::Mode::existing);
    const int version = schema_version(database());
    auto check = database().prepare("PRAGMA quick_check(1)");
    if (const bool row = check.step(); !row || check.text(0) != "ok")
      fault("the database is damaged: " + (row ? check.text(0) : std::string("no answer")));
    if (version == 0) fault("the database holds no store");
    migrate(database());
    judge_schema(database(), work_ / "schema.db");
    store_.emplace(file);
    if (store_->meta("setup") != "done") fault("the store is that of a set-up that was not finished");
    return "version " + std::to_string(version) +
           (version < k_schema_version ? ", brought forward in the copy" : "");
  }

  // The name of the log is under the signature, so the note's own word for it does; whether it is the right
  // one is the configuration's matter.
  std::string checkpoint() {
    const auto place = work_ / k_backup_ledger / "checkpoint";
    report_.checkpoint = read_file(place).value_or("");
    const auto origin = report_.checkpoint.substr(0, report_.checkpoint.find('\n'));
    for (const auto& key : store_->keys())
      if (key.purpose == policy::KeyPurpose::ledger) verifier_.emplace(origin, public_key_of(key));
    if (!verifier_) fault("the store knows no ledger key");
    const auto head = verifier_->open(report_.checkpoint);
    if (!head) fault("ledger/checkpoint is not signed by the ledger key of the store");
    head_ = *head;
    report_.covered = head->size;
    if (const auto newest = store_->newest_checkpoint(); newest && newest->head.size > head->size)
      fault("it covers " + leaves_text(head->size) + ", and the store holds one of " +
            std::to_string(newest->head.size));
    return verifier_->origin() + ", " + leaves_text(head->size) + ", signed by the store's ledger key";
  }

  std::string config() {
    const auto there = Config::load(work_ / k_backup_config);
    const auto& here = order_.config;
    if (const auto known = store_->meta("config_sha256"); there.sha256 != known)
      fault("config/inkand.toml has SHA-256 " + there.sha256 + ", the store was last run with " + known +
            ": it belongs to another store");
    if (verifier_ && here.ledger_origin != verifier_->origin())
      fault(here.file.string() + " is of the log \"" + here.ledger_origin + "\", the backup of \"" +
            verifier_->origin() + "\"");
    if (here.node != there.node)
      fault(here.file.string() + " names node \"" + here.node + "\", the backup is of \"" + there.node +
            "\"");
    for (const auto& key : store_->keys())
      if (std::none_of(here.tokens.begin(), here.tokens.end(),
                       [&](const auto& each) { return each.token.name == key.token; }))
        fault("key " + key.label + " lives on token \"" + key.token + "\", which " + here.file.string() +
              " does not name");
    return "node " + here.node + ", log " + here.ledger_origin + ", as the store was last run with";
  }

  void judge_log() {
    const auto kept = read_kept();
    std::set<std::uint64_t> sizes;
    if (head_) sizes.insert(head_->size);
    for (const auto& [file, head] : kept)
      if (head) sizes.insert(head->size);
    log_ = read_stored_log(database(), sizes);
    report_.leaves = log_.leaves;
    if (head_)
      say().judge("ledger", k_call_auditor, [&] { return ledger(); });
    else
      say().not_judged("ledger", "without a good checkpoint");
    say().judge("log", k_call_auditor, [&] { return log(); });
    for (const auto& [file, head] : kept)
      say().judge("kept checkpoint " + file.string(),
                  "take a newer backup. If there is none, see \"When leaves are lost\" in operations.md",
                  [&, &head = head] { return hold_kept(head); });
    say().judge("serial numbers", k_call_auditor, [&] {
      refuse_any(log_.serials);
      return std::to_string(log_.certificates) + " given out, each once";
    });
    say().judge("CRL numbers", k_call_auditor, [&] { return crl_numbers(); });
  }

  std::vector<std::pair<fs::path, std::optional<policy::TreeHead>>> read_kept() {
    std::vector<std::pair<fs::path, std::optional<policy::TreeHead>>> all;
    for (const auto& file : order_.kept) {
      const auto note = read_file(file);
      all.emplace_back(file, note && verifier_ ? verifier_->open(*note) : std::nullopt);
      const auto& head = all.back().second;
      if (head && (!report_.kept || head->size > report_.kept->size)) report_.kept = head;
    }
    return all;
  }

  // The files, as an auditor judges those that he fetched.
  std::string ledger() {
    std::string entries, tile;
    policy::GivenObjects none;
    policy::LogAudit audit(
        *head_,
        [&](const policy::TilePath& path) -> std::optional<policy::BytesView> {
          auto octets = read_file(work_ / k_backup_ledger / path.text());
          if (!octets) return std::nullopt;
          auto& into = path.entries ? entries : tile;
          into = std::move(*octets);
          return policy::as_bytes(into);
        },
        none);
    audit.run([](std::uint64_t) {});
    refuse_any(audit.faults());
    refuse_any(audit.story_faults());
    return leaves_text(audit.read()) + " and " + std::to_string(audit.tiles()) +
           " tiles stand under the checkpoint";
  }

  std::string log() {
    refuse_any(log_.faults);
    if (!head_) fault("there is no good checkpoint to hold it against");
    const auto root = log_.roots.find(head_->size);
    if (root == log_.roots.end())
      fault("the store has " + leaves_text(log_.leaves) + ", the checkpoint covers " +
            std::to_string(head_->size) + ": the log was cut");
    if (root->second != head_->root)
      fault("the store's first " + leaves_text(head_->size) + " are not those of the checkpoint");
    const auto whole = store_->right_edge(log_.leaves).head();
    report_.root = whole.root;
    return leaves_text(log_.leaves) + " in the store, " + std::to_string(log_.leaves - head_->size) +
           " of them newer than the checkpoint";
  }

  std::string hold_kept(const std::optional<policy::TreeHead>& head) const {
    if (!head) fault("it cannot be read, or is not signed by this log's key");
    if (head->size > log_.leaves) {
      const auto lost = head->size - log_.leaves;
      const std::string what = "it covers " + leaves_text(head->size) + ", the backup ends " +
                               std::to_string(lost) + " before it: an older store";
      if (lost != order_.accepted_loss) fault(what);
      return what + ", accepted";
    }
    const auto root = log_.roots.find(head->size);
    if (root == log_.roots.end() || root->second != head->root)
      fault("the backup's first " + leaves_text(head->size) + " are others: another log, or a forked one");
    return "its " + leaves_text(head->size) + " are the backup's first";
  }

  std::string crl_numbers() const {
    refuse_any(log_.crl_numbers);
    std::string text;
    for (const auto& [authority, number] : log_.numbers)
      text += (text.empty() ? "" : ", ") + authority + " " + std::to_string(number);
    return "they grow, and go on after " + (text.empty() ? "none" : text);
  }

  std::string rows() {
    const auto found = reconcile(database(), "", 0, [] { return true; });
    const auto& books = found.books;
    if (books.differences_found() > 0)
      fault(books.differences().front() +
            (books.differences_found() > 1
                 ? "; and " + std::to_string(books.differences_found() - 1) + " more"
                 : ""));
    return std::to_string(found.certificates.store) + " certificates, " +
           std::to_string(found.revocations.store) + " revocations, " + std::to_string(found.crls.store) +
           " CRLs and " + std::to_string(found.checkpoints.store) + " checkpoints are as the log tells";
  }

  std::string clock() const {
    if (log_.newest > order_.now + k_clock_tolerance)
      fault("leaf " + std::to_string(log_.newest_leaf) + " is of " + policy::to_rfc3339(log_.newest) +
            ", and this machine's clock says " + policy::to_rfc3339(order_.now));
    return "the newest leaf is of " + policy::to_rfc3339(log_.newest);
  }

  const DrillOrder& order_;
  const fs::path work_;
  DrillReport report_;
  std::optional<Database> database_;
  std::optional<Store> store_;
  std::optional<policy::NoteVerifier> verifier_;
  std::optional<policy::TreeHead> head_;  // of the checkpoint
  StoredLog log_;
};

}  // namespace

DrillReport drill(const DrillOrder& order, const fs::path& work) {
  return Drill(order, work).run();
}

}  // namespace inkan::daemon
