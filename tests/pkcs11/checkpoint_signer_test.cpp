#include "pkcs11/checkpoint_signer.h"

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
