// A small authority with something to back up, and drills of what came of it. What the programs do with it
// while clients call is tests/e2e/backup's matter.
#pragma once

#include <gmock/gmock.h>

#include "daemon/atomic_file.h"
#include "daemon/backup/backup_folder.h"
#include "daemon/backup/backup_making.h"
#include "daemon/backup/drill.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/faulty_disk.h"

namespace inkan::daemon {

inline const std::function<void(const std::string&)> k_silent = [](const std::string&) {};

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    open();
    issue("alice01", true);
    issue("bob0001", false);
    core_->crls.publish(core_->authorities.issuing());
    core_->checkpoints.publish();
  }
  void TearDown() override {
    tests::FaultyDisk::disarm();
    close();
  }
  void open() {
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
  // One process is one application to a token: the drill's logins would end the daemon's.
  void close() {
    service_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }
  void issue(const std::string& name, bool revoke) {
    const auto made = service_->issue(tests::call_by(tests::web_tier()), tests::ask_for(name), std::nullopt);
    if (!revoke) return;
    const auto serial = std::get<api::IssuedCertificate>(made).record.serial;
    service_->revoke(tests::call_by(tests::bank_staff()),
                     {serial, policy::RevocationReason::superseded, std::nullopt}, std::nullopt);
  }

  std::filesystem::path at(const std::string& name) const { return fixture_.folder() / name; }
  BackupMade back_up(const std::string& name) {
    const auto made = make_backup(fixture_.config(), at(name), k_silent, 0);
    write_file_durably(at(name + ".checkpoint"), made.checkpoint);
    return made;
  }
  void sql(const std::string& backup, const std::string& statements) {
    Database(at(backup) / k_backup_database, Database::Mode::existing).execute(statements.c_str());
    relist(backup);
  }
  // As whoever can write to a backup can.
  void relist(const std::string& backup) {
    BackupMembers members;
    for (const auto& name : files_below(at(backup)))
      if (name != k_backup_list) members.emplace(name, hash_file(at(backup) / name));
    write_file_durably(at(backup) / k_backup_list, to_list(members));
  }
  DrillReport judge(const std::string& backup, const std::string& kept,
                    policy::InstantMicros at_time = now_micros(), std::uint64_t accepted = 0) {
    const ThrowAwayFolder work(fixture_.folder());
    const auto config = fixture_.config();
    return drill({at(backup), config, {at(kept + ".checkpoint")}, accepted, at_time}, work.path());
  }
  static std::set<std::string> faults(const DrillReport& report) {
    std::set<std::string> what;
    for (const auto& each : report.judgements.all())
      if (each.verdict == Judgement::Verdict::fail) what.insert(each.what);
    EXPECT_EQ(report.judgements.good(), what.empty());
    return what;
  }
  static std::string found(const DrillReport& report, const std::string& what) {
    for (const auto& each : report.judgements.all())
      if (each.what == what) return each.found;
    return "no line " + what;
  }
  std::string kept_line(const std::string& name) const {
    return "kept checkpoint " + at(name + ".checkpoint").string();
  }

  tests::FaultyDisk disk_;  // before the store that is opened on it
  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
};

}  // namespace inkan::daemon
