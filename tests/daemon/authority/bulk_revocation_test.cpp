// Many certificates revoked together, at once and by officers' votes.
#include "daemon/authority/bulk_revocation.h"

#include <gmock/gmock.h>

#include "daemon/acts/revocation_acts.h"
#include "tests/support/listed_entries.h"
#include "tests/support/stored_story.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using api::RevocationOutcome;
using policy::RevocationReason;
using policy::SerialList;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;
using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

policy::Identity another_web_tier() {
  return policy::Identity::authenticated("web-2", policy::Role::web_tier,
                                         policy::fingerprint_of(policy::as_bytes("2")), "");
}

class BulkRevocationTest : public tests::OfficersTest {
 protected:
  // Two at once; a longer list takes officers.
  void SetUp() override {
    std::ofstream(fixture_.folder() / "inkand.toml", std::ios::app) << "[revocation]\nalone = 2\n";
    OfficersTest::SetUp();
  }
  using AuthorityTest::issue;
  std::vector<policy::Serial> issue(int count) {
    std::vector<policy::Serial> serials;
    for (int i = 0; i < count; ++i) serials.push_back(issue());
    return serials;
  }
  static api::RevocationOrder order(std::vector<policy::Serial> serials,
                                    RevocationReason reason = RevocationReason::superseded) {
    return {SerialList(std::move(serials)), reason, std::nullopt, "a test"};
  }
  auto revoke(const api::RevocationOrder& wanted, const policy::Identity& who = bank_staff(),
              const std::optional<api::Idempotency>& key = std::nullopt) {
    return service_->revoke_many(call_by(who), wanted, key);
  }
  static api::Idempotency key(const std::string& body = "a body") {
    return {"k", "POST /v1/revocations", policy::sha256(policy::as_bytes(body))};
  }
  static std::map<policy::Serial, RevocationOutcome> outcomes(const api::RevocationReport& report) {
    std::map<policy::Serial, RevocationOutcome> all;
    for (const auto& item : report.items) all.emplace(item.serial, item.outcome);
    return all;
  }
  template <class T>
  static std::map<policy::Serial, RevocationOutcome> outcomes_in(const T& answer) {
    if (const auto* denial = policy::denied(answer)) throw std::runtime_error(denial->rule + denial->detail);
    return outcomes(std::get<api::RevocationReport>(answer));
  }
  template <class T>
  static std::string rule_in(const T& answer) {
    return policy::denied(answer) ? policy::denied(answer)->rule : "";
  }
  api::CertificateStatus status(const policy::Serial& serial) {
    return core_->store.find_certificate(serial, now())->status;
  }
  std::size_t count(policy::EventType type) { return leaves(type).size(); }
  void reopen() {
    service_.reset();
    core_->tokens.close();
    core_.reset();
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
    officers_->work_for(*core_, *service_);
  }
};

TEST_F(BulkRevocationTest, PreviewsWhatWouldBecomeOfEachAndChangesNothing) {
  const auto fresh = issue(), held = issue(), revoked = issue(), expired = issue();
  const auto unknown = *policy::Serial::parse("01aa");
  const auto operators =
      service_->list_certificates(call_by(bank_staff()), tests::of_profile("operator")).items.at(0).serial;
  const auto ca =
      service_->list_certificates(call_by(bank_staff()), tests::of_profile("issuing-ca")).items.at(0).serial;
  for (const auto& [serial, reason] : {std::pair(held, RevocationReason::certificate_hold),
                                       std::pair(revoked, RevocationReason::superseded)})
    service_->revoke(call_by(bank_staff()), {serial, reason, std::nullopt}, std::nullopt);
  core_->writer->write([&](Writing& w) {
    w.database()
        .prepare("UPDATE certificates SET not_after = 1700000000 WHERE serial = ?")
        .bind(expired.content())
        .run();
  });
  const auto leaves_before = core_->store.size();
  const auto wanted = order({fresh, held, revoked, expired, unknown, operators, ca});
  const auto preview = service_->preview_revocations(call_by(bank_staff()), wanted);
  EXPECT_THAT(outcomes_in(preview),
              UnorderedElementsAre(
                  Pair(fresh, RevocationOutcome::revoked), Pair(held, RevocationOutcome::on_hold),
                  Pair(revoked, RevocationOutcome::already_revoked),
                  Pair(expired, RevocationOutcome::expired), Pair(unknown, RevocationOutcome::unknown),
                  Pair(operators, RevocationOutcome::not_allowed), Pair(ca, RevocationOutcome::not_allowed)));
  const auto& report = std::get<api::RevocationReport>(preview);
  EXPECT_TRUE(report.needs_approval);
  EXPECT_EQ(report.totals().at(RevocationOutcome::not_allowed), 2u);
  EXPECT_EQ(core_->store.size(), leaves_before);
  EXPECT_EQ(status(fresh), api::CertificateStatus::valid);
  // Another's certificates do not exist.
  EXPECT_THAT(outcomes_in(service_->preview_revocations(call_by(another_web_tier()), order({fresh}))),
              ElementsAre(Pair(fresh, RevocationOutcome::unknown)));
}

TEST_F(BulkRevocationTest, RevokesAShortListAtOnceWithALeafForEach) {
  const auto one = issue(), two = issue();
  EXPECT_THAT(outcomes_in(revoke(order({two, one}, RevocationReason::key_compromise))),
              ElementsAre(Pair(one, RevocationOutcome::revoked), Pair(two, RevocationOutcome::revoked)));
  EXPECT_EQ(count(policy::EventType::cert_revoke), 2u);
  EXPECT_EQ(status(one), api::CertificateStatus::revoked);
  core_->crls.publish_due();
  EXPECT_EQ(test::listed_entries(core_->store, "issuing").size(), 2u);
  EXPECT_EQ(service_->reconcile().differences, std::vector<std::string>());
}

// What is there already stays; what is on hold is revoked for good, unless it is to be on hold.
TEST_F(BulkRevocationTest, LeavesAloneWhatIsSoAlready) {
  const auto held = issue(), gone = issue();
  revoke(order({held}, RevocationReason::certificate_hold));
  revoke(order({gone}));
  EXPECT_THAT(
      outcomes_in(revoke(order({held, gone}, RevocationReason::certificate_hold))),
      ElementsAre(Pair(held, RevocationOutcome::on_hold), Pair(gone, RevocationOutcome::already_revoked)));
  EXPECT_EQ(status(held), api::CertificateStatus::held);
  EXPECT_THAT(
      outcomes_in(revoke(order({held, gone}))),
      ElementsAre(Pair(held, RevocationOutcome::on_hold), Pair(gone, RevocationOutcome::already_revoked)));
  EXPECT_EQ(status(held), api::CertificateStatus::revoked);
  EXPECT_EQ(count(policy::EventType::cert_revoke), 2u);
}

TEST_F(BulkRevocationTest, AnswersARepeatedCallAsBefore) {
  const auto one = issue(), two = issue();
  const auto first = revoke(order({one, two}), bank_staff(), key());
  reopen();
  const auto again = revoke(order({one, two}), bank_staff(), key());
  EXPECT_EQ(outcomes_in(first), outcomes_in(again));
  EXPECT_TRUE(std::get<api::RevocationReport>(again).replayed);
  EXPECT_EQ(count(policy::EventType::cert_revoke), 2u);
  EXPECT_TRUE(std::holds_alternative<api::KeyReused>(revoke(order({one}), bank_staff(), key("another"))));
  EXPECT_THAT(outcomes_in(revoke(order({one, two}))),
              ElementsAre(Pair(one, RevocationOutcome::already_revoked),
                          Pair(two, RevocationOutcome::already_revoked)))
      << "without a key it is another call";
}

TEST_F(BulkRevocationTest, RefusesWhatNoReasonOrDateAllows) {
  const auto serial = issue();
  EXPECT_EQ(rule_in(revoke(order({serial}, RevocationReason::ca_compromise), bank_staff(), key())),
            "revoke.reason");
  EXPECT_EQ(rule_in(revoke(order({serial}, RevocationReason::ca_compromise), bank_staff(), key())),
            "revoke.reason")
      << "repeated";
  auto later = order({serial});
  later.invalidity_date = now() + std::chrono::hours(1);
  EXPECT_EQ(rule_in(revoke(later)), "revoke.invalidity-date");
  EXPECT_EQ(rule_in(service_->preview_revocations(call_by(bank_staff()), later)), "revoke.invalidity-date");
  EXPECT_EQ(status(serial), api::CertificateStatus::valid);
  EXPECT_EQ(count(policy::EventType::request_denied), 2u);
}

TEST_F(BulkRevocationTest, AsksOfficersAboutALongList) {
  const auto serials = issue(3);
  const auto asked = revoke(order(serials, RevocationReason::key_compromise), bank_staff(), key());
  ASSERT_EQ(rule_in(asked), "");
  const auto id = std::get<api::RevocationReport>(asked).approval->id;
  EXPECT_EQ(status(serials[0]), api::CertificateStatus::valid);
  const auto seen = officers_->seen_by(officers_->first(), id);
  const auto plan = nlohmann::json::parse(seen.plan);
  EXPECT_EQ(plan.at("op"), "cert.revoke");
  EXPECT_EQ(plan.at("parameters").at("count"), "3");
  EXPECT_EQ(plan.at("parameters").at("revocation_reason"), "keyCompromise");
  // What officers compute for themselves: sort -u | sha256sum.
  std::string text;
  for (const auto& item : std::get<api::RevocationReport>(asked).items) text += item.serial.hex() + "\n";
  EXPECT_EQ(plan.at("parameters").at("sha256"), policy::sha256(policy::as_bytes(text)).hex());
  EXPECT_THAT(seen.in_words, testing::HasSubstr("3 certificates are revoked for keyCompromise"));

  EXPECT_EQ(officers_->approve(id).work, "done");
  for (const auto& serial : serials) EXPECT_EQ(status(serial), api::CertificateStatus::revoked);
  const auto told = leaves(policy::EventType::cert_revoke);
  ASSERT_EQ(told.size(), 3u);
  for (const auto& leaf : told) EXPECT_EQ(leaf.at("detail").at("ceremony_id"), id);

  // Whoever asked sees what came of it, by the same key or by the id.
  for (const auto& report : {std::get<api::RevocationReport>(revoke(
                                 order(serials, RevocationReason::key_compromise), bank_staff(), key())),
                             *service_->find_revocations(call_by(bank_staff()), id)}) {
    EXPECT_EQ(report.approval->work, "done");
    EXPECT_EQ(report.totals(), (std::map<RevocationOutcome, std::size_t>{{RevocationOutcome::revoked, 3}}));
  }
  EXPECT_FALSE(service_->find_revocations(call_by(web_tier()), id)) << "it is another's";
  EXPECT_EQ(service_->reconcile().differences, std::vector<std::string>());
}

TEST_F(BulkRevocationTest, AsksOnceForTheSameList) {
  const auto serials = issue(3);
  const auto id = [&](const policy::Identity& who, const std::optional<api::Idempotency>& with) {
    return std::get<api::RevocationReport>(revoke(order(serials), who, with)).approval->id;
  };
  const auto first = id(bank_staff(), std::nullopt);
  EXPECT_EQ(id(bank_staff(), std::nullopt), first);
  EXPECT_EQ(id(bank_staff(), key()), first) << "killed before the key was kept, it finds the request open";
  EXPECT_EQ(count(policy::EventType::approval_request), 1u);
}

// What officers approve is all of it: nothing in it may be another's, or nobody's.
TEST_F(BulkRevocationTest, AsksOfficersAboutNothingThatCouldNotBeDone) {
  auto serials = issue(3);
  EXPECT_EQ(rule_in(revoke(order(serials), another_web_tier())), "revoke.list");
  serials.push_back(*policy::Serial::parse("01aa"));
  EXPECT_EQ(rule_in(revoke(order(serials))), "revoke.list");
  serials.pop_back();
  auto silent = order(serials);
  silent.comment = "";
  EXPECT_EQ(rule_in(revoke(silent)), "approval.reason");
  for (const auto& serial : serials)
    service_->revoke(call_by(bank_staff()), {serial, RevocationReason::superseded, std::nullopt},
                     std::nullopt);
  EXPECT_EQ(rule_in(revoke(order(serials))), "approval.nothing-to-do");
  EXPECT_EQ(count(policy::EventType::approval_request), 0u);
}

TEST_F(BulkRevocationTest, IsNotForOfficersToAskFor) {
  const auto serials = issue(3);
  const auto asked = service_->request_approval(
      call_by(officers_->one()),
      {policy::ActKind::revoke_certificates, "a test", parameters_of(order(serials))});
  EXPECT_EQ(rule_in(asked), "approval.role");
}

TEST_F(BulkRevocationTest, RefusedByOfficersIsNotDone) {
  const auto serials = issue(3);
  const auto id = std::get<api::RevocationReport>(revoke(order(serials))).approval->id;
  officers_->vote_one(id, false);
  officers_->turn();
  const auto report = *service_->find_revocations(call_by(bank_staff()), id);
  EXPECT_EQ(report.approval->state, "refused");
  EXPECT_EQ(report.totals().at(RevocationOutcome::revoked), 3u) << "what would become of them";
  EXPECT_EQ(status(serials[0]), api::CertificateStatus::valid);
}

// As a crash after some of them leaves it: what is revoked already is not revoked again, the rest is.
TEST_F(BulkRevocationTest, GoesOnWhereItWasAfterACrash) {
  const auto serials = issue(3);
  const auto id = std::get<api::RevocationReport>(revoke(order(serials))).approval->id;
  officers_->vote_one(id);
  ASSERT_EQ(officers_->vote_two(id), "");
  core_->writer->write([&](Writing& w) {
    ApprovalRow::set_work(w.database(), id, ActWork::running);
    write_revocation(w, call_by(policy::Identity::system_job("acts")),
                     {serials[1], RevocationReason::superseded, std::nullopt}, id);
  });
  reopen();
  officers_->turn();
  EXPECT_EQ(officers_->seen_by(officers_->first(), id).work, "done");
  EXPECT_EQ(count(policy::EventType::cert_revoke), 3u);
  EXPECT_EQ(service_->find_revocations(call_by(bank_staff()), id)->totals(),
            (std::map<RevocationOutcome, std::size_t>{{RevocationOutcome::revoked, 3}}));
}

TEST_F(BulkRevocationTest, PutsManyOnHoldByOfficersToo) {
  const auto serials = issue(3);
  const auto id = std::get<api::RevocationReport>(revoke(order(serials, RevocationReason::certificate_hold)))
                      .approval->id;
  EXPECT_EQ(officers_->approve(id).work, "done");
  for (const auto& serial : serials) EXPECT_EQ(status(serial), api::CertificateStatus::held);
  for (const auto& leaf : leaves(policy::EventType::cert_hold))
    EXPECT_EQ(leaf.at("detail").at("ceremony_id"), id);
}

}  // namespace
}  // namespace inkan::daemon
