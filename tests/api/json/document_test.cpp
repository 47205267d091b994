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

TEST(ToText, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(to_text(Json{{"a", "\xff"}}), "{\"a\":\"\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace inkan::api
