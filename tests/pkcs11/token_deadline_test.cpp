// A module whose calls hang or whose queue is long: deadlines are kept, and what comes back late is told.
#include <gmock/gmock.h>
#include <unistd.h>

#include "pkcs11/probe.h"
#include "policy/types/error.h"
#include "tests/support/recovering_token.h"

namespace inkan::pkcs11 {
namespace {

using policy::KeyAlgorithm;
using policy::KeyPurpose;
using std::chrono::milliseconds;
using testing::HasSubstr;
using tests::in;
using tests::k_patience;
using tests::k_shim;
using tests::new_canary;
using tests::new_key;
using tests::Shim;
using tests::SofthsmToken;
using TokenDeadline = tests::RecoveringTokenTest;

TEST_F(TokenDeadline, KeepsTheDeadlineWhenASignHangsAndReportsItLate) {
  ASSERT_TRUE(signs());
  std::atomic<policy::LeafIndex> late{0};
  signer_.on_late([&](policy::LeafIndex intent, const Signed&) { late = intent; });
  shim_.rules("hang C_Sign 1");
  auto recorded = new_canary(key_);
  const auto intent = recorded.intent();
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = expect<PossiblySigned>(signer_.sign(std::move(recorded), in(milliseconds(300))));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(900));
  EXPECT_THAT(outcome.reason, HasSubstr("in flight"));
  EXPECT_EQ(token_->status().stuck, 1);
  EXPECT_EQ(token_->status().state, TokenState::degraded);
  EXPECT_TRUE(signs());  // the other sessions go on
  EXPECT_EQ(late, 0U);
  const auto before = signatures();
  shim_.rules("");
  for (int i = 0; i < 200 && late == 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(late, intent);
  EXPECT_EQ(signatures(), before + 1);
  EXPECT_EQ(token_->status().stuck, 0);
}

TEST_F(TokenDeadline, TellsNothingLateOnceTheSignerIsGone) {
  auto signer = std::make_unique<CaSigner>(token_, key_);
  std::atomic<int> late{0};
  signer->on_late([&](policy::LeafIndex, const Signed&) { ++late; });
  shim_.rules("hang C_Sign 1");
  expect<PossiblySigned>(signer->sign(new_canary(key_), in(milliseconds(300))));
  signer.reset();
  shim_.rules("");
  token_->close();  // joins the worker
  EXPECT_EQ(signatures(), 1U);
  EXPECT_EQ(late, 0);
}

TEST_F(TokenDeadline, KeepsTheSignerUntilWhatItTellsLateWasTold) {
  auto signer = std::make_unique<CaSigner>(token_, key_);
  std::atomic<bool> begun{false}, ended{false};
  signer->on_late([&](policy::LeafIndex, const Signed&) {
    begun = true;
    std::this_thread::sleep_for(milliseconds(300));
    ended = true;
  });
  shim_.rules("hang C_Sign 1");
  expect<PossiblySigned>(signer->sign(new_canary(key_), in(milliseconds(300))));
  shim_.rules("");
  for (int i = 0; i < 200 && !begun; ++i) std::this_thread::sleep_for(milliseconds(10));
  ASSERT_TRUE(begun);
  signer.reset();
  EXPECT_TRUE(ended);
  token_->close();
}

TEST_F(TokenDeadline, SaysNotSignedWhenTheHangCameBeforeSign) {
  ASSERT_TRUE(signs());
  const auto before = signatures();
  shim_.rules("hang C_SignInit 1");
  expect<NotSigned>(sign(milliseconds(300)));
  shim_.rules("");
  EXPECT_TRUE(signs());
  EXPECT_EQ(signatures(), before + 1);
}

TEST_F(TokenDeadline, RefusesAtOnceWhenEverySessionIsStuck) {
  ASSERT_TRUE(signs());
  std::string rules;
  for (int i = 1; i <= 8; ++i) rules += "hang C_Sign " + std::to_string(i) + "\n";
  shim_.rules(rules);
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) callers.emplace_back([&] { expect<PossiblySigned>(sign(milliseconds(1500))); });
  for (auto& caller : callers) caller.join();
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(expect<NotSigned>(sign()).reason, HasSubstr("stuck"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(100));
  shim_.rules("");
  EXPECT_TRUE(heals(std::chrono::seconds(5)));
}

TEST_F(TokenDeadline, CountsNoCallAsStuckThatCameBackToATokenWithoutSessions) {
  shim_.rules("delay C_Sign 100000");
  sign_from_threads(4);
  ASSERT_GE(token_->status().sessions_open, 2);
  shim_.rules("hang C_Sign 1\nfail C_Sign 1 0x30");
  expect<PossiblySigned>(sign(milliseconds(300)));
  ASSERT_EQ(token_->status().stuck, 1);
  shim_.rules("fail C_OpenSession 1 0xb1 0");  // it comes back, and finds no session to try again on
  for (int i = 0; i < 200 && token_->status().stuck > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(token_->status().stuck, 0);
  EXPECT_TRUE(signs());
}

TEST_F(TokenDeadline, WaitsInTheQueueNoLongerThanItsDeadline) {
  auto config = softhsm_.config(k_shim);
  config.sessions = 1;
  config.queue_deadline = milliseconds(200);
  const auto narrow = Token::open(config, softhsm_.pin());
  CaSigner signer(narrow, key_);
  ASSERT_TRUE(std::holds_alternative<Signed>(signer.sign(new_canary(key_), in(k_patience))));
  shim_.rules("delay C_Sign 1000000");
  std::thread first(
      [&] { EXPECT_TRUE(std::holds_alternative<Signed>(signer.sign(new_canary(key_), in(k_patience)))); });
  while (narrow->status().in_flight == 0) std::this_thread::sleep_for(milliseconds(1));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(expect<NotSigned>(signer.sign(new_canary(key_), in(k_patience))).reason,
              HasSubstr("no session"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(800));
  first.join();
}

TEST_F(TokenDeadline, GivesUpOnRandomOctetsWithinTheDeadlineHoweverManyAsk) {
  auto config = softhsm_.config(k_shim);
  config.queue_deadline = milliseconds(500);
  const auto hasty = Token::open(config, softhsm_.pin());
  std::string rules;
  for (int i = 1; i <= 8; ++i) rules += "hang C_GenerateRandom " + std::to_string(i) + "\n";
  shim_.rules(rules);
  const auto ask = [&] {
    std::array<std::uint8_t, 8> octets{};
    hasty->random(octets, in(k_patience));
  };
  std::vector<std::thread> callers;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 8; ++i) callers.emplace_back([&] { EXPECT_THROW(ask(), policy::Error); });
  for (auto& caller : callers) caller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5 * config.queue_deadline);
  shim_.rules("");
  for (int i = 0; i < 200 && hasty->status().stuck > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_NO_THROW(ask());
}

// In a process of its own, because the module stays initialised for ever: finalising it would crash it.
TEST(TokenClose, ComesBackInTimeWithACallStuckInside) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        const SofthsmToken softhsm;
        const Shim shim;
        const auto token = softhsm.open(k_shim);
        Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
        shim.rules("hang C_Sign 1");
        const bool possibly = std::holds_alternative<PossiblySigned>(probe.probe(in(milliseconds(100))));
        const auto begun = std::chrono::steady_clock::now();
        token->close();
        const bool in_time = std::chrono::steady_clock::now() - begun < std::chrono::seconds(7);
        const bool left_alone = shim.calls("C_Finalize") == 0;
        std::filesystem::remove_all(softhsm.folder());
        _exit(possibly && in_time && left_alone ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace inkan::pkcs11
