#include "api/http/message.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

// The example of RFC 9110 §5.6.7.
TEST(HttpDate, IsFixedLength) {
  EXPECT_EQ(http_date(policy::Instant(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Serialize, SendsNoBodyToHeadNorWith304) {
  const Response page{200, "text/plain", "hello", {}};
  EXPECT_TRUE(
      serialize(page, {"id", "now", false, false, false}).ends_with("Content-Length: 5\r\n\r\nhello"));
  EXPECT_TRUE(serialize(page, {"id", "now", false, false, true}).ends_with("Content-Length: 5\r\n\r\n"));
  const auto unchanged = serialize(Response{304, "", "", {}}, {"id", "now", false, false, false});
  EXPECT_TRUE(unchanged.starts_with("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_EQ(unchanged.find("Content-Length"), std::string::npos);
}

TEST(Serialize, LetsNoValueBringALineOfItsOwn) {
  Response response{200, "", "", {}};
  response.with("Location", "/a\r\nSet-Cookie: b");
  const auto text = serialize(response, {"id", "now", false, false, false});
  EXPECT_EQ(text.find("\r\nSet-Cookie"), std::string::npos);
}

TEST(Serialize, TellsHowTheConnectionGoesOn) {
  EXPECT_NE(serialize({}, {"id", "now", true, false, false}).find("Connection: close"), std::string::npos);
  EXPECT_NE(serialize({}, {"id", "now", false, true, false}).find("Connection: keep-alive"),
            std::string::npos);
  EXPECT_EQ(serialize({}, {"id", "now", false, false, false}).find("Connection"), std::string::npos);
}

}  // namespace
}  // namespace inkan::api
