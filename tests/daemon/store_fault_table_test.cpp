// The ledger's durable steps × what a disk can do to them: the call fails, fails though it was done, finds no
// room, or cannot be synced. After each the daemon refuses or stops, a restart heals, and the books, the log
// and the certificates agree.
#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <thread>

#include "policy/log/verifier.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/faulty_disk.h"

namespace inkan::daemon {
namespace {

using tests::FaultyDisk;
using Call = FaultyDisk::Call;
using Fault = FaultyDisk::Fault;

class StoreFaultTable : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    open();
  }
  void TearDown() override {
    FaultyDisk::disarm();
    close();
  }
  void open() {
    fatal_ = false;
    core_ = std::make_unique<Core>(fixture_.config(), Core::Mode::run,
                                   [this](const std::string&) { fatal_ = true; });
    core_->key_keeper.make_canaries();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
  void close() {
    service_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }

  // A new subject for each row of the table; the same key for its retries.
  void issue() {
    const std::string name = "user" + std::to_string(row_);
    service_->issue(tests::call_by(tests::web_tier()), tests::ask_for(name), tests::key_of(name, name));
  }
  void checkpoint() {
    core_->writer->write([](Writing& w) {
      policy::Event event{.type = policy::EventType::operator_authz_denied, .outcome = "denied"};
      event.detail = {{"op", "issueCertificate"}};
      w.append(event, policy::Identity::system_job("test"));
    });
    core_->checkpoints.publish();
  }
  void crl() { core_->crls.publish(core_->authorities.issuing()); }

  std::size_t valid_certificates() {
    auto filter = tests::of_status("valid");
    filter.subject_contains = "CN=user" + std::to_string(row_);
    return service_->list_certificates(tests::call_by(tests::web_tier()), filter).items.size();
  }
  // Every leaf under the checkpoint, by the verifier that auditors use.
  std::vector<std::string> log_faults() {
    core_->checkpoints.publish();
    policy::LogVerifier log;
    log.expect_newest(*core_->verifier.open(core_->checkpoints.note()), "the checkpoint");
    for (policy::LeafIndex index = 0; index < core_->store.size(); ++index)
      log.append(index, policy::as_bytes(*core_->store.leaf(index)));
    log.finish();
    return log.faults();
  }

  bool refused(const std::function<void()>& act) {
    try {
      act();
      return false;
    } catch (const policy::Error&) {
      return true;
    }
  }

  // One row: the fault at the n-th call of its kind while `act` runs.
  void row(const std::string& what, const std::function<void()>& act, Call call, long n, Fault fault) {
    ++row_;
    SCOPED_TRACE(what + ": " + (call == Call::write ? "write " : "sync ") + std::to_string(n) + ", fault " +
                 std::to_string(static_cast<int>(fault)));
    FaultyDisk::arm(call, n, fault);
    const bool failed = refused(act);
    // Which pages an act writes is SQLite's affair: it may have been one fewer than when they were counted.
    if (!FaultyDisk::disarm()) return row(what, act, call, n - 1, fault);
    // A full disk refuses cleanly. After any other failed commit nobody knows what is on disk.
    EXPECT_EQ(failed && refused([this] { core_->writer->write([](Writing&) {}); }), fault != Fault::full);
    if (fault != Fault::full) {
      EXPECT_TRUE(refused([this] { issue(); })) << "nothing is signed any more";
      for (int i = 0; i < 500 && !fatal_; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      EXPECT_TRUE(fatal_) << "the daemon is told to stop";
      close();
      open();
    } else if (failed) {
      EXPECT_FALSE(refused(act)) << "a failure that left nothing behind must not outlast its cause";
    }
    core_->unfinished.settle();
    EXPECT_FALSE(refused([this] { issue(); }));
    EXPECT_EQ(valid_certificates(), 1u);
    EXPECT_THAT(log_faults(), testing::IsEmpty());
    EXPECT_THAT(service_->reconcile().differences, testing::IsEmpty());
  }

  void table(const std::string& what, const std::function<void()>& act) {
    ++row_;
    const long writes_before = FaultyDisk::seen(Call::write), syncs_before = FaultyDisk::seen(Call::sync);
    act();
    const long writes = FaultyDisk::seen(Call::write) - writes_before,
               syncs = FaultyDisk::seen(Call::sync) - syncs_before;
    ASSERT_GT(writes, 2);
    ASSERT_GT(syncs, 0);
    for (const long n : {1L, writes / 2, writes})
      for (const auto fault : {Fault::fails, Fault::persisted, Fault::full})
        row(what, act, Call::write, n, fault);
    for (long n = 1; n <= syncs; ++n)
      for (const auto fault : {Fault::fails, Fault::persisted}) row(what, act, Call::sync, n, fault);
  }

  FaultyDisk disk_;  // before the store that is opened on it
  tests::AuthorityFixture fixture_;
  std::atomic<bool> fatal_ = false;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
  int row_ = 0;
};

TEST_F(StoreFaultTable, OfIssuing) {
  table("issue", [this] { issue(); });
}

TEST_F(StoreFaultTable, OfCheckpoints) {
  table("checkpoint", [this] { checkpoint(); });
}

TEST_F(StoreFaultTable, OfCrls) {
  table("crl", [this] { crl(); });
}

// The checkpoint's own file, and the ledger's: no room, and a sync that fails (/dev/full, /dev/null do just
// that).
TEST_F(StoreFaultTable, OfFilesBesideTheDatabase) {
  const auto beside = std::filesystem::path(core_->config.checkpoint()).concat(".new");
  for (const char* device : {"/dev/full", "/dev/null"}) {
    SCOPED_TRACE(device);
    ++row_;
    const auto before = core_->checkpoints.note();
    std::filesystem::create_symlink(device, beside);
    EXPECT_TRUE(refused([this] { checkpoint(); }));
    EXPECT_EQ(core_->checkpoints.note(), before) << "published though it is not kept";
    std::filesystem::remove(beside);
    EXPECT_FALSE(refused([this] { issue(); })) << "certificates do not wait for a checkpoint";
    close();
    open();
    EXPECT_THAT(log_faults(), testing::IsEmpty());
    EXPECT_THAT(service_->reconcile().differences, testing::IsEmpty());
  }
  // A tile that cannot be written costs the tile, not the checkpoint: it is served from the store.
  ++row_;
  const auto tile = core_->config.ledger() / "checkpoint.new";
  std::filesystem::create_symlink("/dev/full", tile);
  EXPECT_TRUE(refused([this] { checkpoint(); })) << "the job reports it";
  EXPECT_EQ(core_->checkpoints.covered(), core_->writer->head().size);
  EXPECT_TRUE(service_->receipt(core_->writer->head().size - 1, std::chrono::steady_clock::now()));
  std::filesystem::remove(tile);
  EXPECT_FALSE(refused([this] { checkpoint(); }));
  EXPECT_THAT(log_faults(), testing::IsEmpty());
}

}  // namespace
}  // namespace inkan::daemon
