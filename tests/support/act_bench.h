// An authority on which acts are tried, again and again from the same state: what it looks like before and
// after, and whether anything about it is half done.
#pragma once

#include <functional>
#include <set>

#include "daemon/authority/issuing_switch.h"
#include "daemon/ledger/reconcile.h"
#include "daemon/store/profile_rows.h"
#include "tests/support/stored_story.h"
#include "tests/support/two_officers.h"

namespace inkan::tests {

class ActBench {
 public:
  ActBench() : officers_(fixture_) { fixture_.set_up(); }
  ~ActBench() { close(); }

  AuthorityFixture& fixture() { return fixture_; }
  daemon::Core& core() { return *core_; }
  daemon::Service& service() { return *service_; }
  TwoOfficers& officers() { return officers_; }
  const Shim& shim() const { return shim_; }

  // Runs, in this process.
  void open() {
    core_ = fixture_.open();
    service_ = std::make_unique<daemon::Service>(
        *core_, [] {}, [] {});
    officers_.work_for(*core_, *service_);
  }
  void close() {
    service_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }
  // What is on disk, store and tokens, while it is closed.
  void save() { copy(fixture_.folder(), saved()); }
  void restore() {
    close();
    copy(saved(), fixture_.folder());
  }

  // One line for each thing an act may change; what is gone for good has none.
  std::set<std::string> standing() {
    std::set<std::string> lines;
    core_->store.read([&](daemon::Database& database) {
      lines.insert(daemon::stopped_issuing(database) ? "issuing is stopped" : "issuing goes on");
      lines.insert(daemon::issuing_authority(database) + " issues");
      for (const auto& row : daemon::AuthorityRow::all(database))
        if (row.state != daemon::AuthorityState::undone)
          lines.insert("authority " + row.id + " " + std::string(name(row.state)));
      for (const auto& row : daemon::CaRequestRow::all(database)) lines.insert("request " + row.authority);
      for (const auto& key : daemon::KeyRow::all(database))
        if (key.state != daemon::KeyState::destroyed)
          lines.insert("key " + key.record.label + " " + std::string(name(key.state)));
      for (const auto& row : daemon::IdentityRow::all(database))
        if (!row.ended) lines.insert("identity " + row.id + " " + std::string(policy::name(row.role)));
      const auto blocked = daemon::blocked_keys(database);
      for (const auto& key : blocked.hashes()) lines.insert("blocked " + key.hex());
      return true;
    });
    for (const auto& record : subscribers())
      lines.insert("certificate " + record.subject + " " + std::string(name(record.status)));
    for (const auto& profile : core_->policies.now().profiles().all())
      lines.insert("profile " + profile.name + " " + std::to_string(profile.version));
    return lines;
  }

  std::vector<api::CertificateRecord> subscribers() {
    return service_->list_certificates(call_by(officers_.one()), of_profile("client-auth")).items;
  }

  // Whatever is wrong, whichever act was tried and however it ended. Empty: nothing is half done, and the
  // ledger is complete.
  std::vector<std::string> faults() {
    auto all = faults_in_story(core_->store);
    const auto add = [&](const std::string& what) { all.push_back(what); };
    core_->store.read([&](daemon::Database& database) {
      if (!daemon::ApprovalRow::in_work(database).empty()) add("an act is still under way");
      auto open = database.prepare("SELECT count(*) FROM open_intents");
      if (open.step() && open.integer(0) != 0) add("an intent has no outcome");
      auto reconciled = daemon::reconcile(database, "", core_->checkpoints_before(), [] { return true; });
      for (const auto& difference : reconciled.books.differences()) add("books: " + difference);
      return true;
    });
    for (const auto& fault : faults_in_tokens()) add(fault);
    for (const auto& fault : faults_in_authorities()) add(fault);
    return all;
  }

 private:
  std::filesystem::path saved() const { return fixture_.folder() / "saved"; }
  static void copy(const std::filesystem::path& from, const std::filesystem::path& to) {
    for (const char* const part : {"state", "tokens"}) {
      std::filesystem::remove_all(to / part);
      std::filesystem::create_directories(to);
      std::filesystem::copy(from / part, to / part, std::filesystem::copy_options::recursive);
    }
  }

  // Both ways: no key that the store does not know, none missing.
  std::vector<std::string> faults_in_tokens() {
    std::set<std::string> wanted, there;
    const auto rows =
        core_->store.read([](daemon::Database& database) { return daemon::KeyRow::all(database); });
    for (const auto& key : rows)
      if (key.state == daemon::KeyState::pre_active || key.state == daemon::KeyState::active)
        wanted.insert(key.record.token + " " + key.record.id.hex());
    for (const auto& [name, token] : core_->tokens.all())
      for (const auto& key : pkcs11::list_keys(*token)) there.insert(name + " " + policy::to_hex(key.id));
    if (wanted == there) return {};
    return {"the tokens do not hold the keys that the store knows: " + testing::PrintToString(there) +
            " instead of " + testing::PrintToString(wanted)};
  }

  std::vector<std::string> faults_in_authorities() {
    std::vector<std::string> all;
    const auto rows =
        core_->store.read([](daemon::Database& database) { return daemon::AuthorityRow::all(database); });
    for (const auto& row : rows) {
      const auto* const live = core_->authorities.find(row.id);
      if (row.state == daemon::AuthorityState::pending)
        all.push_back("authority " + row.id + " is left pending");
      if (row.state != daemon::AuthorityState::active) continue;
      if (!live || live->state != row.state)
        all.push_back("authority " + row.id + " is not as the store has it");
      if (!core_->store.newest_crl(row.id)) all.push_back("authority " + row.id + " has no CRL");
    }
    if (!core_->authorities.issuing().signs()) all.emplace_back("none issues");
    return all;
  }

  Shim shim_;
  AuthorityFixture fixture_;
  TwoOfficers officers_;
  std::unique_ptr<daemon::Core> core_;
  std::unique_ptr<daemon::Service> service_;
};

}  // namespace inkan::tests
