// The responder on a whole authority, asked and judged by OpenSSL. HTTP, caches, floods and kills:
// tests/e2e/ocsp.
#include "daemon/ocsp/ocsp_desk.h"

#include <gmock/gmock.h>

#include "daemon/ledger/reconcile.h"
#include "tests/support/relying_party.h"
#include "tests/support/stored_story.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using policy::RevocationReason;
using policy::Serial;
using test::RelyingParty;
using testing::HasSubstr;
using How = OcspDesk::How;

class OcspDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.plan_ocsp();
    officers_.emplace(fixture_);
    fixture_.set_up();
    start();
  }
  void start(const std::string& settings = "") {
    stop();
    tests::write_text(fixture_.folder() / "inkand.toml", fixture_.config_text() + settings);
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
    officers_->work_for(*core_, *service_);
    core_->ocsp->start(core_->ocsp_sessions());
    core_->ocsp->turn();
  }
  void stop() {
    service_.reset();
    if (!core_) return;
    core_->ocsp.reset();
    core_->tokens.close();
    core_.reset();
  }
  void TearDown() override {
    shim_.rules("");
    stop();
  }

  policy::Bytes certificate(const std::string& authority) const {
    return core_->authorities.find(authority)->certificate;
  }
  RelyingParty party(const std::string& issuer = "issuing") const {
    return {certificate("root"), certificate(issuer)};
  }
  Serial issue(const std::string& name) {
    const auto outcome =
        service_->issue(tests::call_by(tests::web_tier()), tests::ask_for(name), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record.serial;
  }
  api::OcspAnswer answer(const policy::Bytes& request) { return core_->ocsp->answer(request, "192.0.2.1"); }
  RelyingParty::Seen seen(const Serial& serial, bool nonce = false, const EVP_MD* hash = EVP_sha1()) {
    return party().read(answer(party().ask({serial}, nonce, hash)).der, serial, hash);
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::optional<tests::TwoOfficers> officers_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
};

TEST_F(OcspDeskTest, SaysWhatIsSoWithANonceAndWithout) {
  const auto serial = issue("alice01");
  for (const bool nonce : {true, false})
    for (const auto* hash : {EVP_sha1(), EVP_sha256()}) {
      const auto told = seen(serial, nonce, hash);
      EXPECT_EQ(told.status, "good");
      EXPECT_TRUE(told.verified);
      EXPECT_EQ(told.has_nonce, nonce);
    }
  service_->revoke(tests::call_by(tests::bank_staff()), {serial, RevocationReason::superseded, std::nullopt},
                   std::nullopt);
  const auto told = seen(serial);
  EXPECT_EQ(told.status, "revoked");
  EXPECT_EQ(told.reason, OCSP_REVOKED_STATUS_SUPERSEDED);
  EXPECT_TRUE(told.verified);
  EXPECT_EQ(seen(*Serial::parse("0102")).status, "unknown");
  // The issuing CA's own, by its issuer.
  const auto issuing =
      core_->store.find_certificate(policy::Certificate::parse(certificate("issuing")).serial(), now());
  ASSERT_TRUE(issuing);
  const auto root = party("root");
  EXPECT_EQ(root.read(answer(root.ask({issuing->serial})).der, issuing->serial).status, "good");
  // Which the issuing CA has not issued: its number is unknown there.
  EXPECT_EQ(seen(issuing->serial).status, "unknown");
}

// RFC 6960 §2.2: good is not revoked, and says nothing of the dates in the certificate.
TEST_F(OcspDeskTest, GoesOnToSayWhatBecameOfAnExpiredCertificate) {
  const auto kept = issue("alice01"), revoked = issue("bob0001");
  service_->revoke(tests::call_by(tests::bank_staff()), {revoked, RevocationReason::superseded, std::nullopt},
                   std::nullopt);
  stop();
  Database(fixture_.config().database(), Database::Mode::existing)
      .execute(
          "UPDATE certificates SET not_after = not_before + 1 WHERE subject LIKE '%alice01%' OR subject LIKE "
          "'%bob0001%'");
  start();
  EXPECT_EQ(core_->store.find_certificate(kept, now())->status, api::CertificateStatus::expired);
  EXPECT_EQ(seen(kept).status, "good");
  EXPECT_EQ(seen(revoked).status, "revoked");
}

TEST_F(OcspDeskTest, AnswersForSeveralCertificatesOfOneIssuer) {
  const auto one = issue("alice01"), two = issue("bob0001");
  service_->revoke(tests::call_by(tests::bank_staff()), {two, RevocationReason::unspecified, std::nullopt},
                   std::nullopt);
  const auto both = answer(party().ask({one, two}));
  EXPECT_EQ(both.max_age.count(), 0);
  EXPECT_EQ(party().read(both.der, one).status, "good");
  EXPECT_EQ(party().read(both.der, two).status, "revoked");
  const RelyingParty stranger(
      certificate("root"),
      test::make_certificate({.common_name = "Another", .authority = true}, nullptr).der);
  EXPECT_EQ(stranger.read(answer(stranger.ask({one})).der, one).status, "unauthorized");
  EXPECT_EQ(party().read(answer({1, 2, 3}).der, one).status, "malformedrequest");
}

TEST_F(OcspDeskTest, AnswersFromMemoryForNoLongerThanItIsTrue) {
  const auto serial = issue("alice01");
  const auto first = answer(party().ask({serial}));
  EXPECT_EQ(first.max_age, core_->config.ocsp.max_age);
  EXPECT_EQ(first.next_update - first.this_update, core_->config.ocsp.validity);
  const auto signatures = core_->ocsp->count(How::signed_for_it);
  EXPECT_EQ(answer(party().ask({serial})).der, first.der);
  EXPECT_EQ(core_->ocsp->count(How::signed_for_it), signatures);
  EXPECT_EQ(core_->ocsp->count(How::from_memory), 1u);
  EXPECT_EQ(answer(party().ask({*Serial::parse("0102")})).max_age.count(), 0);  // it may be issued any moment
}

TEST_F(OcspDeskTest, SignsForStrangersNoMoreOftenThanItMay) {
  const auto known = issue("alice01"), other = issue("bob0001");
  start("[ocsp]\non_demand_per_second = 1000\non_demand_per_address_per_second = 1\n");
  // One a second, however long this machine takes: the others are answered from memory, without their nonce.
  const auto begin = std::chrono::steady_clock::now();
  constexpr int k_asked = 40;
  int signed_for_it = 0;
  EXPECT_EQ(seen(known).status, "good");
  for (int i = 0; i < k_asked; ++i) {
    const auto told = seen(known, true);
    EXPECT_EQ(told.status, "good");
    signed_for_it += told.has_nonce ? 1 : 0;
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
  EXPECT_LE(signed_for_it, seconds.count());
  EXPECT_LT(signed_for_it, k_asked);
  start("[ocsp]\non_demand_per_second = 0\ncache = 1\n");  // memory has room for one of the two
  EXPECT_EQ((std::set<std::string>{seen(known).status, seen(other).status}).count("trylater"), 1u);
}

TEST_F(OcspDeskTest, SaysOnceWhyNothingIsSigned) {
  const auto serial = issue("alice01");
  EXPECT_EQ(seen(serial).status, "good");
  shim_.rules("fail C_SignInit 1 0x30 0");
  EXPECT_EQ(seen(serial).status, "good");
  const auto fresh = *Serial::parse("0102");
  EXPECT_EQ(seen(fresh).status, "trylater");
  try {
    core_->ocsp->turn();
    ADD_FAILURE() << "nothing is told";
  } catch (const policy::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("an OCSP response was not made"));
  }
}

// What it issued lives on, and so does its status.
TEST_F(OcspDeskTest, ARetiredAuthorityGetsItsResponder) {
  officers_->approve(ActKind::create_authority,
                     {{"authority", "spare"}, {"common_name", "Spare"}, {"issuer", "root"}});
  officers_->approve(ActKind::retire_authority, {{"authority", "spare"}});
  EXPECT_FALSE(core_->ocsp->responders().find("spare"));
  core_->ocsp->turn();
  EXPECT_TRUE(core_->ocsp->responders().find("spare"));
  const auto serial = issue("alice01");
  const auto spare = party("spare");
  const auto told = spare.read(answer(spare.ask({serial})).der, serial);
  EXPECT_EQ(told.status, "unknown");
  EXPECT_TRUE(told.verified);
}

TEST_F(OcspDeskTest, LeavesALogThatIsWhole) {
  const auto serial = issue("alice01");
  seen(serial, true);
  seen(serial, true);
  stop();
  Store store(fixture_.config().database());
  EXPECT_THAT(tests::faults_in_story(store), testing::IsEmpty());
  Database database(fixture_.config().database(), Database::Mode::existing);
  const auto books = reconcile(database, "", 0, [] { return true; }).books;
  EXPECT_THAT(books.differences(), testing::IsEmpty());
}

}  // namespace
}  // namespace inkan::daemon
