#include "policy/backup_proof.h"

#include "policy/canary.h"
#include "policy/lint/tbs_view.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

BackupProof proof(std::uint8_t last) {
  std::array<std::uint8_t, 16> key{0xab}, nonce{};
  nonce[15] = last;
  return {KeyId(key), SignatureAlgorithm::ecdsa_sha256, nonce};
}

TEST(BackupProof, NamesTheKeyAndIsDifferentEachTime) {
  EXPECT_EQ(as_text(proof(1).to_be_signed()),
            "INKAN BACKUP PROOF v1 ab000000000000000000000000000000 00000000000000000000000000000001");
  EXPECT_NE(as_text(proof(1).to_be_signed()), as_text(proof(2).to_be_signed()));
}

// A backup's signature does for nothing else, and nothing else for it.
TEST(BackupProof, IsNothingThatAnyoneSigns) {
  const BackupProof message = proof(1);
  EXPECT_THROW(TbsView::parse(message.to_be_signed()), der::Malformed);
  der::Reader reader(message.to_be_signed());
  EXPECT_THROW(reader.sequence("anything signed"), der::Malformed);
  const Canary canary(message.signing_key(), SignatureAlgorithm::ecdsa_sha256, Canary::Nonce{});
  EXPECT_FALSE(as_text(canary.to_be_signed()).starts_with("INKAN BACKUP"));
  EXPECT_STRNE(BackupProof::k_purpose, Canary::k_purpose);
}

}  // namespace
}  // namespace inkan::policy
