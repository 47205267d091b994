#include "pkcs11/checkpoint_signer.h"

#include <atomic>
#include <thread>

#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::KeyAlgorithm;
using policy::KeyPurpose;
using tests::in;
using tests::k_patience;

class CheckpointKey : public testing::TestWithParam<KeyAlgorithm> {};

TEST_P(CheckpointKey, SignsTheNotesText) {
  const tests::SofthsmToken softhsm;
  const auto token = softhsm.open();
  const KeyRecord key = tests::new_key(*token, KeyPurpose::ledger, GetParam());
  CheckpointSigner signer(token, key);
  daemon::IntentLedger ledger;
  const auto checkpoint = [&] {
    return ledger.record(policy::Engine::approve(
        policy::CheckpointBody("inkan.test/log", {7, policy::sha256({})}, key.id, key.signature_algorithm)));
  };
  EXPECT_TRUE(std::holds_alternative<NotSigned>(signer.sign(checkpoint(), in(k_patience))));
  ASSERT_TRUE(std::holds_alternative<Signed>(signer.sign(tests::new_canary(key), in(k_patience))));
  auto recorded = checkpoint();
  const policy::Bytes text = policy::to_bytes(recorded.tbs().to_be_signed());
  const auto outcome = signer.sign(std::move(recorded), in(k_patience));
  ASSERT_TRUE(std::holds_alternative<Signed>(outcome));
  EXPECT_TRUE(tests::openssl_verifies(key, text, std::get<Signed>(outcome).signature));
  EXPECT_EQ(std::get<Signed>(outcome).object, std::get<Signed>(outcome).signature);
}

INSTANTIATE_TEST_SUITE_P(Both, CheckpointKey, testing::Values(KeyAlgorithm::ed25519, KeyAlgorithm::ec_p256),
                         [](const auto& row) {
                           return row.param == KeyAlgorithm::ed25519 ? "ed25519" : "p256";
                         });

TEST(CheckpointSigner, TellsLateCheckpointsApartFromLateCanaries) {
  const tests::SofthsmToken softhsm;
  const auto token = softhsm.open(tests::k_shim);
  const tests::Shim shim;
  const KeyRecord key = tests::new_key(*token, KeyPurpose::ledger, KeyAlgorithm::ec_p256);
  CheckpointSigner signer(token, key);
  std::atomic<policy::LeafIndex> checkpoint{0}, canary{0};
  signer.on_late([&](policy::LeafIndex row, const Signed&) { checkpoint = row; },
                 [&](policy::LeafIndex intent, const Signed&) { canary = intent; });
  ASSERT_TRUE(std::holds_alternative<Signed>(signer.sign(tests::new_canary(key), in(k_patience))));

  // Hangs until the caller has left, then lets the token answer.
  const auto leave = [&](auto recorded) {
    const auto intent = recorded.intent();
    shim.rules("hang C_Sign 1");
    EXPECT_TRUE(std::holds_alternative<PossiblySigned>(
        signer.sign(std::move(recorded), in(std::chrono::milliseconds(300)))));
    shim.rules("");
    for (int i = 0; i < 500 && checkpoint + canary == 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return intent;
  };
  const auto intent = leave(tests::new_canary(key));
  EXPECT_EQ(canary, intent);
  EXPECT_EQ(checkpoint, 0U);
  canary = 0;
  daemon::IntentLedger rows;
  const auto row = leave(rows.record(policy::Engine::approve(
      policy::CheckpointBody("inkan.test/log", {7, policy::sha256({})}, key.id, key.signature_algorithm))));
  EXPECT_EQ(checkpoint, row);
  EXPECT_EQ(canary, 0U);
}

TEST(CheckpointSigner, TakesNoKeyThatVerifiersOfNotesCannotRead) {
  const tests::SofthsmToken softhsm;
  const auto token = softhsm.open();
  EXPECT_THROW(CheckpointSigner(token, tests::new_key(*token, KeyPurpose::ledger, KeyAlgorithm::ec_p384)),
               policy::Error);
  EXPECT_THROW(CheckpointSigner(token, tests::new_key(*token, KeyPurpose::ca, KeyAlgorithm::ec_p256)),
               policy::Error);
}

}  // namespace
}  // namespace inkan::pkcs11
