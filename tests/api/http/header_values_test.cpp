#include "api/http/header_values.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

std::optional<std::size_t> media(const std::string& accept) {
  return preferred_media(&accept, {"application/json", "application/pem-certificate-chain"});
}

TEST(PreferredMedia, FollowsWeightsThenCloseness) {
  EXPECT_EQ(preferred_media(nullptr, {"a/b"}), 0u);
  EXPECT_EQ(media("*/*"), 0u);
  EXPECT_EQ(media(""), 0u);
  EXPECT_EQ(media("application/pem-certificate-chain"), 1u);
  EXPECT_EQ(media("APPLICATION/PEM-Certificate-Chain"), 1u);
  EXPECT_EQ(media("application/json;q=0.5, application/pem-certificate-chain"), 1u);
  EXPECT_EQ(media("application/json;q=0.5, */*;q=0.1"), 0u);
  EXPECT_EQ(media("application/*"), 0u);
  EXPECT_EQ(media("application/json;q=0, */*"), 1u);
  EXPECT_EQ(media("text/html"), std::nullopt);
  EXPECT_EQ(media("application/json;q=0"), std::nullopt);
}

TEST(PreferredLanguage, IsJapaneseOnlyIfThatLeads) {
  const auto language = [](const std::string& value) { return preferred_language(&value); };
  EXPECT_EQ(preferred_language(nullptr), Language::english);
  EXPECT_EQ(language("ja"), Language::japanese);
  EXPECT_EQ(language("ja-JP,ja;q=0.9,en;q=0.8"), Language::japanese);
  EXPECT_EQ(language("en-US,en;q=0.9,ja;q=0.8"), Language::english);
  EXPECT_EQ(language("en;q=0.3,ja;q=0.8"), Language::japanese);
  EXPECT_EQ(language("fr"), Language::english);
  EXPECT_EQ(language("JA"), Language::japanese);
}

TEST(NamesEtag, ComparesWeaklyAndTakesTheStar) {
  EXPECT_TRUE(names_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("\"b\", W/\"a\"", "\"a\""));
  EXPECT_TRUE(names_etag("*", "\"a\""));
  EXPECT_FALSE(names_etag("\"b\"", "\"a\""));
  EXPECT_FALSE(names_etag("a", "\"a\""));
}

TEST(MediaType, IgnoresCaseAndTakesOnlyUtf8) {
  EXPECT_EQ(media_type("Application/JSON"), "application/json");
  EXPECT_EQ(media_type("application/json; charset=UTF-8"), "application/json");
  EXPECT_EQ(media_type("application/json;charset=\"utf-8\""), "application/json");
  EXPECT_EQ(media_type("application/json; charset=shift_jis"), std::nullopt);
  EXPECT_EQ(media_type("application/json; nonsense"), std::nullopt);
  EXPECT_EQ(media_type("json"), std::nullopt);
  EXPECT_EQ(media_type(""), std::nullopt);
}

TEST(IdempotencyKey, IsVisibleAsciiWithOrWithoutQuotes) {
  EXPECT_EQ(idempotency_key("abc"), "abc");
  EXPECT_EQ(idempotency_key("\"abc\""), "abc");
  EXPECT_EQ(idempotency_key(std::string(255, 'k')), std::string(255, 'k'));
  EXPECT_EQ(idempotency_key(std::string(256, 'k')), std::nullopt);
  EXPECT_EQ(idempotency_key(""), std::nullopt);
  EXPECT_EQ(idempotency_key("\"\""), std::nullopt);
  EXPECT_EQ(idempotency_key("a b"), std::nullopt);
  EXPECT_EQ(idempotency_key("\"a"), std::nullopt);
  EXPECT_EQ(idempotency_key("a\xc3\xa9"), std::nullopt);
}

// The examples of W3C Trace Context §3.2.
TEST(TraceId, ComesOnlyOutOfAWellFormedTraceparent) {
  const auto id = [](const std::string& value) { return trace_id(&value); };
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(id("00-" + trace + "-00f067aa0ba902b7-01"), trace);
  EXPECT_EQ(id("cc-" + trace + "-00f067aa0ba902b7-01-what-the-future-brings"), trace);
  EXPECT_EQ(id("00-" + trace + "-00f067aa0ba902b7-01-more"), "");
  EXPECT_EQ(id("ff-" + trace + "-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(id("00-00000000000000000000000000000000-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(id("00-" + trace + "-0000000000000000-01"), "");
  EXPECT_EQ(id("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(trace_id(nullptr), "");
}

TEST(ListsToken, IgnoresCaseAndEmptyElements) {
  EXPECT_TRUE(lists_token("x, ,CLOSE", "close"));
  EXPECT_FALSE(lists_token("closed", "close"));
}

}  // namespace
}  // namespace inkan::api
