#include "daemon/last_resort.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using tests::ask_for;
using tests::call_by;
using tests::web_tier;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

class LastResortTest : public testing::Test {
 protected:
  std::unique_ptr<Core> open(const std::string& stuck_exit_s) {
    fixture_.set_up();
    tests::write_text(
        fixture_.folder() / "inkand.toml",
        replaced(fixture_.config_text(), "sessions = 4", "sessions = 1\nstuck_exit_s = " + stuck_exit_s));
    return fixture_.open();
  }
  // The only session of the CA's token is left inside C_Sign.
  void hang(Core& core) {
    Service service(
        core, [] {}, [] {});
    shim_.rules("hang C_Sign 1");
    EXPECT_THROW(service.issue(call_by(web_tier(), milliseconds(1500)), ask_for("alice01"), std::nullopt),
                 policy::Error);
  }
  // What it says first, within that time.
  static std::string turns(LastResort& last_resort, std::chrono::seconds within) {
    for (const auto end = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(milliseconds(50)))
      if (auto why = last_resort.turn(); !why.empty()) return why;
    return {};
  }
  static int hung_leaves(Core& core) {
    int count = 0;
    for (policy::LeafIndex i = 0; i < core.store.size(); ++i) {
      const auto leaf = nlohmann::json::parse(*core.store.leaf(i));
      if (leaf.at("type") == "token.event" && leaf.at("detail").at("event") == "hung") ++count;
    }
    return count;
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
};

TEST_F(LastResortTest, EndsTheProcessOnceWhenAFreshOneFindsTheTokensAndThisOneHangsOn) {
  const auto core = open("1");
  bool found = false;
  LastResort last_resort(core->config, core->tokens, *core->writer, [&] { return found; });
  EXPECT_EQ(turns(last_resort, std::chrono::seconds(1)), "");
  hang(*core);
  EXPECT_EQ(turns(last_resort, std::chrono::seconds(8)), "");  // the HSM is away: nothing would be won
  EXPECT_EQ(hung_leaves(*core), 0);
  found = true;
  EXPECT_THAT(turns(last_resort, std::chrono::seconds(30)),
              testing::AllOf(HasSubstr("token ca"), HasSubstr("only a restart helps")));
  EXPECT_EQ(turns(last_resort, std::chrono::seconds(1)), "");
  EXPECT_EQ(hung_leaves(*core), 1);
  shim_.rules("");
}

TEST_F(LastResortTest, LetsATokenComeBackByItself) {
  const auto core = open("1");
  std::atomic<int> looks = 0;
  LastResort last_resort(core->config, core->tokens, *core->writer, [&] { return ++looks > 0; });
  hang(*core);
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
       looks == 0 && std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(milliseconds(50)))
    EXPECT_EQ(last_resort.turn(), "");
  ASSERT_EQ(looks, 1);
  shim_.rules("");  // the HSM is back, and with it the call that it held
  EXPECT_EQ(turns(last_resort, std::chrono::seconds(8)), "");
  EXPECT_EQ(core->tokens.find("ca")->status().hung, milliseconds(0));
}

TEST_F(LastResortTest, LeavesItToThePersonWhoSaidSo) {
  const auto core = open("0");
  int looks = 0;
  LastResort last_resort(core->config, core->tokens, *core->writer, [&] { return ++looks > 0; });
  hang(*core);
  EXPECT_EQ(turns(last_resort, std::chrono::seconds(8)), "");
  EXPECT_GT(core->tokens.find("ca")->status().hung, std::chrono::seconds(5));
  EXPECT_EQ(looks, 0);
  shim_.rules("");
}

// The program itself; its shim reads the rules from a file.
TEST_F(LastResortTest, LooksWithAFreshProcess) {
  const auto program = std::filesystem::path(INKAN_BINARY_DIR) / "daemon" / "inkand";
  const auto rules = fixture_.folder() / "rules", config = fixture_.folder() / "inkand.toml";
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(fresh_process_finds_tokens(program, config, std::chrono::seconds(60)));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));

  tests::write_text(rules, "hang C_GetSlotList 1\n");
  setenv("INKAN_SHIM_CONTROL", rules.c_str(), 1);
  EXPECT_FALSE(fresh_process_finds_tokens(program, config, std::chrono::seconds(1)));
  unsetenv("INKAN_SHIM_CONTROL");

  tests::write_text(config, replaced(fixture_.config_text(), "inkan-ledger", "inkan-other"));
  EXPECT_FALSE(fresh_process_finds_tokens(program, config, std::chrono::seconds(60)));
  EXPECT_FALSE(fresh_process_finds_tokens("/nonexistent", config, std::chrono::seconds(60)));
}

}  // namespace
}  // namespace inkan::daemon
