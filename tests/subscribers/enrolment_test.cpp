// One certificate from the gate to its end (rules R01, R03, R07 to R09, R20 to R29, A01, A05 to A08, A13 to
// A17, A19, A23).
#include <openssl/ecdsa.h>
#include <thread>

#include "api/handlers/handlers.h"
#include "policy/subscriber/install_proof.h"
#include "policy/x509/certificate.h"
#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using policy::RevocationReason;
using std::chrono::seconds;

using EnrolmentTest = OneUserTest;

TEST_F(EnrolmentTest, R01_A01_ThreeHundredAndSixtySixDaysFromTheDayOfIssue) {
  const auto validity = enrol("taro001").certificate->record.validity;
  EXPECT_EQ(validity.not_before(), utc(2026, 11, 22, 15));
  EXPECT_EQ(validity.not_after(), utc(2027, 11, 23, 14, 59, 59));
  EXPECT_EQ(validity.length(), std::chrono::days(366));
}

TEST_F(EnrolmentTest, A02_WhatWouldOutliveTheCaIsRefused) {
  set_clock(japan(2036, 1, 1));
  EXPECT_EQ(rule_in(issue(opened("taro001"), test::make_p256_key())), "validity.after-issuer");
  EXPECT_EQ(refusal("taro001"), "") << "nothing was issued";
}

TEST_F(EnrolmentTest, R03_A03_A05_RenewableFromThirtyDaysBeforeWithoutCarryOver) {
  enrol("taro001");
  set_clock(japan(2027, 10, 23, 23, 59, 59));
  EXPECT_EQ(refusal("taro001"), "enrol.already-issued");
  set_clock(japan(2027, 10, 24));
  const auto renewed = enrol("taro001");
  EXPECT_EQ(renewed.kind, EnrolmentKind::renew);
  EXPECT_EQ(renewed.certificate->record.validity.not_after(), utc(2028, 10, 23, 14, 59, 59));
}

TEST_F(EnrolmentTest, A06_A07_RenewedBothAreValidAndNoThirdIsIssued) {
  const auto first = enrol("taro001");
  set_clock(japan(2027, 11, 1));
  const auto second = enrol("taro001");
  EXPECT_EQ(status(first.certificate->record.serial), "valid");
  EXPECT_EQ(status(second.certificate->record.serial), "valid");
  EXPECT_EQ(refusal("taro001"), "enrol.already-issued") << "though the first is in its window";
}

TEST_F(EnrolmentTest, R07_AfterExpiryHeReissuesByHimself) {
  enrol("taro001");
  set_clock(japan(2027, 11, 24));
  EXPECT_EQ(enrol("taro001").kind, EnrolmentKind::reissue);
}

TEST_F(EnrolmentTest, R08_R09_A15_ThePcChangeRunsOverTheBank) {
  const auto old_one = enrol("taro001");
  EXPECT_EQ(refusal("taro001"), "enrol.already-issued");
  EXPECT_EQ(rule_in(subs().revoke_certificates(master(master_ticket()), user_,
                                               {"1", RevocationReason::superseded, {}})),
            "role.table");
  ASSERT_EQ(revoke().size(), 1u);
  EXPECT_EQ(status(old_one.certificate->record.serial), "revoked");
  EXPECT_EQ(enrol("taro001").kind, EnrolmentKind::reissue);
  EXPECT_EQ(revoke(RevocationReason::key_compromise).size(), 1u) << "the new one alone";
  EXPECT_TRUE(revoke().empty());
}

TEST_F(EnrolmentTest, A15_TheApplicationsNumberIsInTheLog) {
  enrol("taro001");
  revoke();
  const auto leaves = std::get<api::HistoryPage>(subs().history(bank(), user_, {})).leaves;
  EXPECT_THAT(leaves, testing::Contains(testing::AllOf(testing::HasSubstr("\"cert.revoke\""),
                                                       testing::HasSubstr("\"application\":\"2026-0042\""))));
}

TEST_F(EnrolmentTest, A15_AnInvalidityDateToComeIsRefusedHereToo) {
  const auto issued = enrol("taro001");
  const auto revoked_since = [&](policy::Instant since) {
    return rule_in(subs().revoke_certificates(bank(), user_, {"1", RevocationReason::key_compromise, since}));
  };
  EXPECT_EQ(revoked_since(daemon::now() + std::chrono::hours(1)), "revoke.invalidity-date");
  EXPECT_EQ(status(issued.certificate->record.serial), "valid");
  EXPECT_EQ(revoked_since(daemon::now() - std::chrono::hours(1)), "");
  EXPECT_EQ(status(issued.certificate->record.serial), "revoked");
}

TEST_F(EnrolmentTest, A13_TheSubjectIsTheUsersWhateverTheRequestSays) {
  const auto issued = enrol("taro001");
  EXPECT_EQ(issued.certificate->record.subject, "C=JP, CN=taro001, serialNumber=" + user_);
}

TEST_F(EnrolmentTest, A13_AUserIdIsGivenOnceOverAllCompaniesAndNeverAgain) {
  const auto company = std::get<api::OrganisationRecord>(subs().register_organisation(bank(), "別会社")).id;
  const auto again = [&] {
    return rule_in(subs().create_user(bank(), new_user("taro001", policy::UserKind::master, company)));
  };
  EXPECT_EQ(again(), "user.exists");
  ASSERT_EQ(rule_in(subs().delete_user(master(master_ticket()), user_)), "");
  EXPECT_EQ(again(), "user.exists");
}

TEST_F(EnrolmentTest, R26_R28_NothingIsIssuedBeforeHaiAndOneAfter) {
  const int intents = leaves_of_type("sign.intent");
  const auto enrolment = opened("taro001");
  EXPECT_FALSE(enrolment.certificate);
  EXPECT_EQ(leaves_of_type("sign.intent"), intents);
  const auto issued = std::get<api::EnrolmentRecord>(issue(enrolment, test::make_p256_key()));
  EXPECT_EQ(issued.state, EnrolmentState::issued_unconfirmed);
  ASSERT_TRUE(issued.certificate);
}

TEST_F(EnrolmentTest, R25_A16_CancelDropsTheAuthentication) {
  const auto enrolment = opened("taro001");
  EXPECT_EQ(std::get<api::EnrolmentRecord>(subs().cancel(web(), enrolment.id, {enrolment.ticket, ""})).state,
            EnrolmentState::cancelled);
  EXPECT_EQ(rule_in(issue(enrolment, test::make_p256_key())), "enrol.over");
}

TEST_F(EnrolmentTest, A16_TheTicketIsGoodForTenMinutesForOneCertificateAndOneBrowser) {
  const auto late = opened("taro001");
  set_clock(daemon::now() + std::chrono::minutes(10));
  EXPECT_EQ(state(late), EnrolmentState::timed_out);
  EXPECT_EQ(rule_in(issue(late, test::make_p256_key())), "enrol.over");

  const auto bound = std::get<api::EnrolmentRecord>(
      subs().open_enrolment(web(), {"taro001", k_password, "", "browser-1", {}}));
  const auto key = test::make_p256_key();
  const auto issue_in = [&](const std::string& ticket, const std::string& browser) {
    return rule_in(subs().issue(web(), bound.id, {ticket, browser}, request_by(key)));
  };
  EXPECT_EQ(issue_in(bound.ticket, "browser-2"), "enrol.ticket");
  EXPECT_EQ(issue_in(bound.ticket, ""), "enrol.ticket");
  EXPECT_EQ(issue_in(late.ticket, "browser-1"), "enrol.ticket");
  EXPECT_EQ(issue_in(bound.ticket, "browser-1"), "");
  EXPECT_EQ(
      rule_in(subs().issue(web(), bound.id, {bound.ticket, "browser-1"}, request_by(test::make_p256_key()))),
      "enrol.over");
}

TEST_F(EnrolmentTest, A16_ARevocationOrBlockEndsItALockDoesNot) {
  auto enrolment = opened("taro001");
  revoke();
  EXPECT_EQ(rule_in(issue(enrolment, test::make_p256_key())), "enrol.over");
  enrolment = opened("taro001");
  for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
  EXPECT_EQ(user_state(user_), UserState::locked);
  EXPECT_EQ(rule_in(issue(enrolment, test::make_p256_key())), "");
}

TEST_F(EnrolmentTest, A16_ABlockEndsIt) {
  for (int lock = 0; lock < 2; ++lock) {
    for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
    set_clock(daemon::now() + seconds(3600));
  }
  for (int i = 0; i < 5; ++i) refusal("taro001", "chigau9");
  // The right one in another window resets the count, so a fresh row of failures is needed.
  const auto enrolment = opened("taro001");
  for (int lock = 0; lock < 3; ++lock) {
    for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
    set_clock(daemon::now() + seconds(lock < 2 ? 3600 : 0));
  }
  EXPECT_EQ(user_state(user_), UserState::blocked);
  EXPECT_EQ(state(enrolment), EnrolmentState::cancelled);
}

TEST_F(EnrolmentTest, A08_A23_TheSameKeyAgainIsAnsweredWithTheSameCertificate) {
  const auto enrolment = opened("taro001");
  const auto key = test::make_p256_key();
  const auto first = std::get<api::EnrolmentRecord>(issue(enrolment, key));
  const auto again = std::get<api::EnrolmentRecord>(issue(enrolment, key));
  EXPECT_EQ(first.certificate->record.der, again.certificate->record.der);
}

TEST_F(EnrolmentTest, A08_ManyWindowsAtOnceMakeOneCertificate) {
  std::vector<api::EnrolmentRecord> windows;
  for (int i = 0; i < 64; ++i) windows.push_back(opened("taro001"));
  std::atomic<int> issued = 0, refused = 0;
  std::vector<std::thread> threads;
  for (const auto& each : windows)
    threads.emplace_back([&, each] {
      const auto rule = rule_in(issue(each, test::make_p256_key()));
      ++(rule.empty() ? issued : refused);
      EXPECT_THAT(rule, testing::AnyOf("", "enrol.already-issued"));
    });
  for (auto& each : threads) each.join();
  EXPECT_EQ(issued, 1);
  EXPECT_EQ(refused, 63);
}

TEST_F(EnrolmentTest, A08_ADoubleClickMakesOneCertificate) {
  const auto enrolment = opened("taro001");
  const auto key = test::make_p256_key();
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { answered += rule_in(issue(enrolment, key)).empty() ? 1 : 0; });
  for (auto& each : threads) each.join();
  EXPECT_EQ(answered, 8);
  api::ListFilter filter;
  filter.subject_contains = "CN=taro001";
  EXPECT_EQ(core_->store.certificates(filter, 0, daemon::now()).size(), 1u);
}

TEST_F(EnrolmentTest, A19_AKeyIsCertifiedOnce) {
  enrol("taro001");
  set_clock(japan(2027, 11, 1));
  EXPECT_EQ(rule_in(issue(opened("taro001"), key_)), "enrol.key-again");
  add_user("jiro002");
  EXPECT_EQ(rule_in(issue(opened("jiro002"), key_)), "enrol.key-again");
}

TEST_F(EnrolmentTest, R23_A14_ForeignExpiredAndRevokedCertificatesBreakNothing) {
  EXPECT_EQ(rule_in(authenticate("taro001", k_password, foreign().der)), "");
  EXPECT_EQ(rule_in(authenticate("taro001", k_password, policy::Bytes{1, 2, 3})), "");
  const auto own = enrol("taro001").certificate->record.der;
  set_clock(japan(2027, 11, 24));
  EXPECT_EQ(rule_in(authenticate("taro001", k_password, own)), "") << "expired";
  const auto second = enrol("taro001").certificate->record.der;
  revoke();
  EXPECT_EQ(rule_in(authenticate("taro001", k_password, second)), "") << "revoked";
}

TEST_F(EnrolmentTest, A14_AValidOneOfSomebodyElseIsRefused) {
  const auto own = enrol("taro001").certificate->record.der;
  add_user("jiro002");
  EXPECT_EQ(rule_in(authenticate("jiro002", k_password, own)), "enrol.shown-other");
  set_clock(japan(2027, 11, 1));
  EXPECT_EQ(rule_in(authenticate("taro001", k_password, own)), "");
}

TEST_F(EnrolmentTest, R28_InTheRokinPackDecliningIsRecordedAndTheBankRevokes) {
  const auto issued = enrol("taro001");
  const auto declined = std::get<api::EnrolmentRecord>(subs().decline(web(), issued.id, {issued.ticket, ""}));
  EXPECT_EQ(declined.state, EnrolmentState::declined);
  EXPECT_EQ(status(issued.certificate->record.serial), "valid");
  EXPECT_EQ(refusal("taro001"), "enrol.already-issued");
  revoke();
  EXPECT_EQ(state(issued), EnrolmentState::revoked);
  EXPECT_EQ(refusal("taro001"), "");
}

TEST_F(EnrolmentTest, A17_WithoutTheTokenNothingCountsAsIssued) {
  const Shim shim;
  const auto enrolment = opened("taro001");
  shim.rules("fail C_SignInit 1 0x5 0");
  const auto key = test::make_p256_key();
  EXPECT_THROW(issue(enrolment, key), policy::Error);
  shim.rules("");
  EXPECT_EQ(state(enrolment), EnrolmentState::failed);
  EXPECT_EQ(rule_in(issue(enrolment, key)), "enrol.over");
  core_->key_keeper.make_canaries();
  EXPECT_EQ(rule_in(issue(opened("taro001"), key)), "") << "a key that was never certified may be used";
}

// Whoever has waited two thirds of his time is told that it goes on, and where to find it.
TEST_F(EnrolmentTest, A17_R29_WhatTakesLongIsAnswered202AndGoesOn) {
  const Shim shim;
  const auto enrolment = opened("taro001");
  const auto key = test::make_p256_key();
  const auto csr = test::make_csr("whatever", key);
  const auto answered = [&](api::Handler handler, const std::string& body) {
    const auto call = call_by(web_tier(), seconds(6));
    api::Request request;
    request.head.fields = {{"authorization", "Bearer " + enrolment.ticket}};
    request.body = body;
    const std::vector<std::string> parameters = {enrolment.id};
    const auto answer = handler({{request, *service_, parameters}, call, std::nullopt});
    if (const auto* problem = std::get_if<api::Problem>(&answer)) throw std::runtime_error(problem->detail);
    return std::get<api::Response>(answer);
  };
  shim.rules("delay C_Sign 8000000");
  const auto first = answered(&api::issue_enrolment,
                              nlohmann::json({{"csr", test::pem_of("CERTIFICATE REQUEST", csr)}}).dump());
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(nlohmann::json::parse(first.body).at("state"), "issuing");
  EXPECT_EQ(answered(&api::get_enrolment, "").status, 202);
  for (int i = 0; i < 300 && answered(&api::get_enrolment, "").status == 202; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto last = answered(&api::get_enrolment, "");
  EXPECT_EQ(last.status, 200);
  const auto record = nlohmann::json::parse(last.body);
  EXPECT_EQ(record.at("state"), "issued_unconfirmed");
  EXPECT_TRUE(record.contains("certificate"));
  EXPECT_EQ(leaves_of_type("cert.revoke"), 0);
}

// The proof as OpenSSL signs (DER), and as WebCrypto does (r and s, IEEE P1363).
TEST_F(EnrolmentTest, A23_ASignatureOfTheNewKeyConfirms) {
  const auto issued = enrol("taro001");
  const auto message = "INKAN INSTALLED v1\n" + issued.nonce + "\n" +
                       policy::sha256(issued.certificate->record.der).hex() + "\n";
  const auto sign = [&](EVP_PKEY* key, const std::string& text) {
    const policy::EvpMdCtxPtr context(EVP_MD_CTX_new());
    std::size_t size = 0;
    policy::Bytes signature(256);
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
    size = signature.size();
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size,
                             reinterpret_cast<const unsigned char*>(text.data()), text.size()),
              1);
    signature.resize(size);
    return signature;
  };
  const auto confirm = [&](const policy::Bytes& signature) {
    return rule_in(
        subs().confirm(web(), issued.id, {issued.ticket, ""}, {api::Confirmation::How::proof, signature}));
  };
  EXPECT_EQ(confirm(sign(key_.get(), message + "x")), "enrol.proof");
  EXPECT_EQ(confirm(sign(test::make_p256_key().get(), message)), "enrol.proof");
  EXPECT_EQ(confirm({}), "enrol.proof");
  EXPECT_EQ(state(issued), EnrolmentState::issued_unconfirmed);
  const auto der = sign(key_.get(), message);
  const unsigned char* data = der.data();
  ECDSA_SIG* parts = d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size()));
  policy::Bytes raw(64);
  BN_bn2binpad(ECDSA_SIG_get0_r(parts), raw.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts), raw.data() + 32, 32);
  ECDSA_SIG_free(parts);
  EXPECT_TRUE(policy::is_install_proof(
      policy::Certificate::parse(issued.certificate->record.der).public_key(), message, raw));
  EXPECT_EQ(confirm(der), "");
  EXPECT_EQ(state(issued), EnrolmentState::confirmed);
  EXPECT_EQ(confirm({}), "") << "confirmed already";
}

}  // namespace
}  // namespace inkan::tests
