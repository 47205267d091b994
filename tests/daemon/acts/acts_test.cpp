// Acts on authorities, where the world has changed between the request, the votes and the carrying out.
#include <gmock/gmock.h>

#include "daemon/acts/act_worker.h"
#include "policy/log/event_type.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using testing::HasSubstr;
using tests::ask_for;
using tests::call_by;
using tests::web_tier;

class ActsTest : public testing::Test {
 protected:
  ActsTest() {
    fixture_.set_up();
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
    officers_ = std::make_unique<tests::TwoOfficers>(*core_, *service_);
  }
  ~ActsTest() override { core_->tokens.close(); }

  api::ApprovalRecord create(const std::string& authority) {
    return officers_->approve(ActKind::create_authority,
                              {{"authority", authority}, {"common_name", authority}, {"issuer", "root"}});
  }
  // What the log tells of how an act failed.
  std::string told_of(const std::string& id) {
    for (policy::LeafIndex i = core_->store.size(); i-- > 0;) {
      const auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
      if (leaf.at("type") == policy::name(policy::EventType::ceremony_step) &&
          leaf.at("detail").at("ceremony_id") == id && leaf.at("detail").at("result") == "failed")
        return leaf.at("reason");
    }
    return "nothing";
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<tests::TwoOfficers> officers_;
};

TEST_F(ActsTest, ApprovedTooLateFailAndTheLogTells) {
  create("spare");
  const auto activate = officers_->ask(ActKind::activate_authority, {{"authority", "spare"}});
  EXPECT_EQ(officers_->approve(ActKind::retire_authority, {{"authority", "spare"}}).work, "");
  const auto late = officers_->approve(activate);
  EXPECT_EQ(late.state, "approved");
  EXPECT_EQ(late.work, "failed");
  EXPECT_THAT(late.failure, HasSubstr("is retired"));
  EXPECT_EQ(told_of(activate), late.failure);
  EXPECT_EQ(core_->authorities.issuing().issuer.id, "issuing");
}

TEST_F(ActsTest, ForOneIdMakeOneAuthority) {
  const policy::ActParameters wanted{{"authority", "twin"}, {"common_name", "Twin"}, {"issuer", "root"}};
  const auto first = officers_->ask(ActKind::create_authority, wanted),
             second = officers_->ask(ActKind::roll_over, wanted);
  EXPECT_EQ(officers_->approve(first).work, "done");
  const auto wanted_of_twin = policy::IssuanceRequest::from(
      "client-auth", tests::request(), std::get<policy::Name>(policy::Name::build({{"CN", "alice"}})));
  const auto issued = core_->issuance.issue(call_by(web_tier()), wanted_of_twin,
                                            *core_->authorities.find("twin"), std::nullopt);
  const auto serial = std::get<api::IssuedCertificate>(issued).record.serial;
  const auto refused = officers_->approve(second);
  EXPECT_EQ(refused.work, "failed");
  EXPECT_EQ(told_of(second), refused.failure);
  EXPECT_EQ(core_->authorities.find("twin")->state, AuthorityState::active) << "the first one's is untouched";
  EXPECT_EQ(core_->store.find_certificate(serial, now())->status, api::CertificateStatus::valid)
      << "and so is what it has issued";
}

// A call that chose its issuer before the act: no intent of it stands after the retirement in the log.
TEST_F(ActsTest, EndWhatIsUnderWay) {
  create("spare");
  auto& spare = *core_->authorities.find("spare");
  const auto wanted = policy::IssuanceRequest::from(
      "client-auth", tests::request(), std::get<policy::Name>(policy::Name::build({{"CN", "alice"}})));
  const auto issue = [&] { return core_->issuance.issue(call_by(web_tier()), wanted, spare, std::nullopt); };
  EXPECT_TRUE(std::holds_alternative<api::IssuedCertificate>(issue()));
  officers_->approve(ActKind::retire_authority, {{"authority", "spare"}});
  EXPECT_THROW(issue(), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon
