// On which CRL a change of a certificate's status is: told exactly, whatever the clock says, and after a
// restart.
#include <gmock/gmock.h>
#include <openssl/x509.h>

#include <thread>

#include "policy/x509/openssl.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/older_store.h"

namespace inkan::daemon {
namespace {

using policy::RevocationReason;
using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class PublicationTest : public tests::AuthorityTest {
 protected:
  api::CertificateRecord revoke(const policy::Serial& serial,
                                RevocationReason reason = RevocationReason::superseded) {
    return std::get<api::CertificateRecord>(
        service_->revoke(call_by(bank_staff()), {serial, reason, std::nullopt}, std::nullopt));
  }
  api::CertificateRecord release(const policy::Serial& serial) {
    return std::get<api::CertificateRecord>(service_->release(call_by(bank_staff()), serial, std::nullopt));
  }
  // Waits so long.
  auto publication(const api::CertificateRecord& record, policy::LeafIndex leaf,
                   std::chrono::milliseconds patience = std::chrono::milliseconds(0)) {
    return service_->publication(record, leaf, std::chrono::steady_clock::now() + patience);
  }
  policy::CrlNumber number_of(const api::CertificateRecord& record, policy::LeafIndex leaf) {
    const auto told = publication(record, leaf);
    const auto* const published = std::get_if<api::Publication>(&told);
    return published ? published->crl_number : 0;
  }
  policy::CrlNumber publish() { return core_->crls.publish(core_->authorities.issuing()); }
  // As OpenSSL reads that CRL.
  bool lists(policy::CrlNumber number, const policy::Serial& serial) {
    const auto der = core_->store.crl_der("issuing", number);
    const auto* at = der.data();
    const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> crl(
        d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())), &X509_CRL_free);
    const auto content = serial.content();
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> value(
        BN_bin2bn(content.data(), static_cast<int>(content.size()), nullptr), &BN_free);
    const std::unique_ptr<ASN1_INTEGER, decltype(&ASN1_INTEGER_free)> wanted(
        BN_to_ASN1_INTEGER(value.get(), nullptr), &ASN1_INTEGER_free);
    X509_REVOKED* entry = nullptr;
    return X509_CRL_get0_by_serial(crl.get(), &entry, wanted.get()) == 1;
  }
  void reopen(const char* meanwhile = "") {
    service_.reset();
    core_->tokens.close();
    core_.reset();
    Database(fixture_.config().database(), Database::Mode::existing).execute(meanwhile);
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
  }
};

// All of it within one second, which is all that a CRL tells of its time.
TEST_F(PublicationTest, IsTheFirstCrlThatTellsOfTheChange) {
  const auto serial = issue();
  const auto before = publish();
  const auto revoked = revoke(serial);
  EXPECT_EQ(number_of(revoked, revoked.revocation->leaf), 0u);
  EXPECT_TRUE(core_->crls.oldest_unpublished("issuing"));
  const auto first = publish();
  EXPECT_FALSE(core_->crls.oldest_unpublished("issuing"));
  const auto second = publish();
  EXPECT_EQ(number_of(revoked, revoked.revocation->leaf), first);
  EXPECT_FALSE(lists(before, serial));
  EXPECT_TRUE(lists(first, serial));
  EXPECT_TRUE(lists(second, serial));
}

TEST_F(PublicationTest, OfAReleaseIsTheFirstThatHoldsItNoMore) {
  const auto serial = issue();
  revoke(serial, RevocationReason::certificate_hold);
  const auto held = publish();
  const auto released = release(serial);
  ASSERT_TRUE(released.release);
  EXPECT_EQ(number_of(released, released.release->leaf), 0u);
  const auto first = publish();
  EXPECT_EQ(number_of(released, released.release->leaf), first);
  EXPECT_TRUE(lists(held, serial));
  EXPECT_FALSE(lists(first, serial));
  EXPECT_EQ(release(serial).release->leaf, released.release->leaf) << "asked again";
}

TEST_F(PublicationTest, IsWaitedFor) {
  const auto revoked = revoke(issue());
  std::thread publisher([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    publish();
  });
  const auto told = publication(revoked, revoked.revocation->leaf, std::chrono::seconds(10));
  publisher.join();
  EXPECT_TRUE(std::holds_alternative<api::Publication>(told));
}

TEST_F(PublicationTest, IsKnownAfterARestart) {
  const auto revoked = revoke(issue());
  const auto first = publish();
  reopen();
  publish();
  EXPECT_EQ(number_of(revoked, revoked.revocation->leaf), first);
}

// A commit that took longer than a second: the revocation's time is before that of a CRL which was made
// without it.
TEST_F(PublicationTest, StaysDueWhateverTheClockSays) {
  publish();
  const auto revoked = revoke(issue());
  reopen("UPDATE certificates SET revoked_at = revoked_at - 60 WHERE revoked_at IS NOT NULL");
  core_->crls.publish_due();
  const auto first = core_->crls.newest("issuing")->number;
  EXPECT_EQ(number_of(revoked, revoked.revocation->leaf), first);
  EXPECT_TRUE(lists(first, revoked.serial));
}

// What it covers was not kept: whatever was revoked or released just before it was brought forward, is told.
TEST_F(PublicationTest, OfAnOlderStoreIsANewCrl) {
  const auto serial = issue(), released = issue();
  const auto leaf = revoke(serial).revocation->leaf;
  revoke(released, RevocationReason::certificate_hold);
  const auto before = publish();
  release(released);
  reopen(test::k_back_to_9.c_str());
  core_->crls.publish_due();
  EXPECT_EQ(core_->crls.newest("issuing")->number, before + 1);
  EXPECT_EQ(number_of(*core_->store.find_certificate(serial, now()), leaf), before + 1);
  EXPECT_FALSE(lists(before + 1, released));
  core_->crls.publish_due();
  EXPECT_EQ(core_->crls.newest("issuing")->number, before + 1) << "once";
}

TEST_F(PublicationTest, IsNotAwaitedForWhatHasExpired) {
  const auto serial = issue();
  reopen(("UPDATE certificates SET not_before = 1600000000, not_after = 1700000000 WHERE serial = x'" +
          serial.hex() + "'")
             .c_str());
  const auto revoked = revoke(serial);
  publish();
  const auto told = publication(revoked, revoked.revocation->leaf, std::chrono::seconds(10));
  ASSERT_TRUE(std::holds_alternative<std::string>(told));
  EXPECT_THAT(std::get<std::string>(told), testing::HasSubstr("expired"));
}

}  // namespace
}  // namespace inkan::daemon
