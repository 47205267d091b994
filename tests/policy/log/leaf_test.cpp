#include "policy/log/leaf.h"

#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

const LeafOrigin k_origin{"node-1", "0b7c1d0e-0000-4000-8000-000000000001", "0.1.0"};
constexpr const char* k_uuid = "018f2a5c-0000-7000-8000-000000000001";
const InstantMicros k_time = InstantMicros(test::k_test_day) + std::chrono::microseconds(42);

std::string encode(const Event& event, const Identity& actor = Identity::system_job("set-up")) {
  return encode_leaf(event, actor, k_origin, 7, k_uuid, k_time);
}

Event with_detail(json detail) {
  Event event;
  event.type = EventType::selftest;
  event.detail = std::move(detail);
  return event;
}

// The canonical form as Python's json module writes it: keys sorted, no spaces, UTF-8. For what a leaf may
// hold (whole numbers up to 2^53, ASCII keys) that is RFC 8785.
std::string by_python(const std::string& leaf) {
  const test::TemporaryFolder folder;
  const auto verdict =
      test::run({"python3", "-c",
                 "import json,sys\n"
                 "value = json.loads(open(sys.argv[1], encoding='utf-8').read())\n"
                 "text = json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False)\n"
                 "sys.stdout.buffer.write(text.encode('utf-8'))",
                 folder.write("leaf", leaf)});
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  return verdict.output;
}

Event full_event() {
  Event event;
  event.type = EventType::cert_issue;
  event.outcome = "success";
  event.target = {"certificate", "0a1b"};
  event.request_id = "request-1";
  event.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  event.profile = "client-auth";
  event.profile_sha256 = std::string(64, 'a');
  event.profile_version = 3;
  event.reason = "because";
  event.detail = {{"serial", "0a1b"},
                  {"tries", 1},
                  {"list", json::array({1, "two", true, nullptr})},
                  {"a", {{"z", 1}, {"b", -2}}}};
  return event;
}

TEST(Leaf, HasTheEnvelopeOfTheCatalogue) {
  const auto actor = Identity::authenticated("web-1", Role::web_tier, Fingerprint({}), "192.0.2.1");
  EXPECT_EQ(
      encode(full_event(), actor),
      R"({"actor":{"auth":"mtls","cert_fp":")" + std::string(64, '0') +
          R"(","id":"web-1","ip":"192.0.2.1","kind":"operator","role":"web-tier"},)"
          R"("boot_id":"0b7c1d0e-0000-4000-8000-000000000001","build":"0.1.0",)"
          R"("detail":{"a":{"b":-2,"z":1},"list":[1,"two",true,null],"serial":"0a1b","tries":1},)"
          R"("id":"018f2a5c-0000-7000-8000-000000000001","index":7,"node":"node-1","outcome":"success",)"
          R"("policy":{"profile":"client-auth","sha256":")" +
          std::string(64, 'a') +
          R"(","version":3},"reason":"because","request_id":"request-1",)"
          R"("target":{"id":"0a1b","kind":"certificate"},"time":"2026-11-23T03:30:00.000042Z",)"
          R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","type":"cert.issue","v":1})");
}

TEST(Leaf, LeavesOutWhatIsEmpty) {
  const auto leaf = json::parse(encode(with_detail(json::object())));
  for (const char* key : {"target", "request_id", "trace_id", "policy", "reason", "detail"})
    EXPECT_FALSE(leaf.contains(key)) << key;
  EXPECT_EQ(leaf["actor"], (json{{"id", "system:set-up"}, {"kind", "system"}, {"role", "system"}}));
}

TEST(Leaf, IsWrittenAsPythonWouldSortAndWriteIt) {
  json odd = json::object();
  std::string all;
  for (char c = 1; c < 0x20; ++c) all += c;
  odd["control"] = all + "\x7f\"\\/";
  odd["text"] = "東京 é \xf0\x9f\x98\x80 \xe2\x80\xa8 <&>";
  odd["B"] = odd["a"] = odd["_"] = odd["1"] = odd["aa"] = odd["a-b"] = odd["a.b"] = odd[""] = 0;
  odd["numbers"] = {0, -1, 9007199254740992, -9007199254740992, 255, 4294967296};
  odd["nul"] = std::string("a\0b", 3);
  odd["deep"] = {{"z", {{"y", {{"x", json::array({json::object(), json::array()})}}}}}};
  for (const auto& event : {full_event(), with_detail(odd)})
    EXPECT_EQ(encode(event), by_python(encode(event)));
}

// RFC 8785 §3.2.2.2: two-character escapes where JSON has them, lower-case hexadecimal otherwise.
TEST(Leaf, EscapesControlCharactersAsRfc8785Says) {
  const auto leaf = encode(with_detail({{"t", "\x01\b\t\n\f\r\x1f"}}));
  EXPECT_NE(leaf.find(R"("t":"\u0001\b\t\n\f\r\u001f")"), std::string::npos) << leaf;
}

TEST(Leaf, KeepsNoOctetsThatAreNotUtf8) {
  const auto leaf = encode(with_detail({{"t",
                                         "a\xff"
                                         "b\xc0\xaf"
                                         "c\xed\xa0\x80"}}));
  EXPECT_EQ(leaf, by_python(leaf));
  EXPECT_NE(leaf.find("\xef\xbf\xbd"), std::string::npos);
}

TEST(Leaf, RefusesFractions) {
  for (const json& detail : {json{{"x", 1.5}}, json{{"x", 1.0}}, json{{"x", {{"y", json::array({1e300})}}}}})
    EXPECT_THROW(encode(with_detail(detail)), Error) << detail;
}

// RFC 8785 Appendix D: a number that a double cannot hold is written as text.
TEST(Leaf, WritesNumbersBeyondADoubleAsText) {
  const auto leaf = json::parse(encode(with_detail({{"exact", 9007199254740992},
                                                    {"more", 9007199254740993},
                                                    {"most", 18446744073709551615u},
                                                    {"least", std::numeric_limits<std::int64_t>::min()},
                                                    {"in", json::array({9007199254740993})}})));
  const auto& detail = leaf["detail"];
  EXPECT_EQ(detail["exact"], 9007199254740992);
  EXPECT_EQ(detail["more"], "9007199254740993");
  EXPECT_EQ(detail["most"], "18446744073709551615");
  EXPECT_EQ(detail["least"], "-9223372036854775808");
  EXPECT_EQ(detail["in"][0], "9007199254740993");
}

TEST(Leaf, RefusesKeysThatSortDifferentlyInUtf16) {
  for (const char* key : {"é", "\xf0\x9f\x98\x80", "a\nb", "\x7f"})
    EXPECT_THROW(encode(with_detail({{"nested", {{key, 1}}}})), Error) << key;
}

// C2SP tlog-tiles: an entry's length has 16 bits.
TEST(Leaf, IsAtMost65535Octets) {
  const std::size_t rest = encode(with_detail({{"t", ""}})).size();
  EXPECT_EQ(encode(with_detail({{"t", std::string(65535 - rest, 'a')}})).size(), 65535u);
  EXPECT_THROW(encode(with_detail({{"t", std::string(65536 - rest, 'a')}})), Error);
  EXPECT_THROW(encode(with_detail({{"t", std::string(40000, '\x01')}})), Error) << "six octets each";
}

TEST(Leaf, TakesDetailsThatAreWrittenAlready) {
  auto built = full_event(), written = full_event();
  written.detail = json::object();
  written.written_detail = built.detail.dump();
  EXPECT_EQ(encode(written), encode(built));
  written.detail["twice"] = true;
  EXPECT_THROW(encode(written), Error);
}

}  // namespace
}  // namespace inkan::policy
