// The API's own TLS certificate, when it is renewed and by whom. How it is shown: tests/e2e/tls_renewal.
#include "daemon/authority/tls_certificate.h"

#include <gmock/gmock.h>

#include "policy/x509/certificate.h"
#include "policy/x509/oids.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;

class TlsCertificateTest : public tests::OfficersTest {
 protected:
  void SetUp() override {
    OfficersTest::SetUp();
    core_->key_keeper.make_canaries();
  }
  TlsCertificate& tls() { return core_->tls_certificate; }
  // As if the days had passed.
  void make_due() {
    core_->writer->write([&](Writing& w) {
      w.database()
          .prepare("UPDATE certificates SET renewal_from = ? WHERE serial = ?")
          .bind(to_seconds(now()) - 1)
          .bind(tls().current().serial.content())
          .run();
    });
  }
};

TEST_F(TlsCertificateTest, IsRenewedOnceWhenItsTimeHasComeWithTheSameNamesAndKey) {
  const auto first = tls().current();
  EXPECT_FALSE(tls().renew_due());
  make_due();
  EXPECT_TRUE(tls().renew_due());
  EXPECT_FALSE(tls().renew_due());
  const auto second = tls().current();
  EXPECT_NE(second.serial, first.serial);
  EXPECT_EQ(tls().chain().front(), second.der);
  const auto before = policy::Certificate::parse(first.der), after = policy::Certificate::parse(second.der);
  EXPECT_EQ(after.subject(), before.subject());
  EXPECT_EQ(after.public_key().spki(), before.public_key().spki());
  EXPECT_EQ(after.find_extension(policy::oid::k_subject_alt_name)->value,
            before.find_extension(policy::oid::k_subject_alt_name)->value);
  EXPECT_EQ(leaves(policy::EventType::cert_issue).back().at("actor").at("id"), "system:tls");
}

TEST_F(TlsCertificateTest, IsIssuedByTheAuthorityOfTheOneBeforeUntilThatIsRetired) {
  ASSERT_EQ(officers_
                ->approve(ActKind::create_authority,
                          {{"authority", "next"}, {"common_name", "next"}, {"issuer", "root"}})
                .failure,
            "");
  core_->key_keeper.make_canaries();
  ASSERT_EQ(officers_->approve(ActKind::activate_authority, {{"authority", "next"}}).failure, "");
  ASSERT_EQ(core_->authorities.issuing().issuer.id, "next");
  make_due();
  EXPECT_TRUE(tls().renew_due());
  EXPECT_EQ(tls().current().authority, "issuing");
  ASSERT_EQ(officers_->approve(ActKind::retire_authority, {{"authority", "issuing"}}).failure, "");
  make_due();
  EXPECT_TRUE(tls().renew_due());
  EXPECT_EQ(tls().current().authority, "next");
}

TEST_F(TlsCertificateTest, IsNotRenewedIfItWasRevoked) {
  core_->writer->write([&](Writing& w) {
    w.database()
        .prepare("UPDATE certificates SET revoked_at = 1, reason = 1, revoke_leaf = 1 WHERE serial = ?")
        .bind(tls().current().serial.content())
        .run();
  });
  make_due();
  EXPECT_THROW(tls().renew_due(), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon
