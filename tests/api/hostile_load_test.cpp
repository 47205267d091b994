// The same load that is sent to the daemon, against the edge alone.
#include "tests/e2e/hostile_load.h"

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

TEST(HostileLoad, IsAnsweredByProblemsWhileOthersAreServed) {
  api::Deadlines deadlines;
  deadlines.header = deadlines.body = std::chrono::milliseconds(1500);
  Edge edge({}, deadlines);
  HostileSettings settings;
  settings.port = edge.server->api_port();
  settings.context = make_client_context(EdgePki::one().ca.der, &EdgePki::one().web);
  settings.requests = 10'000;
  settings.drip_limit = std::chrono::seconds(10);
  const auto report = run_hostile_load(settings);
  for (const auto& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_EQ(report.cut_drips, 4);
  EXPECT_GE(report.served, 3);
  EXPECT_EQ(report.sent.size(), 11u);  // every kind had its turn
  EXPECT_EQ(edge.server->api_counters().responses[5], 0u);
}

}  // namespace
}  // namespace inkan::test
