// Acts on identities: who may act changes by officers' votes only, and at once.
#include <gmock/gmock.h>

#include "policy/log/event_type.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"
#include "tests/support/older_store.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using testing::HasSubstr;
using tests::call_by;

// A key and its request, made by the openssl command line.
class Newcomer {
 public:
  explicit Newcomer(const std::string& name, const std::string& key = "ec:P-256") {
    const auto file = [&](const char* what) { return (folder_.path() / what).string(); };
    std::vector<std::string> command{"openssl",     "req",       "-new",      "-noenc",   "-subj",
                                     "/CN=" + name, "-keyout",   file("key"), "-outform", "DER",
                                     "-out",        file("csr"), "-newkey"};
    if (key.starts_with("ec:"))
      command.insert(command.end(), {"ec", "-pkeyopt", "ec_paramgen_curve:" + key.substr(3)});
    else
      command.push_back(key);
    if (const auto made = test::run(command); made.status != 0) throw std::runtime_error(made.output);
    std::ifstream in(file("csr"), std::ios::binary);
    csr_ = {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::string csr() const { return policy::to_base64(csr_); }
  policy::SpkiHash key() const {
    return std::get<policy::CertificationRequest>(policy::CertificationRequest::parse(csr_))
        .public_key()
        .spki_hash();
  }
  policy::ActParameters as(const std::string& identity, const std::string& role) const {
    return {{"identity", identity}, {"role", role}, {"csr", csr()}};
  }

 private:
  test::TemporaryFolder folder_;
  policy::Bytes csr_;
};

class RoleActsTest : public tests::OfficersTest {
 protected:
  api::IdentityDetails identity(const std::string& id) {
    for (auto& each : service_->identities())
      if (each.id == id) return each;
    return {id, policy::Role::system};
  }
  std::vector<api::CertificateRecord> certificates(const Newcomer& of) {
    api::ListFilter filter;
    filter.spki_sha256 = of.key().hex();
    std::vector<api::CertificateRecord> all;
    for (auto& row : service_->list_certificates(call_by(officers_->one()), filter).items) all.push_back(row);
    return all;
  }
  // As a TLS peer with the newest certificate on that key.
  std::optional<api::IdentityRecord> peer(const Newcomer& who) {
    const auto issued = certificates(who);
    return issued.empty() || issued.front().der.empty()
               ? std::nullopt
               : service_->find_identity(who.key(), policy::fingerprint_of(issued.front().der));
  }
  void sql(const std::string& statement) {
    Database(fixture_.config().database(), Database::Mode::existing).execute(statement.c_str());
  }
};

TEST_F(RoleActsTest, RegisterAnOperatorWithTheLastVote) {
  const Newcomer ann("Ann");
  const auto asked = officers_->ask(ActKind::grant_role, ann.as("bank-2", "bank-staff"));
  EXPECT_EQ(officers_->vote_one(asked).state, "open");
  EXPECT_TRUE(certificates(ann).empty()) << "one vote is too few";
  const auto done = officers_->approve(asked);
  ASSERT_EQ(done.work, "done") << done.failure;
  ASSERT_TRUE(peer(ann));
  EXPECT_EQ(peer(ann)->id, "bank-2");
  EXPECT_EQ(peer(ann)->role, policy::Role::bank_staff);
  EXPECT_EQ(certificates(ann).at(0).profile, "operator");
  EXPECT_EQ(certificates(ann).at(0).subject, "CN=Ann");
  const auto grant = leaves(policy::EventType::role_grant).back();
  EXPECT_EQ(grant.at("target").at("id"), "bank-2");
  EXPECT_EQ(grant.at("detail"), (nlohmann::json{{"by", "one"},
                                                {"request", asked},
                                                {"role", "bank-staff"},
                                                {"serial", certificates(ann).at(0).serial.hex()},
                                                {"spki_sha256", ann.key().hex()}}));
  EXPECT_EQ(identity("bank-2").keys.at(0).by, asked);
  // What memory knows, the next run reads.
  Identities again(core_->store);
  EXPECT_TRUE(again.find(ann.key(), policy::fingerprint_of(certificates(ann).at(0).der)));
}

TEST_F(RoleActsTest, RefusedOrExpiredRegisterNobody) {
  const Newcomer ann("Ann"), ben("Ben");
  const auto refused = officers_->ask(ActKind::grant_role, ann.as("ann", "auditor"));
  EXPECT_EQ(officers_->vote_one(refused, false).state, "refused");
  const auto late = officers_->ask(ActKind::grant_role, ben.as("ben", "auditor"));
  officers_->vote_one(late);
  sql("UPDATE approvals SET expires_at = 1 WHERE id = '" + late + "'");
  EXPECT_EQ(officers_->vote_two(late), "approval.closed");
  officers_->turn();
  EXPECT_TRUE(certificates(ann).empty());
  EXPECT_TRUE(certificates(ben).empty());
  EXPECT_EQ(identity("ann").role, policy::Role::system) << "there is none";
  const auto revoke = officers_->ask(ActKind::revoke_role, {{"identity", "web-1"}});
  officers_->vote_one(revoke);
  sql("UPDATE approvals SET expires_at = 1 WHERE id = '" + revoke + "'");
  EXPECT_EQ(officers_->vote_two(revoke), "approval.closed");
  EXPECT_FALSE(identity("web-1").ended);
}

TEST_F(RoleActsTest, AreRefusedWhereARuleForbidsThem) {
  const Newcomer ann("Ann");
  EXPECT_EQ(refusal(ActKind::grant_role, ann.as("ann", "king")), "role.unknown");
  EXPECT_EQ(refusal(ActKind::grant_role, ann.as("ann", "system")), "role.unknown");
  EXPECT_EQ(refusal(ActKind::grant_role, ann.as("Ann B", "auditor")), "role.id");
  EXPECT_EQ(refusal(ActKind::grant_role, ann.as("web-1", "auditor")), "role.other");
  EXPECT_EQ(refusal(ActKind::grant_role, {{"identity", "x"}, {"role", "auditor"}, {"csr", "%%"}}),
            "csr.parse");
  // The key of the set-up's web-1, of a subscriber, one that is too short, and a request that its key did not
  // sign.
  EXPECT_EQ(refusal(ActKind::grant_role,
                    {{"identity", "x"},
                     {"role", "auditor"},
                     {"csr", policy::to_base64(policy::pem_decode(tests::vector("keytool-ec.pem")).der)}}),
            "key.operator");
  ASSERT_TRUE(std::holds_alternative<api::IssuedCertificate>(
      service_->issue(call_by(tests::web_tier()), tests::ask_for("alice"), std::nullopt)));
  const auto subscriber = policy::to_base64(policy::as_bytes(tests::vector("openssl-p256.der")));
  EXPECT_EQ(refusal(ActKind::grant_role, {{"identity", "x"}, {"role", "auditor"}, {"csr", subscriber}}),
            "key.certified");
  EXPECT_EQ(refusal(ActKind::grant_role, Newcomer("x", "rsa:1024").as("x", "auditor")), "key.rsa.size");
  auto forged = tests::vector("openssl-p384-utf8.der");
  forged.back() = static_cast<char>(forged.back() ^ 1);
  EXPECT_EQ(
      refusal(ActKind::grant_role,
              {{"identity", "x"}, {"role", "auditor"}, {"csr", policy::to_base64(policy::as_bytes(forged))}}),
      "csr.proof-of-possession");
  EXPECT_EQ(refusal(ActKind::revoke_role, {{"identity", "nobody"}}), "role.unknown");
  EXPECT_EQ(refusal(ActKind::revoke_role, {{"identity", "two"}}), "role.officers");
}

TEST_F(RoleActsTest, EndAnIdentityWithTheNextRequest) {
  const Newcomer ann("Ann");
  ASSERT_EQ(officers_->approve(ActKind::grant_role, ann.as("ann", "auditor")).work, "done");
  ASSERT_TRUE(peer(ann));
  const auto revoke = officers_->ask(ActKind::revoke_role, {{"identity", "ann"}});
  EXPECT_TRUE(peer(ann));
  EXPECT_EQ(officers_->approve(revoke).state, "approved");
  EXPECT_FALSE(peer(ann));
  EXPECT_EQ(certificates(ann).at(0).revocation->reason, policy::RevocationReason::privilege_withdrawn);
  EXPECT_EQ(identity("ann").ended_by, revoke);
  EXPECT_EQ(leaves(policy::EventType::role_revoke).back().at("detail"),
            (nlohmann::json{{"request", revoke}, {"role", "auditor"}}));
  // Its name and its keys stand for what it did.
  EXPECT_EQ(refusal(ActKind::revoke_role, {{"identity", "ann"}}), "approval.nothing-to-do");
  EXPECT_EQ(refusal(ActKind::grant_role, Newcomer("Ann 2").as("ann", "auditor")), "role.ended");
  EXPECT_EQ(refusal(ActKind::grant_role, ann.as("ann-2", "auditor")), "key.operator");
}

TEST_F(RoleActsTest, GiveAnotherKeyToOneThatThereIs) {
  const Newcomer first("Web"), second("Web");
  ASSERT_EQ(officers_->approve(ActKind::grant_role, first.as("web-2", "web-tier")).work, "done");
  ASSERT_EQ(officers_->approve(ActKind::grant_role, second.as("web-2", "web-tier")).work, "done");
  EXPECT_EQ(peer(first)->id, "web-2") << "until its certificate is revoked or expires";
  EXPECT_EQ(peer(second)->id, "web-2");
  EXPECT_EQ(identity("web-2").keys.size(), 2u);
  officers_->approve(ActKind::revoke_role, {{"identity", "web-2"}});
  EXPECT_FALSE(peer(first));
  EXPECT_FALSE(peer(second));
}

TEST_F(RoleActsTest, FailWhereTheWorldHasChanged) {
  const Newcomer ann("Ann"), ben("Ben");
  const auto first = officers_->ask(ActKind::grant_role, ann.as("ann", "auditor")),
             name_taken = officers_->ask(ActKind::grant_role, ben.as("ann", "auditor")),
             key_taken = officers_->ask(ActKind::grant_role, ann.as("other", "auditor"));
  EXPECT_EQ(officers_->approve(first).work, "done");
  EXPECT_THAT(officers_->approve(name_taken).failure, HasSubstr("registered meanwhile"));
  EXPECT_THAT(officers_->approve(key_taken).failure, HasSubstr("that of identity ann"));
  EXPECT_TRUE(certificates(ben).empty());
  const auto revoke = officers_->ask(ActKind::revoke_role, {{"identity", "ann"}}),
             again = officers_->ask(ActKind::revoke_role, {{"identity", "ann"}});
  EXPECT_EQ(revoke, again) << "the same act is asked for once";
  const auto another_key = officers_->ask(ActKind::grant_role, ben.as("ann", "auditor"));
  officers_->approve(revoke);
  EXPECT_THAT(officers_->approve(another_key).failure, HasSubstr("has ended"));
  EXPECT_FALSE(peer(ben));
}

// The token does not sign the certificate: nobody is registered, and the same request may be made again.
TEST_F(RoleActsTest, LeaveNothingOfAGrantThatFails) {
  const Newcomer ann("Ann");
  const auto asked = officers_->ask(ActKind::grant_role, ann.as("ann", "auditor"));
  shim_.rules("fail C_Sign 1 0x68 0");
  EXPECT_EQ(officers_->approve(asked).work, "failed");
  shim_.rules("");
  EXPECT_EQ(identity("ann").role, policy::Role::system) << "there is none";
  for (const auto& each : certificates(ann))
    EXPECT_TRUE(each.revocation || each.status == api::CertificateStatus::failed);
  core_->key_keeper.make_canaries();
  EXPECT_EQ(officers_->approve(ActKind::grant_role, ann.as("ann", "auditor")).work, "done");
  EXPECT_TRUE(peer(ann));
}

TEST_F(RoleActsTest, VoidWhatAnOfficerWhoEndsHasVotedOn) {
  const Newcomer third("Third"), ann("Ann");
  ASSERT_EQ(officers_->approve(ActKind::grant_role, third.as("three", "security-officer")).work, "done");
  const auto open = officers_->ask(ActKind::grant_role, ann.as("ann", "auditor"));
  officers_->vote_one(open);
  const auto revoke = officers_->ask(ActKind::revoke_role, {{"identity", "one"}});
  EXPECT_EQ(officers_->approve(revoke).state, "approved");
  EXPECT_EQ(service_->find_approval(call_by(officers_->one()), open)->state, "void");
  // A call of his that was under way when he ended: nothing of it stands in the log.
  const auto size = leaves(policy::EventType::approval_request).size();
  EXPECT_EQ(refusal(ActKind::revoke_role, {{"identity", "web-1"}}), "role.ended");
  EXPECT_THROW(service_->stop_issuing(call_by(officers_->one()), "late"), policy::Error);
  EXPECT_EQ(leaves(policy::EventType::approval_request).size(), size);
}

// What a store of schema 6 had of operators, their certificates found again among all others.
TEST_F(RoleActsTest, FindOperatorsOfAnOlderStore) {
  const auto operators =
      service_->list_certificates(call_by(officers_->one()), tests::of_profile("operator"));
  const auto certificate = policy::Certificate::parse(operators.items.at(0).der);
  const auto key = certificate.public_key().spki_hash();
  const auto fingerprint = policy::fingerprint_of(operators.items.at(0).der);
  ASSERT_TRUE(service_->find_identity(key, fingerprint));
  officers_.reset();
  service_.reset();
  core_->tokens.close();
  core_.reset();
  sql(test::k_back_to_6.c_str());
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  ASSERT_TRUE(service_->find_identity(key, fingerprint));
  EXPECT_EQ(service_->find_identity(key, fingerprint)->id, "web-1");
  EXPECT_EQ(identity("web-1").keys.at(0).certificate->serial, certificate.serial());
  EXPECT_EQ(identity("web-1").keys.at(0).by, "");
  EXPECT_FALSE(core_->policies.now().profiles().all().empty());
}

TEST_F(RoleActsTest, AreReviewedAgainstTheLog) {
  const Newcomer ann("Ann"), twin("Ann");
  officers_->approve(ActKind::grant_role, ann.as("ann-1", "auditor"));
  officers_->approve(ActKind::grant_role, twin.as("ann_l", "bank-staff"));
  officers_->approve(ActKind::revoke_role, {{"identity", "web-1"}});
  const auto review = service_->review_identities();
  EXPECT_EQ(review.leaves, core_->store.size());
  const auto of = [&](const std::string& id) {
    for (const auto& item : review.items)
      if (item.identity.id == id) return item;
    throw std::runtime_error(id);
  };
  const auto rules = [&](const std::string& id) {
    std::vector<std::string> all;
    for (const auto& finding : of(id).findings) all.push_back(finding.rule);
    return all;
  };
  EXPECT_THAT(rules("ann-1"), testing::ElementsAre("similar-names"));
  EXPECT_THAT(rules("ann_l"), testing::ElementsAre("never-used", "similar-names"));
  EXPECT_THAT(rules("web-1"), testing::IsEmpty());
  // The officers of this test are in the store only: a store that says more than the log is found.
  EXPECT_THAT(rules("one"), testing::ElementsAre("not-in-ledger", "no-certificate"));
  EXPECT_EQ(of("one").votes, 3u);
  EXPECT_EQ(of("two").votes, 3u);
  EXPECT_EQ(of("web-1").revoked.size(), 1u);
  const auto last = nlohmann::json::parse(*core_->store.leaf(*of("two").last_act));
  EXPECT_EQ(last.at("actor").at("id"), "two");
  EXPECT_EQ(last.at("time"), of("two").last_act_at);
}

}  // namespace
}  // namespace inkan::daemon
