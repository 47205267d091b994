#include "daemon/core.h"

#include "daemon/atomic_file.h"
#include "daemon/ledger/checkpoint_file.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;

class CoreTest : public testing::Test {
 protected:
  // What a start says, and under which code; "" if it started.
  std::pair<ErrorCode, std::string> start() {
    try {
      auto core = fixture_.open();
      core->tokens.close();
      return {ErrorCode::internal, ""};
    } catch (const Error& error) {
      return {error.code(), error.what()};
    }
  }
  void config_replacing(const std::string& what, const std::string& by) {
    std::string text = fixture_.config_text();
    const auto at = text.find(what);
    ASSERT_NE(at, std::string::npos);
    tests::write_text(fixture_.folder() / "inkand.toml", text.replace(at, what.size(), by));
  }
  void sql(const char* statement) {
    Database(fixture_.config().database(), Database::Mode::existing).execute(statement);
  }

  tests::AuthorityFixture fixture_;
};

TEST_F(CoreTest, SaysThatThereIsNoStoreYet) {
  std::filesystem::create_directory(fixture_.folder() / "state");
  const auto [code, text] = start();
  EXPECT_EQ(code, ErrorCode::store);
  EXPECT_THAT(text, testing::HasSubstr("inkan init"));
}

TEST_F(CoreTest, IsNotSetUpOnATokenThatHoldsKeys) {
  {
    const auto token = fixture_.token().open(tests::k_shim);
    std::array<std::uint8_t, 16> id{1};
    pkcs11::generate_key(*token, policy::KeyPurpose::probe, policy::KeyAlgorithm::ec_p256, 0, "of-another",
                         policy::KeyId(id));
  }
  try {
    fixture_.set_up();
    FAIL() << "a set-up beside a key of unknown origin";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::token);
    EXPECT_THAT(error.what(), testing::HasSubstr("inkan/probe/of-another"));
  }
  EXPECT_FALSE(std::filesystem::exists(fixture_.config().database()));
}

TEST_F(CoreTest, StartsAgainWhereItStopped) {
  fixture_.set_up();
  EXPECT_EQ(start().second, "");
  EXPECT_EQ(start().second, "");
}

TEST_F(CoreTest, SaysWhichTokenIsMissingAndWhichAreThere) {
  fixture_.set_up();
  config_replacing("inkan-ca", "inkan-other");
  const auto [code, text] = start();
  EXPECT_THAT(text, testing::AllOf(testing::HasSubstr("inkan-other"), testing::HasSubstr("inkan-ca")));
}

TEST_F(CoreTest, SaysThatThePinIsWrongAndTriesItOnce) {
  fixture_.set_up();
  tests::write_text(fixture_.folder() / "wrong-pin", "0000-wrong\n");
  std::filesystem::permissions(fixture_.folder() / "wrong-pin", std::filesystem::perms::owner_read);
  config_replacing("pin_file = \"pin\"", "pin_file = \"wrong-pin\"");
  const tests::Shim shim;
  const auto [code, text] = start();
  EXPECT_EQ(code, ErrorCode::pin);
  EXPECT_EQ(shim.calls("C_Login"), 1);
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("0000")));
}

TEST_F(CoreTest, TakesThePinFromASystemdCredential) {
  fixture_.set_up();
  config_replacing("pin_file = \"pin\"", "pin_credential = \"inkan-ca-pin\"");
  unsetenv("CREDENTIALS_DIRECTORY");
  const auto [code, text] = start();
  EXPECT_EQ(code, ErrorCode::pin);
  EXPECT_THAT(text, testing::HasSubstr("LoadCredential=inkan-ca-pin:FILE"));
  std::filesystem::create_directory(fixture_.folder() / "credentials");
  std::filesystem::copy_file(fixture_.folder() / "pin", fixture_.folder() / "credentials" / "inkan-ca-pin");
  setenv("CREDENTIALS_DIRECTORY", (fixture_.folder() / "credentials").c_str(), 1);
  EXPECT_EQ(start().second, "");
  unsetenv("CREDENTIALS_DIRECTORY");
}

// What officers would enter, from a list.
class Officers : public PinEntry {
 public:
  void unlock(std::vector<LockedToken> locked, const Open& open) override {
    for (const auto& token : locked) {
      asked += token.name + " ";
      for (const auto* pin : pins) try {
          open(token.name, pkcs11::Pin::from_text(pin));
          break;
        } catch (const Error& error) {
          told.emplace_back(error.what());
        }
    }
  }
  std::vector<const char*> pins;
  std::vector<std::string> told;
  std::string asked;
};

TEST_F(CoreTest, TakesThePinsThatOfficersEnter) {
  fixture_.set_up();
  config_replacing("pin_file = \"pin\"", "pin_entry = true");
  EXPECT_EQ(start().first, ErrorCode::pin) << "nobody is asked";
  Officers officers;
  officers.pins = {"0000-wrong", "1234-user"};
  const tests::Shim shim;
  Core core(
      fixture_.config(), Core::Mode::run, [](const std::string&) {}, &officers);
  EXPECT_EQ(officers.asked, "ca ") << "the ledger's token has a file";
  EXPECT_EQ(shim.calls("C_Login"), 3) << "each PIN once";
  ASSERT_EQ(officers.told.size(), 1u);
  EXPECT_THAT(officers.told[0], testing::HasSubstr("Few tries are left"));
  std::map<std::string, std::string> sources;
  for (const auto& entry : core.store.leaves(0, 1000)) {
    const auto leaf = nlohmann::json::parse(entry.leaf);
    if (leaf.at("type") == "token.login")
      sources[leaf.at("target").at("id").get<std::string>()] = leaf.at("detail").at("pin").get<std::string>();
  }
  EXPECT_EQ(sources, (std::map<std::string, std::string>{{"ca", "entered"}, {"ledger", "file"}}));

  // The PIN that was entered logs in again by itself.
  core.key_keeper.make_canaries();
  shim.rules("fail C_Sign 1 0x101 2\nfail C_GetSessionInfo 1 0x101 1");
  core.key_keeper.probe();
  const auto ca = core.tokens.find("ca");
  for (int i = 0; i < 100 && ca->epoch() < 2; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_GE(ca->epoch(), 2u);
  EXPECT_EQ(ca->status().state, pkcs11::TokenState::ready);
  core.tokens.close();
}

TEST_F(CoreTest, RefusesAnExtractedOrDriftedKey) {
  fixture_.set_up();
  sql("UPDATE keys SET attributes = replace(attributes, '\"CKA_EXTRACTABLE\":\"false\"', "
      "'\"CKA_EXTRACTABLE\":\"true\"')");
  EXPECT_EQ(start().first, ErrorCode::key);
}

TEST_F(CoreTest, RefusesAKeyWhosePublicHalfIsAnothers) {
  fixture_.set_up();
  sql("UPDATE keys SET spki = (SELECT spki FROM keys k WHERE k.label = 'inkan/tls/api') WHERE label = "
      "'inkan/ca/issuing'");
  EXPECT_EQ(start().first, ErrorCode::key);
}

TEST_F(CoreTest, RefusesASecondProcessOnOneStore) {
  fixture_.set_up();
  auto core = fixture_.open();
  EXPECT_THAT(start().second, testing::HasSubstr("another process"));
  core->tokens.close();
}

TEST_F(CoreTest, RefusesASecondSetUpAndTouchesNothing) {
  fixture_.set_up();
  EXPECT_THROW(fixture_.set_up(), Error);
  EXPECT_EQ(start().second, "");
}

TEST_F(CoreTest, NeitherReplacesNorRemovesWhatASetUpDidNotMake) {
  const auto checkpoint = fixture_.config().checkpoint();
  std::filesystem::create_directory(checkpoint.parent_path());
  tests::write_text(checkpoint, "another log's head");
  EXPECT_THROW(fixture_.set_up(), Error);
  EXPECT_EQ(read_file(checkpoint), "another log's head");
  std::filesystem::remove(checkpoint);

  tests::write_text(fixture_.folder() / "operator.crt", "a key, by a slip of the pen");
  EXPECT_THROW(fixture_.set_up(), Error);
  EXPECT_EQ(read_file(fixture_.folder() / "operator.crt"), "a key, by a slip of the pen");
}

TEST_F(CoreTest, UndoesASetUpThatFails) {
  std::string plan = tests::AuthorityFixture::plan_text();
  plan.replace(plan.find("issuing-ca"), 10, "no-such-ca");
  tests::write_text(fixture_.folder() / "plan.toml", plan);
  EXPECT_THROW(fixture_.set_up(), Error);
  tests::write_text(fixture_.folder() / "plan.toml", tests::AuthorityFixture::plan_text());
  fixture_.set_up();  // neither keys nor files are in the way
  EXPECT_EQ(start().second, "");
}

// Each row: what was done to the log behind the daemon's back, and what the start must say of it.
struct Tampering {
  const char* name;
  const char* sql;
  const char* says;
};

class TamperedLog : public CoreTest, public testing::WithParamInterface<Tampering> {};

TEST_P(TamperedLog, IsRefused) {
  fixture_.set_up();
  sql(GetParam().sql);
  const auto [code, text] = start();
  EXPECT_EQ(code, ErrorCode::ledger);
  EXPECT_THAT(text, testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Ledger, TamperedLog,
    testing::Values(
        Tampering{"CutOff", "DELETE FROM leaves WHERE idx > 5", "cut or rolled back"},
        Tampering{"LeafChanged", "UPDATE leaves SET leaf = replace(leaf, 'success', 'failure') WHERE idx = 3",
                  "not those of the checkpoint"},
        Tampering{"LeafMissing", "DELETE FROM leaves WHERE idx = 3", "missing"},
        Tampering{"LeavesSwapped",
                  "UPDATE leaves SET leaf = (SELECT leaf FROM leaves l WHERE l.idx = 5) WHERE idx = 4",
                  "not those of the checkpoint"}),
    [](const auto& each) { return each.param.name; });

TEST_F(CoreTest, RefusesAMissingCheckpointFile) {
  fixture_.set_up();
  std::filesystem::remove(fixture_.config().checkpoint());
  EXPECT_THAT(start().second, testing::HasSubstr("checkpoint file is missing"));
}

TEST_F(CoreTest, RefusesACheckpointThatTheLogsKeyDidNotSign) {
  fixture_.set_up();
  auto note = *read_file(fixture_.config().checkpoint());
  note[note.find('\n') + 1] ^= 1;  // the size
  tests::write_text(fixture_.config().checkpoint(), note);
  EXPECT_THAT(start().second, testing::HasSubstr("not a note signed by this log's key"));
}

TEST_F(CoreTest, RefusesACheckpointFileOlderThanTheDatabases) {
  fixture_.set_up();
  const auto old = *read_file(fixture_.config().checkpoint());
  auto core = fixture_.open();
  core->checkpoints.publish();
  core->tokens.close();
  core.reset();
  tests::write_text(fixture_.config().checkpoint(), old);
  EXPECT_THAT(start().second, testing::HasSubstr("older than the database's"));
}

}  // namespace
}  // namespace inkan::daemon
