// The recovery ladder, with a module that is made to fail.
#include <gmock/gmock.h>

#include "pkcs11/probe.h"
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
using TokenRecovery = tests::RecoveringTokenTest;

TEST_F(TokenRecovery, RetriesAFailedSignInitOnANewSession) {
  ASSERT_TRUE(signs());
  for (const char* const rv : {"0x5", "0x30", "0x32", "0x82", "0xb0", "0xb3", "0xe0", "0x101"}) {
    shim_.rules(std::string("fail C_SignInit 1 ") + rv);
    const auto outcome = sign();
    ASSERT_TRUE(std::holds_alternative<Signed>(outcome)) << rv;
    EXPECT_EQ(std::get<Signed>(outcome).tries, 1) << rv;
  }
  EXPECT_EQ(token_->epoch(), 1U);
}

TEST_F(TokenRecovery, SignsTheSameBytesAgainAfterAFailedSignAndCountsIt) {
  shim_.rules("lose C_Sign 1 0x30");
  EXPECT_EQ(expect<Signed>(sign()).tries, 2);
}

TEST_F(TokenRecovery, SaysPossiblySignedWhenNoRetrySucceeds) {
  ASSERT_TRUE(signs());
  shim_.rules("lose C_Sign 1 0x30 0");
  const auto outcome = expect<PossiblySigned>(sign(milliseconds(3000)));
  EXPECT_GE(outcome.tries, 2);
  EXPECT_THAT(outcome.reason, HasSubstr("CKR_DEVICE_ERROR"));
}

TEST_F(TokenRecovery, SaysNotSignedWhenTheTokenRefusesForCertain) {
  ASSERT_TRUE(signs());
  shim_.rules("fail C_Sign 1 0x21 0");  // CKR_DATA_LEN_RANGE
  EXPECT_EQ(expect<NotSigned>(sign()).rv, 0x21UL);
  shim_.rules("fail C_SignInit 1 0x70 0");  // CKR_MECHANISM_INVALID
  EXPECT_EQ(expect<NotSigned>(sign()).rv, 0x70UL);
  shim_.rules("");
  EXPECT_TRUE(signs());
  EXPECT_EQ(token_->epoch(), 1U);  // an answer is no reason to log in anew
}

TEST_F(TokenRecovery, FailsAtOnceWhileSessionsCannotBeOpenedAndHealsAfter) {
  ASSERT_TRUE(signs());
  shim_.rules("drop-sessions\nfail C_OpenSession 1 0x32 0");
  const auto begun = std::chrono::steady_clock::now();
  expect<NotSigned>(sign());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(3));
  EXPECT_NE(token_->status().state, TokenState::ready);
  shim_.rules("");
  EXPECT_TRUE(heals(std::chrono::seconds(5)));
  EXPECT_GT(token_->epoch(), 1U);
}

TEST_F(TokenRecovery, LogsInAnewAfterAllSessionsWereClosed) {
  std::atomic<std::uint64_t> told{0};
  token_->on_login([&](std::uint64_t epoch) { told = epoch; });
  ASSERT_TRUE(signs());
  shim_.rules("drop-sessions");
  EXPECT_TRUE(heals(std::chrono::seconds(5)));
  EXPECT_EQ(token_->status().state, TokenState::ready);
  EXPECT_EQ(token_->epoch(), 2U);
  for (int i = 0; i < 100 && told == 0; ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_EQ(told, 2U);
  EXPECT_FALSE(signer_.needs_canary());  // heals() has made it
}

TEST_F(TokenRecovery, AsksForACanaryInTheNewEpoch) {
  Probe probe(token_, new_key(*token_, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  ASSERT_TRUE(signs());
  EXPECT_FALSE(signer_.needs_canary());
  shim_.rules("drop-sessions");
  for (int i = 0; i < 100 && token_->epoch() == 1; ++i) probe.probe(in(milliseconds(200)));
  EXPECT_EQ(token_->epoch(), 2U);
  EXPECT_TRUE(signer_.needs_canary());
  EXPECT_TRUE(signs());
}

TEST_F(TokenRecovery, InitialisesTheModuleAnewWhenNothingElseHelps) {
  ASSERT_TRUE(signs());
  // As p11-kit's client after its server died: every call fails until C_Finalize and C_Initialize.
  shim_.rules("fail C_OpenSession 1 0x30 4\nfail C_SignInit 1 0x30 3");
  EXPECT_TRUE(heals(std::chrono::seconds(6)));
  EXPECT_GE(shim_.calls("C_Finalize"), 1);
  EXPECT_EQ(token_->status().state, TokenState::ready);
}

TEST_F(TokenRecovery, SurvivesItsTokensDirectoryMovedAwayAndBack) {
  ASSERT_TRUE(signs());
  const auto away = softhsm_.folder() / "away";
  std::filesystem::rename(softhsm_.tokens(), away);
  std::filesystem::create_directory(softhsm_.tokens());
  expect<NotSigned>(sign());
  std::this_thread::sleep_for(milliseconds(500));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(signs());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(500));
  EXPECT_EQ(token_->status().state, TokenState::absent);
  EXPECT_THAT(token_->status().detail, HasSubstr("no token with label"));
  std::filesystem::remove_all(softhsm_.tokens());
  std::filesystem::rename(away, softhsm_.tokens());
  EXPECT_TRUE(heals(std::chrono::seconds(5)));
  EXPECT_EQ(token_->status().state, TokenState::ready);
}

TEST_F(TokenRecovery, NeverTriesThePinAgainOnceItWasRefused) {
  ASSERT_TRUE(signs());
  const long before = shim_.calls("C_Login");
  shim_.rules("drop-sessions\nfail C_Login 1 0xa0 0");
  for (int i = 0; i < 30; ++i) {
    EXPECT_FALSE(signs());
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_EQ(shim_.calls("C_Login"), before + 1);
  EXPECT_EQ(token_->status().state, TokenState::degraded);
  EXPECT_THAT(token_->status().detail, HasSubstr("PIN"));
}

TEST_F(TokenRecovery, ShrinksToTheSessionsTheTokenHas) {
  shim_.rules("delay C_Sign 20000\nfail C_OpenSession 3 0xb1 0");  // CKR_SESSION_COUNT
  sign_from_threads(12);
  EXPECT_LE(token_->status().sessions_open, 3);
}

TEST_F(TokenRecovery, GrowsBackOnceTheTokenHasMoreSessions) {
  shim_.rules("delay C_Sign 20000\nfail C_OpenSession 3 0xb1 0");
  sign_from_threads(12);
  const int before = token_->status().sessions_open;
  ASSERT_LE(before, 3);
  shim_.rules("delay C_Sign 20000");
  for (const auto end = in(k_patience); token_->status().sessions_open < before + 2;) {
    ASSERT_LT(std::chrono::steady_clock::now(), end);
    sign_from_threads(12);
  }
}

TEST_F(TokenRecovery, LosesNothingUnderLoadWithFaults) {
  shim_.rules("fail C_SignInit 20 0xb3\nlose C_Sign 45 0x5\nfail C_SignInit 70 0x82 2\nfail C_Sign 90 0x30");
  std::atomic<int> made{0}, others{0}, tries{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int n = 0; n < 25; ++n) {
        const auto outcome = sign();
        if (const auto* const one = std::get_if<Signed>(&outcome)) {
          ++made;
          tries += one->tries;
        } else {
          ++others;
        }
      }
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(made, 200);
  EXPECT_EQ(others, 0);
  // Law 7 of the ledger: what the token returned CKR_OK for, and the tries that the outcomes list.
  EXPECT_EQ(signatures(), 200U);
  EXPECT_EQ(tries, shim_.calls("C_Sign"));
}

TEST_F(TokenRecovery, TakesAKeyOutOfServiceThatSignsWrongly) {
  ASSERT_TRUE(signs());
  // CKR_OK without a signature: the buffer stays as it was.
  shim_.rules("fail C_Sign 1 0x0");
  EXPECT_THAT(expect<PossiblySigned>(sign()).reason, HasSubstr("not released"));
  EXPECT_THAT(signer_.out_of_service(), HasSubstr("does not verify"));
  EXPECT_THAT(expect<NotSigned>(sign()).reason, HasSubstr("out of service"));
}

TEST_F(TokenRecovery, GoesOnWithItsOtherKeysWhenOneIsGone) {
  const KeyRecord gone = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  CaSigner orphan(token_, gone);
  const auto fails = [&] { return expect<NotSigned>(orphan.sign(new_canary(gone), in(k_patience))).reason; };
  ASSERT_TRUE(std::holds_alternative<Signed>(orphan.sign(new_canary(gone), in(k_patience))));
  ASSERT_TRUE(signs());
  destroy_key(*token_, gone);
  fails();
  ASSERT_TRUE(heals(std::chrono::seconds(5)));
  EXPECT_THAT(fails(), HasSubstr("no private key"));
  EXPECT_EQ(token_->status().state, TokenState::degraded);
  EXPECT_THAT(token_->status().detail, HasSubstr(gone.id.hex()));
  const auto epoch = token_->epoch();
  for (int i = 0; i < 3; ++i) {
    std::this_thread::sleep_for(milliseconds(500));
    EXPECT_THAT(fails(), HasSubstr("no private key"));
    EXPECT_TRUE(signs());
  }
  EXPECT_EQ(token_->epoch(), epoch);  // the ladder is climbed once for it, not for every call
}

TEST_F(TokenRecovery, SparesTheOtherTokenOfItsModule) {
  token_->close();
  softhsm_.add("ledger");
  token_ = softhsm_.open(k_shim);
  auto config = softhsm_.config(k_shim);
  config.name = "ledger";
  config.label = "ledger";
  const auto ledger = Token::open(config, softhsm_.pin());
  Probe on_ledger(ledger, new_key(*ledger, KeyPurpose::probe, KeyAlgorithm::ec_p256));
  CaSigner on_main(token_, key_);
  const auto main_signs = [&] {
    return std::holds_alternative<Signed>(on_main.sign(new_canary(key_), in(k_patience)));
  };
  const auto ledger_signs = [&] {
    return std::holds_alternative<Signed>(on_ledger.probe(in(milliseconds(500))));
  };
  ASSERT_TRUE(main_signs());
  ASSERT_TRUE(ledger_signs());

  // SoftHSM keeps each token in a folder of its own; its private key objects go with it.
  std::filesystem::path folder;
  for (const auto& each : std::filesystem::directory_iterator(softhsm_.tokens()))
    if (each.path().filename().string().ends_with(ledger->status().serial.substr(4))) folder = each.path();
  ASSERT_FALSE(folder.empty());
  std::filesystem::rename(folder, softhsm_.folder() / "away");
  EXPECT_FALSE(ledger_signs());
  std::this_thread::sleep_for(milliseconds(1500));
  EXPECT_TRUE(main_signs() || main_signs());  // once logged out by the module's first new start
  const auto epoch = token_->epoch();
  std::this_thread::sleep_for(milliseconds(2500));
  EXPECT_TRUE(main_signs());
  EXPECT_EQ(token_->epoch(), epoch);
  std::filesystem::rename(softhsm_.folder() / "away", folder);
  bool back = false;
  for (const auto end = in(milliseconds(15000)); !back && std::chrono::steady_clock::now() < end;) {
    back = ledger_signs();
    std::this_thread::sleep_for(milliseconds(50));
  }
  EXPECT_TRUE(back) << ledger->status().detail;
}

}  // namespace
}  // namespace inkan::pkcs11
