#include "api/http/request_head.h"

#include <gtest/gtest.h>

namespace inkan::api {
namespace {

const Limits k_limits;

struct Refused {
  const char* name;
  std::string block;
  int status;
  const char* detail;  // a part of it
};

void PrintTo(const Refused& row, std::ostream* out) {
  *out << row.name;
}

std::string with(const std::string& fields) {
  return "POST /v1/x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

class RequestHeadRefuses : public testing::TestWithParam<Refused> {};

TEST_P(RequestHeadRefuses, ByName) {
  const auto& row = GetParam();
  const auto parsed = parse_request_head(row.block, k_limits);
  ASSERT_TRUE(std::holds_alternative<Fault>(parsed));
  const auto& fault = std::get<Fault>(parsed);
  EXPECT_EQ(fault.status, row.status);
  EXPECT_NE(fault.detail.find(row.detail), std::string::npos) << fault.detail;
  EXPECT_FALSE(fault.mend.empty());
}

// RFC 9112 §11.2 and the catalogue of request smuggling: what two parsers could read in two ways.
INSTANTIATE_TEST_SUITE_P(
    Table, RequestHeadRefuses,
    testing::Values(
        Refused{"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "request line"},
        Refused{"no version", "GET /\r\nHost: a\r\n\r\n", 400, "request line"},
        Refused{"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "request line"},
        Refused{"method with a bracket", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "method"},
        Refused{"method of 33 letters", std::string(33, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n", 400,
                "method"},
        Refused{"HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 400, "version"},
        Refused{"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 400, "version"},
        Refused{"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400, "version"},
        Refused{"asterisk-form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a path"},
        Refused{"authority-form", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a path"},
        Refused{"fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400, "character"},
        Refused{"octet above ASCII in the target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400,
                "character"},
        Refused{"long target", "GET /" + std::string(2048, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414,
                "longer than 2048"},
        Refused{"no Host", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", 400, "Host field is missing"},
        Refused{"two Hosts", with("Host: b\r\n"), 400, "more than once"},
        Refused{"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "not a host name"},
        Refused{"Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400, "not a host name"},
        Refused{"Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "not a host name"},
        Refused{"folded line", with("A: b\r\n c\r\n"), 400, "folding"},
        Refused{"folded by a tab", with("A: b\r\n\tc\r\n"), 400, "folding"},
        Refused{"space before the colon", with("Content-Length : 3\r\n"), 400, "name: value"},
        Refused{"empty name", with(": b\r\n"), 400, "name: value"},
        Refused{"no colon", with("Content-Length 3\r\n"), 400, "name: value"},
        Refused{"name with a control", with("A\x01: b\r\n"), 400, "name: value"},
        Refused{"value with a control", with("A: b\x01\r\n"), 400, "control character"},
        Refused{"CL and TE", with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400, "together"},
        Refused{"TE and CL", with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400, "together"},
        Refused{"TE alone", with("Transfer-Encoding: chunked\r\n"), 411, "Transfer-Encoding"},
        Refused{"TE identity", with("Transfer-Encoding: identity\r\n"), 411, "Transfer-Encoding"},
        Refused{"TE obfuscated", with("Transfer-Encoding: xchunked\r\n"), 411, "Transfer-Encoding"},
        Refused{"CL twice", with("Content-Length: 3\r\nContent-Length: 4\r\n"), 400, "more than once"},
        Refused{"CL twice, equal", with("Content-Length: 3\r\nContent-Length: 3\r\n"), 400, "more than once"},
        Refused{"CL list", with("Content-Length: 3, 3\r\n"), 400, "not a number"},
        Refused{"CL negative", with("Content-Length: -1\r\n"), 400, "not a number"},
        Refused{"CL with a plus", with("Content-Length: +1\r\n"), 400, "not a number"},
        Refused{"CL hexadecimal", with("Content-Length: 0x10\r\n"), 400, "not a number"},
        Refused{"CL empty", with("Content-Length:\r\n"), 400, "not a number"},
        Refused{"CL beyond 64 bits", with("Content-Length: 18446744073709551617\r\n"), 400, "not a number"},
        Refused{"Expect of something else", with("Expect: 200-ok\r\n"), 417, "Expect"},
        Refused{"empty line inside", "GET / HTTP/1.1\r\nHost: a\r\n\r\nX: y\r\n\r\n", 400, "empty line"},
        Refused{"no empty line at the end", "GET / HTTP/1.1\r\nHost: a\r\n", 400, "empty line"}));

TEST(RequestHead, ReadsFieldsWithoutTheirCaseAndWhiteSpace) {
  const auto parsed = parse_request_head(
      "POST /v1/x?a=b HTTP/1.1\r\nHOST: a:8443\r\nX-Y:\t v w \t\r\ncontent-length: 12\r\n\r\n", k_limits);
  ASSERT_TRUE(std::holds_alternative<RequestHead>(parsed));
  const auto& head = std::get<RequestHead>(parsed);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/v1/x?a=b");
  EXPECT_EQ(*head.find("x-y"), "v w");
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.find("accept"));
}

TEST(RequestHead, TakesTheAuthorityOffAnAbsoluteTarget) {
  for (const auto* target : {"http://a:1/v1/x?q", "https://other/v1/x?q"}) {
    const auto parsed =
        parse_request_head("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n", k_limits);
    ASSERT_TRUE(std::holds_alternative<RequestHead>(parsed)) << target;
    EXPECT_EQ(std::get<RequestHead>(parsed).target, "/v1/x?q");
  }
}

TEST(RequestHead, KeepsAliveAsTheVersionAndConnectionSay) {
  const auto alive = [](const std::string& block) {
    return std::get<RequestHead>(parse_request_head(block, k_limits)).keep_alive;
  };
  EXPECT_TRUE(alive("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_FALSE(alive("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"));
  EXPECT_FALSE(alive("GET / HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(alive("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_FALSE(alive("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
}

TEST(RequestHead, ExpectsContinueOnlyWithABodyInHttp11) {
  const auto expects = [](const std::string& block) {
    return std::get<RequestHead>(parse_request_head(block, k_limits)).expects_continue;
  };
  EXPECT_TRUE(expects("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_FALSE(expects("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(expects("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"));
}

TEST(RequestHead, TakesAHundredFieldsAndNoMore) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "F" + std::to_string(i) + ": v\r\n";
  EXPECT_TRUE(std::holds_alternative<RequestHead>(parse_request_head(with(fields), k_limits)));
  const auto parsed = parse_request_head(with(fields + "One-More: v\r\n"), k_limits);
  ASSERT_TRUE(std::holds_alternative<Fault>(parsed));
  EXPECT_EQ(std::get<Fault>(parsed).status, 431);
}

// However the octets are cut into pieces, the scanner finds the same.
TEST(HeadScanner, FindsTheEndInWhateverPieces) {
  const std::string block = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
  for (std::size_t step = 1; step <= block.size(); ++step) {
    HeadScanner scanner(k_limits);
    std::optional<std::size_t> found;
    for (std::size_t size = step; !found; size += step) {
      const auto scanned = scanner.scan(std::string_view(block).substr(0, size));
      ASSERT_FALSE(std::holds_alternative<Fault>(scanned));
      if (const auto* end = std::get_if<HeadScanner::Found>(&scanned)) found = end->size;
      ASSERT_TRUE(found || size < block.size());
    }
    EXPECT_EQ(*found, block.size() - 4) << step;
  }
}

struct Scanned {
  const char* name;
  std::string octets;
  int status;
};

// Known before the empty line comes: such a peer need not be waited for.
TEST(HeadScanner, RefusesAsSoonAsItIsCertain) {
  const Scanned rows[] = {
      {"bare LF", "GET / HTTP/1.1\n", 400},
      {"bare CR", "GET / HTTP/1.1\rX", 400},
      {"CR CR LF", "GET / HTTP/1.1\r\r\n", 400},
      {"NUL", std::string("GET /\0", 6), 400},
      {"DEL", "GET /\x7f", 400},
      {"TLS hello", "\x16\x03\x01", 400},
      {"leading empty line", "\r\n", 400},
      {"endless target", "GET /" + std::string(3000, 'a'), 414},
      {"endless field", "GET / HTTP/1.1\r\nA: " + std::string(17000, 'a'), 431},
      {"endless fields",
       "GET / HTTP/1.1\r\n" +
           [] {
             std::string fields;
             for (int i = 0; i < 102; ++i) fields += "a:b\r\n";
             return fields;
           }(),
       431},
  };
  for (const auto& row : rows) {
    HeadScanner scanner(k_limits);
    const auto scanned = scanner.scan(row.octets);
    ASSERT_TRUE(std::holds_alternative<Fault>(scanned)) << row.name;
    EXPECT_EQ(std::get<Fault>(scanned).status, row.status) << row.name;
  }
}

}  // namespace
}  // namespace inkan::api
