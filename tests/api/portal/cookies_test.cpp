#include "api/portal/cookies.h"

#include <gtest/gtest.h>

namespace inkan::api::portal {
namespace {

RequestHead with_cookies(const std::vector<std::string>& values) {
  RequestHead head;
  for (const auto& value : values) head.fields.push_back({"cookie", value});
  return head;
}

TEST(Cookies, FindsAValueAmongOthers) {
  const auto head = with_cookies({"a=1; __Host-inkan-session=T_-0k.n;b=2", "__Host-inkan-browser=beef"});
  EXPECT_EQ(find_cookie(head, k_session_cookie), "T_-0k.n");
  EXPECT_EQ(find_cookie(head, k_browser_cookie), "beef");
  EXPECT_EQ(find_cookie(head, k_enrolment_cookie), std::nullopt);
}

// One that came twice was set by somebody who could not set the other.
TEST(Cookies, TakesNeitherOfTwo) {
  EXPECT_EQ(find_cookie(with_cookies({"__Host-inkan-session=a; __Host-inkan-session=b"}), k_session_cookie),
            std::nullopt);
  EXPECT_EQ(find_cookie(with_cookies({"__Host-inkan-session=a", "__Host-inkan-session=a"}), k_session_cookie),
            std::nullopt);
}

TEST(Cookies, TakesNoValueThatCouldLeaveItsPlace) {
  for (const char* value : {"", "a b", "a/../b", "a\"b", "a,b", "a%0d", "a=b", "ä"})
    EXPECT_EQ(find_cookie(with_cookies({"__Host-inkan-session=" + std::string(value)}), k_session_cookie),
              std::nullopt)
        << value;
  EXPECT_EQ(find_cookie(with_cookies({"__Host-inkan-session=" + std::string(257, 'a')}), k_session_cookie),
            std::nullopt);
  EXPECT_EQ(find_cookie(with_cookies({"X__Host-inkan-session=a", "__host-inkan-session=a", ";;=;"}),
                        k_session_cookie),
            std::nullopt);
}

TEST(Cookies, AreForThisHostAlone) {
  EXPECT_EQ(set_cookie(k_session_cookie, "T"),
            "__Host-inkan-session=T; Path=/; Secure; HttpOnly; SameSite=Strict");
  EXPECT_EQ(set_cookie(k_session_cookie, "T", std::chrono::minutes(2)),
            "__Host-inkan-session=T; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=120");
  EXPECT_EQ(set_cookie(k_session_cookie, "T", std::chrono::seconds(-5)),
            drop_cookie(k_session_cookie).insert(21, "T"));
}

TEST(Cookies, SplitsAnEnrolmentsIntoItsIdTicketAndName) {
  const auto ticket = parse_enrolment_cookie("id-1.secret.name");
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->id, "id-1");
  EXPECT_EQ(ticket->secret, "secret");
  EXPECT_EQ(ticket->browser, "name");
  EXPECT_EQ(to_cookie(*ticket), "id-1.secret.name");
  for (const char* value :
       {"", ".", "..", "id.", ".secret", "id", "a.b", "a.b.", "a..c", ".b.c", "a.b.c.", "a.b.c.d"})
    EXPECT_FALSE(parse_enrolment_cookie(value)) << value;
}

}  // namespace
}  // namespace inkan::api::portal
