#include "policy/canary.h"

#include "policy/lint/tbs_view.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

Canary canary(std::uint8_t last) {
  std::array<std::uint8_t, 16> key{0xab}, nonce{};
  nonce[15] = last;
  return {KeyId(key), SignatureAlgorithm::ecdsa_sha256, nonce};
}

TEST(Canary, NamesTheKeyAndIsDifferentEachTime) {
  EXPECT_EQ(as_text(canary(1).to_be_signed()),
            "INKAN CANARY v1 ab000000000000000000000000000000 00000000000000000000000000000001");
  EXPECT_NE(as_text(canary(1).to_be_signed()), as_text(canary(2).to_be_signed()));
}

// Its signature must never do for a certificate's, a CRL's or a request's: none of them begins so.
TEST(Canary, IsNothingThatAnyoneSigns) {
  const Canary message = canary(1);
  EXPECT_EQ(message.to_be_signed()[0], 'I');
  EXPECT_THROW(TbsView::parse(message.to_be_signed()), der::Malformed);
  der::Reader reader(message.to_be_signed());
  EXPECT_THROW(reader.sequence("anything signed"), der::Malformed);
}

TEST(Canary, IsApprovedForItsKeyAndAlgorithm) {
  const auto approved = Engine::approve(canary(1));
  EXPECT_EQ(approved.tbs().signing_key(), canary(1).signing_key());
  EXPECT_EQ(approved.tbs().signature_algorithm(), SignatureAlgorithm::ecdsa_sha256);
}

}  // namespace
}  // namespace inkan::policy
