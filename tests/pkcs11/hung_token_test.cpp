// A module in which calls are stuck: when it counts as hung, and when it does not.
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
using tests::k_patience;
using tests::k_shim;
using tests::new_key;

constexpr milliseconds k_to_hang{1000};  // enough to come as far as C_Sign on a busy machine

class HungToken : public testing::Test {
 protected:
  std::shared_ptr<Token> open(int sessions, std::chrono::seconds open_deadline = std::chrono::seconds(30)) {
    auto config = softhsm_.config(k_shim);
    config.sessions = sessions;
    config.open_deadline = open_deadline;
    return Token::open(config, softhsm_.pin());
  }
  static bool signs(Probe& probe, milliseconds patience = k_patience) {
    return std::holds_alternative<Signed>(probe.probe(in(patience)));
  }
  static bool hangs(const Token& token, milliseconds at_least) {
    for (const auto end = in(k_patience); std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(milliseconds(20)))
      if (token.status().hung >= at_least) return true;
    return false;
  }
  static bool heals(const Token& token, Probe& probe) {
    for (const auto end = in(k_patience); std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(milliseconds(20)))
      if (signs(probe) && token.status().hung == milliseconds(0)) return true;
    return false;
  }

  tests::SofthsmToken softhsm_;
  tests::Shim shim_;
};

// As p11-kit's client: its server died, one call is left waiting for ever, and all others fail at once.
TEST_F(HungToken, IsWhatStuckCallsKeepFromBeingInitialisedAnew) {
  const auto token = open(8);
  Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  ASSERT_TRUE(signs(probe));
  shim_.rules(
      "hang C_Sign 1\nfail C_SignInit 2 0x30 0\nfail C_GetSessionInfo 1 0x30 0\nfail C_GetSlotList 1 0x30 0");
  EXPECT_FALSE(signs(probe, k_to_hang));
  EXPECT_FALSE(signs(probe));
  EXPECT_TRUE(hangs(*token, milliseconds(500)));
  EXPECT_EQ(shim_.calls("C_Finalize"), 0);
  EXPECT_NE(token->status().state, TokenState::ready);
  EXPECT_THAT(token->status().detail, HasSubstr("stuck"));
  shim_.rules("");
  EXPECT_TRUE(heals(*token, probe));
}

TEST_F(HungToken, IsOneWithoutASessionThatIsNotStuck) {
  const auto token = open(1);
  Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  shim_.rules("hang C_Sign 1");
  EXPECT_FALSE(signs(probe, k_to_hang));
  EXPECT_TRUE(hangs(*token, milliseconds(500)));
  shim_.rules("");
  EXPECT_TRUE(heals(*token, probe));
}

TEST_F(HungToken, IsOneWhoseCallsAllStayAway) {
  const auto token = open(8);
  Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  shim_.rules("hang C_Sign 1\nhang C_Sign 2");
  EXPECT_FALSE(signs(probe, k_to_hang));
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_EQ(token->status().hung, milliseconds(0));  // nobody has tried since
  EXPECT_FALSE(signs(probe, k_to_hang));
  EXPECT_GE(token->status().hung, milliseconds(500));
  EXPECT_TRUE(signs(probe));  // two of many are stuck for ever, and the others sign
  EXPECT_EQ(token->status().hung, milliseconds(0));
  EXPECT_EQ(token->status().stuck, 2);
  shim_.rules("");
}

TEST_F(HungToken, IsOneWhoseKeeperDoesNotComeBackFromOpeningItAnew) {
  const auto token = open(1, std::chrono::seconds(1));
  Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  ASSERT_TRUE(signs(probe));
  shim_.rules("fail C_SignInit 1 0x30 0\nhang C_OpenSession 2");  // the first is the worker's second try
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(signs(probe));
  EXPECT_TRUE(hangs(*token, milliseconds(1)));
  EXPECT_GT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(1));
  shim_.rules("");
  EXPECT_TRUE(heals(*token, probe));
}

TEST_F(HungToken, IsNoneWhileAnotherTokenOfItsModuleSigns) {
  softhsm_.add("other");
  const auto token = open(1);
  auto config = softhsm_.config(k_shim);
  config.label = "other";
  const auto other = Token::open(config, softhsm_.pin());
  Probe probe(token, new_key(*token, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  Probe on_other(other, new_key(*other, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  shim_.rules("hang C_Sign 1");
  EXPECT_FALSE(signs(probe, k_to_hang));
  ASSERT_TRUE(hangs(*token, milliseconds(500)));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(signs(on_other));
  EXPECT_LE(token->status().hung, std::chrono::steady_clock::now() - begun);
  EXPECT_EQ(token->status().stuck, 1);
  shim_.rules("");
}

}  // namespace
}  // namespace inkan::pkcs11
