#include "api/json/document.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

std::string fault(const std::string& text) {
  const auto parsed = parse_json_object(text);
  const auto* problem = refused(parsed);
  return problem ? problem->detail : "";
}

TEST(JsonDocument, NamesTheFault) {
  EXPECT_NE(fault("{\"a\":1,\"a\":2}").find("\"a\" comes twice"), std::string::npos);
  EXPECT_NE(fault("{\"a\":{\"b\":1,\"b\":2}}").find("\"b\" comes twice"), std::string::npos);
  EXPECT_NE(fault("[1]").find("not a JSON object"), std::string::npos);
  EXPECT_NE(fault("\"text\"").find("not a JSON object"), std::string::npos);
  EXPECT_NE(fault("{\"a\":1").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{\"a\":1} x").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{\"a\":NaN}").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{'a':1}").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{\"a\":1e999}").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{\"a\":\"\xff\"}").find("not JSON"), std::string::npos);
  EXPECT_NE(fault("{\"a\":\"\\ud800\"}").find("not JSON"), std::string::npos);
}

TEST(JsonDocument, TakesTheSameNameInDifferentObjects) {
  EXPECT_EQ(fault("{\"a\":{\"x\":1},\"b\":{\"x\":2},\"x\":[{\"x\":3},{\"x\":4}]}"), "");
}

TEST(JsonDocument, NestsSixteenLevelsAndNoMore) {
  const auto nested = [](int levels) {
    return "{\"a\":" + std::string(static_cast<std::size_t>(levels - 1), '[') +
           std::string(static_cast<std::size_t>(levels - 1), ']') + "}";
  };
  EXPECT_EQ(fault(nested(16)), "");
  EXPECT_NE(fault(nested(17)).find("more than 16 levels"), std::string::npos);
  EXPECT_NE(fault("{\"a\":" + std::string(500'000, '[')).find("more than 16 levels"), std::string::npos);
}

std::string repeated(std::size_t times, const std::string& part) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += (i > 0 ? "," : "") + part;
  return text;
}

// The symptom: 1 MiB of empty objects, or of members, took minutes to parse.
TEST(JsonDocument, HoldsAThousandPartsAndNoMore) {
  std::string members = "\"0\":0";
  for (int i = 1; i < 90'000; ++i) members += ",\"" + std::to_string(i) + "\":0";
  for (const auto& body :
       {"{\"subject\":[" + repeated(350'000, "{}") + "]}", "{\"subject\":[" + repeated(350'000, "[]") + "]}",
        "{\"subject\":[" + repeated(500'000, "1") + "]}", "{\"subject\":{" + members + "}}"})
    EXPECT_NE(fault(body).find("more than 1000 members, values, objects and arrays"), std::string::npos);
  // The object, its member, the array, and 997 values.
  EXPECT_EQ(fault("{\"a\":[" + repeated(997, "1") + "]}"), "");
  EXPECT_NE(fault("{\"a\":[" + repeated(998, "1") + "]}").find("more than 1000"), std::string::npos);
}

// What costs the square of its size stays bounded: structures, not the values of one long list.
TEST(JsonDocument, TakesMoreValuesWhereALongListIsExpected) {
  const auto list = [](int count, const std::string& each) {
    std::string text = "{\"a\":[" + each;
    for (int i = 1; i < count; ++i) text += "," + each;
    return text + "]}";
  };
  EXPECT_TRUE(refused(parse_json_object(list(1500, "\"x\""))));
  EXPECT_FALSE(refused(parse_json_object(list(1500, "\"x\""), 1500)));
  EXPECT_TRUE(refused(parse_json_object(list(3000, "\"x\""), 1500)));
  EXPECT_TRUE(refused(parse_json_object(list(1500, "[]"), 1500)));
}

TEST(JsonDocument, QuotesLittleOfABody) {
  EXPECT_LT(fault("{\"" + std::string(100'000, 'x')).size(), 400u);
}

TEST(ObjectReader, CollectsEveryFaultWithItsPointer) {
  const auto parsed = parse_json_object("{\"n\":7,\"empty\":\"\",\"a/b\":1}");
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  reader.text("n");
  reader.text("empty");
  reader.text("missing");
  reader.refuse_unknown();
  ASSERT_EQ(errors.size(), 4u);
  EXPECT_EQ(errors[0].name, "#/n");
  EXPECT_EQ(errors[1].name, "#/empty");
  EXPECT_EQ(errors[2].name, "#/missing");
  EXPECT_EQ(errors[2].detail, "is required");
  EXPECT_EQ(errors[3].name, "#/a~1b");
}

TEST(InvalidRequest, TellsTwentyErrorsAndHowManyMore) {
  const auto told = [](std::size_t errors) {
    return invalid_request(std::vector<FieldError>(errors, {"pointer", "#/a", "is not known"}));
  };
  EXPECT_EQ(told(20).errors.size(), 20u);
  EXPECT_EQ(told(20).detail.find("more"), std::string::npos);
  EXPECT_EQ(told(21).errors.size(), 20u);
  EXPECT_TRUE(told(21).detail.ends_with("; and 1 more")) << told(21).detail;
}

TEST(ToText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(to_text(Json{{"a", "\xff"}}), "{\"a\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace inkan::api
