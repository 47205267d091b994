// A token that grows a hundred times slower, and quick again: 20 ms a signature, then 2 s.
#include <gmock/gmock.h>

#include <thread>

#include "pkcs11/ca_signer.h"
#include "pkcs11/probe.h"
#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::KeyAlgorithm;
using policy::KeyPurpose;
using std::chrono::milliseconds;
using testing::HasSubstr;
using tests::in;
using Clock = std::chrono::steady_clock;

constexpr const char* k_quick = "delay C_Sign 20000";
constexpr const char* k_slow = "delay C_Sign 2000000";

struct Tally {
  int made = 0, not_signed = 0, possible = 0;
  milliseconds slowest{0};
};

class SlowToken : public testing::Test {
 protected:
  void SetUp() override { shim_.rules(k_quick); }

  // Each of them calls until `time` is over, with a second's patience.
  Tally call(int callers, milliseconds time) {
    Tally all;
    std::mutex mutex;
    std::vector<std::thread> threads;
    for (int i = 0; i < callers; ++i)
      threads.emplace_back([&, end = in(time)] {
        while (Clock::now() < end) {
          const auto begun = Clock::now();
          const auto outcome = signer_.sign(tests::new_canary(key_), in(milliseconds(1000)));
          const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
          {
            const std::lock_guard lock(mutex);
            all.made += std::holds_alternative<Signed>(outcome);
            all.not_signed += std::holds_alternative<NotSigned>(outcome);
            all.possible += std::holds_alternative<PossiblySigned>(outcome);
            all.slowest = std::max(all.slowest, took);
          }
          if (!std::holds_alternative<Signed>(outcome)) std::this_thread::sleep_for(milliseconds(20));
        }
      });
    for (auto& thread : threads) thread.join();
    return all;
  }
  // Nothing is in the token any more.
  void await_idle() {
    for (const auto end = in(milliseconds(10000)); token_->status().stuck > 0 && Clock::now() < end;)
      std::this_thread::sleep_for(milliseconds(20));
    ASSERT_EQ(token_->status().stuck, 0);
  }

  tests::SofthsmToken softhsm_;
  tests::Shim shim_;
  std::shared_ptr<Token> token_ = softhsm_.open(tests::k_shim);
  KeyRecord key_ = tests::new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  CaSigner signer_{token_, key_};
};

TEST_F(SlowToken, IsReadyWhileASignatureTakesTwentyMilliseconds) {
  const auto tally = call(4, milliseconds(500));
  EXPECT_EQ(tally.not_signed + tally.possible, 0);
  const auto status = token_->status();
  EXPECT_EQ(status.state, TokenState::ready) << status.detail;
  EXPECT_GE(status.sign_time, milliseconds(15));
  EXPECT_LT(status.sign_time, milliseconds(300));
}

TEST_F(SlowToken, IsDegradedWhetherCallsAreInItOrNotAndLosesFewCalls) {
  call(4, milliseconds(300));
  shim_.rules(k_slow);
  const auto tally = call(16, milliseconds(7000));
  EXPECT_LT(tally.slowest, milliseconds(1500)) << "a caller's deadline is its own";
  EXPECT_EQ(tally.made, 0);
  // One for each of the eight sessions, perhaps twice; then one a second, while everyone else is told at
  // once.
  EXPECT_LE(tally.possible, 8 + 8 + 5);
  EXPECT_GT(tally.not_signed, 100);
  await_idle();
  const auto status = token_->status();
  EXPECT_EQ(status.state, TokenState::degraded);
  EXPECT_TRUE(status.slow);
  EXPECT_THAT(status.detail, HasSubstr("a signature takes"));
}

TEST_F(SlowToken, SignsAgainAsSoonAsItIsQuickWithoutALogin) {
  shim_.rules(k_slow);
  call(16, milliseconds(4000));
  await_idle();
  ASSERT_EQ(token_->status().state, TokenState::degraded);
  shim_.rules(k_quick);
  EXPECT_GT(call(1, milliseconds(500)).made, 3);
  const auto tally = call(16, milliseconds(500));
  EXPECT_EQ(tally.not_signed + tally.possible, 0);
  EXPECT_EQ(token_->status().state, TokenState::ready) << token_->status().detail;
  EXPECT_EQ(token_->epoch(), 1U);
  EXPECT_EQ(token_->status().recoveries, 0U);
}

TEST_F(SlowToken, ServesWhoeverHasTheTime) {
  const auto probe_key = tests::new_key(*token_, KeyPurpose::probe, KeyAlgorithm::ec_p256);
  Probe probe(token_, probe_key);
  shim_.rules("delay C_Sign 1200000");
  std::atomic<int> made{0};
  for (int round = 0; round < 2; ++round) {
    std::vector<std::thread> callers;
    for (int i = 0; i < 8; ++i)
      callers.emplace_back(
          [&] { made += std::holds_alternative<Signed>(probe.probe(in(milliseconds(5000)))); });
    for (auto& caller : callers) caller.join();
  }
  EXPECT_EQ(made, 16);
  EXPECT_TRUE(token_->status().slow);
}

TEST_F(SlowToken, GivesRandomOctetsNoMoreThanTheCallersTime) {
  shim_.rules("delay C_GenerateRandom 1000000");
  std::array<std::uint8_t, 16> octets{};
  const auto begun = Clock::now();
  EXPECT_THROW(token_->random(octets, in(milliseconds(200))), policy::Error);
  EXPECT_LT(Clock::now() - begun, milliseconds(700));
}

}  // namespace
}  // namespace inkan::pkcs11
