#include "policy/types/json_object.h"

#include <nlohmann/json.hpp>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

std::string by_nlohmann(const std::string& value) {
  return json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string written(std::string_view value) {
  std::string text;
  append_json_text(text, value);
  return text;
}

TEST(JsonText, IsWhatTheLibraryWritesForEveryOctetAndEveryPairOfThem) {
  EXPECT_EQ(written(""), "\"\"");
  for (int first = 0; first < 256; ++first) {
    const std::string one(1, static_cast<char>(first));
    EXPECT_EQ(written(one), by_nlohmann(one)) << first;
    EXPECT_EQ(written("a" + one + "z"), by_nlohmann("a" + one + "z")) << first;
    for (int second = 0; second < 256; ++second) {
      const std::string two = one + static_cast<char>(second);
      ASSERT_EQ(written(two), by_nlohmann(two)) << first << ' ' << second;
    }
  }
}

TEST(JsonText, KeepsTextOfOtherLanguagesAsItIs) {
  EXPECT_EQ(written("印鑑\n\"é\""), "\"印鑑\\n\\\"é\\\"\"");
}

TEST(JsonObject, IsWhatTheLibraryWritesOfTheSameMembers) {
  std::string text;
  JsonObject object(text);
  object.number("a", -1);
  object.text("b", "two\n");
  JsonObject inner = object.object("c");
  inner.number("d", std::numeric_limits<std::uint64_t>::max());
  inner.number("e", std::numeric_limits<std::int64_t>::min());
  inner.end();
  object.object("f").end();
  object.optional_text("g", "");
  object.raw("h", "[1,null]");
  object.end();
  const json same = {
      {"a", -1},
      {"b", "two\n"},
      {"c",
       {{"d", std::numeric_limits<std::uint64_t>::max()}, {"e", std::numeric_limits<std::int64_t>::min()}}},
      {"f", json::object()},
      {"h", {1, nullptr}}};
  EXPECT_EQ(text, same.dump());
}

TEST(JsonObject, RefusesNamesOutOfOrderOrTwice) {
  for (const char* second : {"a", "b", ""}) {
    std::string text;
    JsonObject object(text);
    object.text("b", "1");
    EXPECT_THROW(object.text(second, "2"), Error) << second;
  }
}

TEST(JsonObject, TakesThemAsTheyComeWhereThatIsAsked) {
  std::string text;
  JsonObject object(text, JsonObject::Names::as_they_come);
  object.text("b", "1");
  JsonObject inner = object.object("a");
  inner.number("z", 1);
  inner.number("y", 2);
  inner.end();
  object.end();
  EXPECT_EQ(text, R"({"b":"1","a":{"z":1,"y":2}})");
}

}  // namespace
}  // namespace inkan::policy
