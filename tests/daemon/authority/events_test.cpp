// A certificate's whole life as events: everything that names its serial, for those who may see it.
#include <gmock/gmock.h>

#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using policy::RevocationReason;
using testing::ElementsAre;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class EventsTest : public tests::AuthorityTest {
 protected:
  std::vector<std::string> types(const api::EventQuery& query) {
    std::vector<std::string> found;
    for (const auto& leaf : service_->events(call_by(web_tier()), query).leaves)
      found.push_back(nlohmann::json::parse(leaf)["type"]);
    return found;
  }
};

TEST_F(EventsTest, ASerialLeadsToAllThatHappenedToIt) {
  const auto serial = issue(web_tier()), other = issue(web_tier());
  const auto revoke = [&](RevocationReason reason) {
    service_->revoke(call_by(bank_staff()), {serial, reason, std::nullopt}, std::nullopt);
  };
  revoke(RevocationReason::superseded);
  revoke(RevocationReason::key_compromise);  // refused: it is revoked for another reason
  api::EventQuery query;
  query.filter.serial = serial;
  EXPECT_THAT(types(query), ElementsAre("sign.intent", "cert.issue", "cert.revoke", "request.denied"));
  query.filter.serial = other;
  EXPECT_THAT(types(query), ElementsAre("sign.intent", "cert.issue"));
}

TEST_F(EventsTest, AFrontEndHearsOfItsOwnCertificatesOnly) {
  const auto other_tier = policy::Identity::authenticated(
      "web-2", policy::Role::web_tier, policy::fingerprint_of(policy::as_bytes("2")), "127.0.0.1");
  const auto serial = issue(web_tier());
  issue(other_tier);
  service_->revoke(call_by(bank_staff()), {serial, RevocationReason::superseded, std::nullopt}, std::nullopt);
  api::EventQuery query;
  query.requester = "web-1";
  EXPECT_THAT(types(query), ElementsAre("sign.intent", "cert.issue", "cert.revoke"));
  query.requester = "web-2";
  EXPECT_THAT(types(query), ElementsAre("sign.intent", "cert.issue"));
}

TEST_F(EventsTest, WaitsForTheFirstThatFits) {
  using Clock = std::chrono::steady_clock;
  api::EventQuery query;
  query.begin = core_->store.size();
  query.filter.type = "cert.";
  query.wait = std::chrono::seconds(1);
  auto begin = Clock::now();
  EXPECT_TRUE(types(query).empty());
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(990));
  query.to = policy::InstantMicros{};  // nothing that comes can fit: no use in waiting, nor in asking again
                                       // and again
  query.wait = std::chrono::seconds(15);
  std::thread issuing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    issue(web_tier());
  });
  EXPECT_TRUE(types(query).empty());
  query.to.reset();
  begin = Clock::now();
  EXPECT_THAT(types(query), ElementsAre("cert.issue"));
  EXPECT_LT(Clock::now() - begin, std::chrono::seconds(10));
  issuing.join();
}

}  // namespace
}  // namespace inkan::daemon
