#include "policy/log/leaf_reader.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/support/log_story.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

// What a leaf may be, as nlohmann's DOM sees it: parsed, written again and the same octets.
bool whole_numbers(const json& value) {
  constexpr std::int64_t k_most = std::int64_t{1} << 53;
  if (value.is_number_float()) return false;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(k_most);
  if (value.is_number()) return value.get<std::int64_t>() <= k_most && value.get<std::int64_t>() >= -k_most;
  bool good = true;
  if (value.is_object())
    for (const auto& [name, each] : value.items())
      for (const char c : name) good &= c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  if (value.is_structured())
    for (const auto& each : value) good &= whole_numbers(each);
  return good;
}

unsigned depth_of(const json& value) {
  unsigned deepest = 0;
  if (value.is_structured())
    for (const auto& each : value) deepest = std::max(deepest, depth_of(each));
  return value.is_structured() ? deepest + 1 : 0;
}

bool by_nlohmann(const std::string& text) {
  const auto value = json::parse(text, nullptr, false);
  if (!value.is_object() || !whole_numbers(value) || depth_of(value) > LeafReader::k_max_depth) return false;
  return value.dump(-1, ' ', false, json::error_handler_t::replace) == text;
}

bool by_reader(const std::string& text) {
  LeafReader reader;
  return !reader.read(as_bytes(text));
}

// Every member the reader shows has the value that nlohmann finds under that name.
void expect_same_members(const std::string& text) {
  LeafReader reader;
  ASSERT_FALSE(reader.read(as_bytes(text)));
  const auto value = json::parse(text);
  ASSERT_EQ(reader.members().size(), value.size());
  for (const auto& member : reader.members()) {
    const auto& found = value.at(std::string(member.name));
    const bool quoted = member.kind == JsonKind::text;
    const auto shown = quoted ? "\"" + std::string(member.value) + "\"" : std::string(member.value);
    EXPECT_EQ(shown, found.dump());
    if (member.kind != JsonKind::object) continue;
    ASSERT_EQ(reader.members_of(member).size(), found.size());
    for (const auto& inner : reader.members_of(member)) {
      const auto& at = found.at(std::string(inner.name));
      EXPECT_EQ(
          inner.kind == JsonKind::text ? "\"" + std::string(inner.value) + "\"" : std::string(inner.value),
          at.dump());
    }
  }
}

std::vector<std::string> leaves_of_a_log() {
  std::vector<std::string> leaves;
  test::LogStory story([&](LeafIndex, const std::string& leaf) { leaves.push_back(leaf); });
  story.set_up();
  for (int i = 0; i < 5; ++i) story.issue();
  Event event{.type = EventType::request_denied, .outcome = "denied"};
  event.reason = "quote \" backslash \\ tab \t bell \a \xe6\x97\xa5\xe6\x9c\xac\xf0\x9f\x94\x91 \x7f";
  event.detail = {{"rv", -5},
                  {"list", json::array({1, json::array(), json::object(), "x", nullptr, true, false})}};
  story.append(event);
  return leaves;
}

TEST(LeafReader, ReadsEveryLeafThatTheDaemonWrites) {
  for (const auto& leaf : leaves_of_a_log()) expect_same_members(leaf);
}

TEST(LeafReader, FindsMembersAndTheirKinds) {
  LeafReader reader;
  const std::string leaf =
      R"({"detail":{"intent":7,"ok":true,"serial":"0a1b"},"index":42,"type":"x","z":[{"index":1}]})";
  ASSERT_FALSE(reader.read(as_bytes(leaf)));
  EXPECT_EQ(reader.number("index"), 42u);
  EXPECT_EQ(reader.text("type"), "x");
  EXPECT_EQ(reader.number("detail", "intent"), 7u);
  EXPECT_EQ(reader.text("detail", "serial"), "0a1b");
  EXPECT_FALSE(reader.text("detail", "intent"));
  EXPECT_FALSE(reader.number("detail", "serial"));
  EXPECT_FALSE(reader.text("detail", "index"));
  EXPECT_FALSE(reader.text("z", "index"));
  EXPECT_EQ(reader.find("detail", "ok")->kind, JsonKind::boolean);
}

struct Form {
  const char* name;
  std::string text;
  bool good;
};

TEST(LeafReader, TakesTheCanonicalFormAndNoOther) {
  const std::string deep(31, '['), deep_end(31, ']');
  const Form forms[] = {
      {"empty object", "{}", true},
      {"nothing", "", false},
      {"array", "[]", false},
      {"space", "{ }", false},
      {"line feed after", "{}\n", false},
      {"two objects", "{}{}", false},
      {"names out of order", R"({"b":1,"a":2})", false},
      {"name twice", R"({"a":1,"a":2})", false},
      {"inner names out of order", R"({"a":{"b":1,"a":2}})", false},
      {"comma at the end", R"({"a":1,})", false},
      {"comma at the front", R"({,"a":1})", false},
      {"no comma", R"({"a":1"b":2})", false},
      {"array with a comma at the end", R"({"a":[1,]})", false},
      {"fraction", R"({"a":1.0})", false},
      {"exponent", R"({"a":1e3})", false},
      {"leading zero", R"({"a":01})", false},
      {"minus zero", R"({"a":-0})", false},
      {"zero", R"({"a":0})", true},
      {"2^53", R"({"a":9007199254740992})", true},
      {"beyond 2^53", R"({"a":9007199254740993})", false},
      {"beyond 64 bits", R"({"a":99999999999999999999999})", false},
      {"minus 2^53", R"({"a":-9007199254740992})", true},
      {"plus", R"({"a":+1})", false},
      {"escaped slash", R"({"a":"\/"})", false},
      {"escaped letter", R"({"a":"\u0061"})", false},
      {"control in lower case", R"({"a":"\u001f"})", true},
      {"control in upper case", R"({"a":"\u001F"})", false},
      {"tab written long", R"({"a":"\u0009"})", false},
      {"tab written short", R"({"a":"\t"})", true},
      {"raw tab", "{\"a\":\"\t\"}", false},
      {"surrogates escaped", R"({"a":"\ud83d\udd11"})", false},
      {"DEL in a value", "{\"a\":\"\x7f\"}", true},
      {"DEL in a name", "{\"\x7f\":1}", false},
      {"name with an escape", R"({"a\"":1})", false},
      {"UTF-8", "{\"a\":\"\xf0\x9f\x94\x91\xe6\x97\xa5\xc3\xa4\"}", true},
      {"overlong", "{\"a\":\"\xc0\xaf\"}", false},
      {"surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}", false},
      {"beyond Unicode", "{\"a\":\"\xf4\x90\x80\x80\"}", false},
      {"cut character", "{\"a\":\"\xe6\x97", false},
      {"string without end", R"({"a":"b)", false},
      {"escape without end", "{\"a\":\"\\", false},
      {"short escape at the end", "{\"a\":\"\\u00", false},
      {"literals", R"({"a":[true,false,null]})", true},
      {"half a literal", R"({"a":tru})", false},
      {"another literal", R"({"a":NaN})", false},
      {"no value", R"({"a":})", false},
      {"deep", "{\"a\":" + deep + deep_end + "}", true},
      {"too deep", "{\"a\":[" + deep + deep_end + "]}", false},
  };
  for (const auto& form : forms) {
    EXPECT_EQ(by_reader(form.text), form.good) << form.name;
    EXPECT_EQ(by_nlohmann(form.text), form.good) << form.name << ": the test is wrong";
  }
  EXPECT_FALSE(by_reader("{\"a\":\"" + std::string(65535, 'x') + "\"}"));
}

TEST(LeafReader, SaysWhereTheFormIsBroken) {
  LeafReader reader;
  const auto refused = reader.read(as_bytes(R"({"b":1,"a":2})"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->offset, 10u);
  EXPECT_TRUE(reader.members().empty());
}

// Differential: changed leaves are judged as nlohmann judges them, octet for octet.
TEST(LeafReader, JudgesChangedLeavesAsNlohmannDoes) {
  const auto leaves = leaves_of_a_log();
  std::mt19937_64 random(20261126);
  const std::string likely = "{}[]\",:\\u0019-tfn \n\x7f\xc3\xe6\x97";
  std::size_t accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = leaves[random() % leaves.size()];
    for (auto changes = 1 + random() % 2; changes > 0; --changes) {
      const std::size_t at = random() % text.size();
      const char c = random() % 2 ? likely[random() % likely.size()] : static_cast<char>(random());
      switch (random() % 3) {
        case 0:
          text[at] = c;
          break;
        case 1:
          text.insert(at, 1, c);
          break;
        default:
          text.erase(at, 1 + random() % 3);
      }
      if (text.empty()) text = "{";
    }
    ASSERT_EQ(by_reader(text), by_nlohmann(text)) << text;
    accepted += by_reader(text);
  }
  EXPECT_GT(accepted, 1000u);  // both sides of the border were tried
  EXPECT_LT(accepted, 19000u);
}

}  // namespace
}  // namespace inkan::policy
