// Receipts of a whole authority: its own tokens, store and checkpoints.
#include "policy/log/receipt.h"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class ReceiptTest : public tests::AuthorityTest {
 protected:
  api::CertificateRecord issue() {
    const auto outcome = service_->issue(call_by(web_tier()), ask_for("alice01"), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record;
  }
  static api::Deadline in(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }
};

TEST_F(ReceiptTest, ProvesIssuanceAndRevocationUnderTheSignedHead) {
  const auto record = issue();
  EXPECT_FALSE(service_->receipt(*record.outcome, in({}))) << "before any checkpoint covers it";
  const auto outcome =
      service_->revoke(call_by(bank_staff()),
                       {record.serial, policy::RevocationReason::superseded, std::nullopt}, std::nullopt);
  const auto revoked = std::get<api::CertificateRecord>(outcome);
  core_->checkpoints.publish();
  for (const auto leaf : {*record.outcome, revoked.revocation->leaf}) {
    const auto text = service_->receipt(leaf, in({}));
    ASSERT_TRUE(text);
    const auto receipt = policy::Receipt::parse(*text);
    EXPECT_EQ(policy::fault_in(receipt, core_->verifier), std::nullopt);
    EXPECT_EQ(receipt.index, leaf);
    EXPECT_THAT(std::string(policy::as_text(receipt.leaf)), testing::HasSubstr(record.serial.hex()));
  }
}

TEST_F(ReceiptTest, IsWaitedForUntilACheckpointComes) {
  const auto record = issue();
  std::thread publisher([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    core_->checkpoints.publish();
  });
  EXPECT_TRUE(service_->receipt(*record.outcome, in(std::chrono::seconds(20))));
  publisher.join();
}

// A damaged file must not become a receipt that an auditor would call forged.
TEST_F(ReceiptTest, IsNotMadeFromADamagedTile) {
  const auto record = issue();
  core_->checkpoints.publish();
  const auto width = core_->checkpoints.covered();
  const auto tile = core_->config.ledger() / ("tile/0/000.p/" + std::to_string(width));
  ASSERT_TRUE(std::filesystem::exists(tile)) << tile;
  tests::write_text(tile, std::string(width * 32, 'x'));
  try {
    service_->receipt(*record.outcome, in({}));
    FAIL() << "a receipt from a damaged tile";
  } catch (const policy::Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("remove that folder"));
  }
  std::filesystem::remove_all(core_->config.ledger());
  EXPECT_TRUE(service_->receipt(*record.outcome, in({})));
}

}  // namespace
}  // namespace inkan::daemon
