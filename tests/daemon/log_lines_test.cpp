#include "daemon/log_lines.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace inkan::daemon {
namespace {

TEST(LogLines, AreOneJsonObjectEachWhateverTheValues) {
  const std::string odd[] = {"plain", "with \"quotes\" and \\", "line\nfeed\t\x01",
                             "労金",  "not UTF-8: \xff",        ""};
  for (const auto& value : odd) {
    testing::internal::CaptureStderr();
    log_line(api::Severity::warning, "test.event", {{"value", value}, {"other", "x"}});
    const std::string line = testing::internal::GetCapturedStderr();
    ASSERT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << line;
    const auto parsed = nlohmann::json::parse(line);
    EXPECT_EQ(parsed.at("level"), "warning");
    EXPECT_EQ(parsed.at("event"), "test.event");
    EXPECT_EQ(parsed.at("other"), "x");
    if (value.find('\xff') == std::string::npos) {
      EXPECT_EQ(parsed.at("value"), value);
    }
  }
}

}  // namespace
}  // namespace inkan::daemon
