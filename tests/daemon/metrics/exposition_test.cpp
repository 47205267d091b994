#include "daemon/metrics/exposition.h"

#include <gmock/gmock.h>

#include <numeric>
#include <thread>

#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

// Prometheus's own linter; "" if it has nothing to say.
std::string promtool(const std::string& page) {
  const test::TemporaryFolder folder;
  const auto verdict = test::run({"sh", "-c", "promtool check metrics <" + folder.write("page", page)});
  return verdict.status == 0 ? verdict.output
                             : "exit " + std::to_string(verdict.status) + ": " + verdict.output;
}

TEST(Exposition, WritesWhatPrometheusReads) {
  Exposition page;
  page.counter("inkan_things_total", "Things, by kind.");
  page.sample({{"kind", "plain"}, {"size", "1"}}, 18446744073709551615u);
  page.sample({{"kind", "a \"quoted\\name\"\nwith a line"}, {"size", "2"}}, 1);
  page.gauge("inkan_level", "A level.");
  page.sample({}, 0.1);
  const auto text = page.take();
  EXPECT_EQ(text,
            "# HELP inkan_things_total Things, by kind.\n# TYPE inkan_things_total counter\n"
            "inkan_things_total{kind=\"plain\",size=\"1\"} 18446744073709551615\n"
            "inkan_things_total{kind=\"a \\\"quoted\\\\name\\\"\\nwith a line\",size=\"2\"} 1\n"
            "# HELP inkan_level A level.\n# TYPE inkan_level gauge\ninkan_level 0.1\n");
  EXPECT_EQ(promtool(text), "");
}

TEST(Exposition, IsJudgedByAToolThatFindsFaults) {
  EXPECT_THAT(promtool("# TYPE inkan_x counter\ninkan_x{a=\"1\"\n"), HasSubstr("exit"));
  EXPECT_THAT(promtool("# HELP inkan_x X.\n# TYPE inkan_x counter\ninkan_x 1\n"), HasSubstr("_total"));
}

TEST(Histogram, CountsWhatLiesOnABoundUnderIt) {
  Histogram histogram;
  for (const auto took : {microseconds(100), microseconds(101), microseconds(250), microseconds(11'000'000)})
    histogram.observe(took);
  Exposition page;
  page.histogram("inkan_call_duration_seconds", "Calls.");
  page.sample({{"token", "ca"}}, histogram);
  const auto text = page.take();
  EXPECT_THAT(text, HasSubstr("_bucket{token=\"ca\",le=\"0.0001\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{token=\"ca\",le=\"0.00025\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{token=\"ca\",le=\"10\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("_bucket{token=\"ca\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("_sum{token=\"ca\"} 11.000451\n"));
  EXPECT_THAT(text, HasSubstr("_count{token=\"ca\"} 4\n"));
  EXPECT_EQ(promtool(text), "");
}

TEST(Histogram, LosesNothingBetweenThreads) {
  Histogram histogram;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 10'000; ++k) histogram.observe(microseconds(k));
    });
  for (auto& thread : threads) thread.join();
  const auto counted = histogram.counted();
  EXPECT_EQ(std::accumulate(counted.buckets.begin(), counted.buckets.end(), std::uint64_t{0}), 40'000u);
}

}  // namespace
}  // namespace inkan::daemon
