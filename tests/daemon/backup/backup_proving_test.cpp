// A second SoftHSM token as backup of the first: a copy that does, and every way in which one does not.
#include "daemon/backup/backup_proving.h"

#include <gmock/gmock.h>

#include "daemon/ledger/reconcile.h"
#include "policy/log/event_type.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/token_copy.h"

namespace inkan::daemon {
namespace {

using testing::HasSubstr;

class BackupProving : public testing::Test {
 protected:
  BackupProving() {
    fixture_.set_up();
    copy_.emplace(fixture_.token().tokens(), "inkan-ca", "inkan-cb");
  }
  ~BackupProving() override { close(); }

  void open() {
    core_ = fixture_.open();
    backup_ = pkcs11::Token::open(backup_config(), fixture_.token().pin());
  }
  void open_without_canaries() {
    core_ = std::make_unique<Core>(fixture_.config(), Core::Mode::run, [](const std::string&) {});
    backup_ = pkcs11::Token::open(backup_config(), fixture_.token().pin());
  }
  void close() {
    shim_.rules("");
    if (backup_) backup_->close();
    backup_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }
  pkcs11::TokenConfig backup_config() const {
    auto config = fixture_.config().tokens.front().token;
    config.name = "backup";
    config.label = "inkan-cb";
    config.sessions = 1;
    return config;
  }
  pkcs11::KeyRecord key(const std::string& label) const {
    for (const auto& each : core_->keys)
      if (each.label == label) return each;
    throw std::runtime_error("no key " + label);
  }
  // By label: what was said of it.
  std::map<std::string, std::string> faults() {
    const auto report = prove_backup(*core_, "ca", backup_);
    EXPECT_EQ(report.backup, "inkan-cb");
    std::map<std::string, std::string> all;
    for (const auto& each : report.keys)
      if (!each.fault.empty()) all[each.label] = each.fault;
    EXPECT_EQ(report.proved(), all.empty());
    EXPECT_EQ(report.keys.size(), 5U) << "root, issuing, tls, evidence, probe";
    return all;
  }
  // The leaves of the proofs: label to outcome.
  std::multimap<std::string, std::string> told() {
    std::multimap<std::string, std::string> all;
    for (policy::LeafIndex i = 0; i < core_->store.size(); ++i) {
      const auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
      if (leaf.at("type") == policy::name(policy::EventType::key_backup))
        all.emplace(leaf.at("detail").at("label"), leaf.at("outcome"));
    }
    return all;
  }
  std::uint64_t differences() {
    return core_->store.read([&](Database& database) {
      return reconcile(database, "", core_->checkpoints_before(), [] { return true; })
          .books.differences_found();
    });
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::optional<tests::TokenCopy> copy_;
  std::unique_ptr<Core> core_;
  std::shared_ptr<pkcs11::Token> backup_;
};

TEST_F(BackupProving, OfAGoodCopySucceedsAndIsRecorded) {
  open();
  EXPECT_TRUE(faults().empty());
  const auto leaves = told();
  EXPECT_EQ(leaves.size(), 5U);
  for (const auto& [label, outcome] : leaves) EXPECT_EQ(outcome, "success") << label;
  EXPECT_EQ(differences(), 0U);
  // Each signature had its intent first, over a text that nobody outside chose.
  std::size_t intents = 0;
  for (policy::LeafIndex i = 0; i < core_->store.size(); ++i) {
    const auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
    if (leaf.contains("detail")) intents += leaf["detail"].value("purpose", "") == "backup-proof" ? 1 : 0;
  }
  EXPECT_EQ(intents, 5U);
  // The daemon runs on as if nothing had been.
  close();
  core_ = fixture_.open();
}

TEST_F(BackupProving, FindsAKeyThatIsMissing) {
  open();
  EXPECT_TRUE(pkcs11::erase_key(*backup_, key("inkan/ca/root").id));
  const auto found = faults();
  EXPECT_EQ(found.size(), 1U);
  EXPECT_THAT(found.at("inkan/ca/root"), HasSubstr("inkan/ca/root on token backup"));
  EXPECT_EQ(told().find("inkan/ca/root")->second, "failure");
  EXPECT_EQ(differences(), 0U);
}

TEST_F(BackupProving, FindsAnotherKeyUnderTheSameId) {
  open();
  const auto issuing = key("inkan/ca/issuing");
  pkcs11::erase_key(*backup_, issuing.id);
  pkcs11::generate_key(*backup_, issuing.purpose, issuing.algorithm, 0, issuing.label, issuing.id);
  const auto signatures = shim_.calls("C_Sign");
  const auto found = faults();
  EXPECT_EQ(found.size(), 1U);
  EXPECT_TRUE(found.contains("inkan/ca/issuing"));
  EXPECT_EQ(shim_.calls("C_Sign") - signatures, 4) << "the other key was not even asked";
}

TEST_F(BackupProving, FindsATokenThatDoesNotSign) {
  open();
  shim_.rules("fail C_Sign 1 0x68 0");
  const auto found = faults();
  shim_.rules("");
  EXPECT_EQ(found.size(), 5U);
  EXPECT_THAT(found.at("inkan/ca/issuing"), HasSubstr("does not sign"));
  EXPECT_EQ(differences(), 0U);
}

// "Signed", and the signature is not the key's: nothing is released, and the copy does not do.
TEST_F(BackupProving, FindsATokenThatSignsWrongly) {
  open();
  shim_.rules("fail C_Sign 1 0x0");
  const auto found = faults();
  shim_.rules("");
  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(differences(), 0U);
}

TEST_F(BackupProving, EndsAtAWrongPinBeforeAnythingIsWritten) {
  try {
    pkcs11::Token::open(backup_config(), pkcs11::Pin::from_text("0000-wrong"));
    FAIL() << "it was opened";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), policy::ErrorCode::pin) << error.what();
  }
}

TEST_F(BackupProving, IsOfATokenThatHasKeys) {
  open();
  EXPECT_THROW(prove_backup(*core_, "nowhere", backup_), policy::Error);
}

// Else the next start would tell of a crash that never was.
TEST_F(BackupProving, EndsItsRunWhateverCameOfIt) {
  for (const char* token : {"ca", "nowhere"}) {
    SCOPED_TRACE(token);
    open();
    if (std::string(token) == "ca")
      EXPECT_TRUE(prove_in_own_run(*core_, token, backup_).proved());
    else
      EXPECT_THROW(prove_in_own_run(*core_, token, backup_), policy::Error);
    EXPECT_EQ(core_->store.last_leaf_type(), policy::name(policy::EventType::log_stop));
    EXPECT_EQ(core_->checkpoints.covered(), core_->writer->head().size);
    close();
  }
  shim_.rules("fail C_SignInit 1 0x30 0");  // a token that signs nothing, not even the checkpoint
  open_without_canaries();
  EXPECT_THROW(prove_in_own_run(*core_, "ca", backup_), policy::Error);
  EXPECT_EQ(core_->store.last_leaf_type(), policy::name(policy::EventType::log_stop));
}

}  // namespace
}  // namespace inkan::daemon
