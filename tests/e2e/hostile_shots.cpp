#include "tests/e2e/hostile_shots.h"

#include <nlohmann/json.hpp>

namespace inkan::test {
namespace {

using policy::Bytes;

std::size_t below(std::mt19937& random, std::size_t limit) {
  return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
}

template <class T>
const T& one_of(std::mt19937& random, const std::vector<T>& choices) {
  return choices[below(random, choices.size())];
}

std::string noise(std::mt19937& random, std::size_t size) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(below(random, 256));
  return text;
}

std::string word(std::mt19937& random, std::size_t size) {
  std::string text(size, 'a');
  for (char& c : text) c = static_cast<char>('a' + below(random, 26));
  return text;
}

std::string request(const std::string& line, const std::string& fields, const std::string& body) {
  return line + " HTTP/1.1\r\nHost: localhost\r\n" + fields +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string post_json(const std::string& body, const std::string& fields = "") {
  return request("POST /v1/certificates", "Content-Type: application/json\r\n" + fields, body);
}

std::string body_with(const Bytes& csr, const std::string& profile) {
  return nlohmann::json{{"profile", profile}, {"csr", policy::to_base64(csr)}}.dump();
}

Bytes truncated(std::mt19937& random, Bytes csr) {
  csr.resize(below(random, csr.size()));
  return csr.empty() ? Bytes{0x30} : csr;
}

// Never the request itself: two flips of one octet can cancel out.
Bytes mutated(std::mt19937& random, const Bytes& csr) {
  Bytes changed = csr;
  while (changed == csr)
    for (std::size_t i = 0, flips = 1 + below(random, 8); i < flips; ++i)
      changed[below(random, csr.size())] ^= static_cast<std::uint8_t>(1 + below(random, 255));
  return changed;
}

// A SEQUENCE that claims up to four billion octets, or an indefinite length.
Bytes huge_length(std::mt19937& random, const Bytes& csr) {
  static const std::vector<Bytes> k_heads = {{0x30, 0x84, 0xff, 0xff, 0xff, 0xff},
                                             {0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
                                             {0x30, 0x80},
                                             {0x30, 0x83, 0x0f, 0xff, 0xff},
                                             {0x30, 0xff}};
  Bytes der = one_of(random, k_heads);
  der.insert(der.end(), csr.begin() + 3, csr.end());
  return der;
}

Bytes nested(std::mt19937& random) {
  Bytes der;
  for (std::size_t depth = 1000 + below(random, 12'000); depth > 0; --depth) {
    const std::size_t left = (depth - 1) * 4;
    der.insert(der.end(),
               {0x30, 0x82, static_cast<std::uint8_t>(left >> 8), static_cast<std::uint8_t>(left)});
  }
  return der;
}

Shot bad_json(std::mt19937& random, const std::string& good) {
  const std::vector<std::function<std::string()>> ways = {
      [&] { return good.substr(0, below(random, good.size())); },
      [&] { return good.substr(0, 1 + below(random, good.size() - 1)) + "\xff" + good; },
      [&] { return good + good; },
      [&] { return "{\"profile\":\"a\"," + good.substr(1); },
      [&] { return "{\"" + word(random, 8) + "\":1," + good.substr(1); },
      [&] { return "{\"a\":" + std::string(1 + below(random, 200'000), '['); },
      [&] { return "{\"a\":" + std::string(20 + below(random, 1000), '{'); },
      [&] { return "[" + good + "]"; },
      [&] { return std::string(R"({"profile":1e9999,"csr":-0})"); },
      [&] { return std::string(R"({"profile":{"a":[]},"csr":null})"); },
      [&] { return "{\"profile\":\"\\u0000\\ud800\",\"csr\":\"x\"}"; },
      [&] { return noise(random, 1 + below(random, 500)); },
  };
  return {post_json(one_of(random, ways)()), 400};
}

Shot smuggled(std::mt19937& random) {
  const std::string inner = "GET /v1/authorities HTTP/1.1\r\nHost: localhost\r\n\r\n";
  static const std::vector<std::string> k_framings = {
      "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding: identity, chunked\r\n",
      "Transfer-Encoding : chunked\r\n",
      "Transfer-Encoding:\x0b"
      "chunked\r\n",
      "Content-Length: 4\r\nContent-Length: 60\r\n",
      "Content-Length: 4, 60\r\n",
      "Content-Length: +4\r\n",
      "Content-Length: -4\r\n",
      "Content-Length: 0x4\r\n",
      "Content-Length: 4\n",
      "X: y\r\n Content-Length: 4\r\n",
      "X: y\rContent-Length: 4\r\n",
      "Host: other\r\n",
      "Content-Length : 4\r\n",
      "Content-Length: 99999999999999999999999\r\n",
  };
  return {"POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\n" + one_of(random, k_framings) +
              "\r\n0\r\n\r\n" + inner,
          0, true};
}

Shot bad_path(std::mt19937& random) {
  const std::vector<std::function<std::string()>> ways = {
      [&] { return "/" + word(random, 1 + below(random, 60)); },
      [&] { return "/v1/../" + word(random, 6); },
      [&] { return std::string("/v1/%2e%2e/%2e%2e/etc/passwd"); },
      [&] { return "/v1/certificates/" + word(random, 10) + "/revoke/x"; },
      [&] { return "/v1/certificates/%" + word(random, 2); },
      [&] { return "/v1/certificates/%00"; },
      [&] { return "/v1/certificates/zz" + word(random, 300); },
      [&] { return "/v1/certificates?" + word(random, 5) + "=" + word(random, 5); },
      [&] { return "/v1/certificates?limit=" + std::to_string(1001 + below(random, 1'000'000'000)); },
      [&] { return "/v1/certificates?cursor=%c3%28"; },
      [&] { return "//v1//certificates"; },
      [&] { return "/v1/" + word(random, 2000); },
      [&] { return "/" + word(random, 5000); },
      [&] {
        std::string deep;
        for (int i = 0; i < 100; ++i) deep += "/a";
        return deep;
      },
  };
  return {request("GET " + one_of(random, ways)(), "", ""), 0};
}

Shot bad_line(std::mt19937& random) {
  static const std::vector<std::string> k_lines = {"GET /v1/profiles",
                                                   "GET  /v1/profiles HTTP/1.1",
                                                   "GET /v1/profiles HTTP/9.9",
                                                   "get /v1/profiles HTTP/1.1",
                                                   "GET v1/profiles HTTP/1.1",
                                                   "GET /v1/profiles HTTP/1.1 ",
                                                   "G\tET /v1/profiles HTTP/1.1",
                                                   "CONNECT localhost:443 HTTP/1.1",
                                                   "OPTIONS * HTTP/1.1",
                                                   "PRI * HTTP/2.0",
                                                   "DELETE /v1/certificates HTTP/1.1",
                                                   "PUT /v1/certificates HTTP/1.1",
                                                   "TRACE /v1/profiles HTTP/1.1",
                                                   "GET /v1/pro\xc3\xa9 HTTP/1.1",
                                                   "GET /v1/<profiles> HTTP/1.1",
                                                   "GET /v1/profiles#x HTTP/1.1"};
  return {one_of(random, k_lines) + "\r\nHost: localhost\r\n\r\n", 0};
}

Shot oversized(std::mt19937& random) {
  switch (below(random, 5)) {
    case 0:
      return {
          request("GET /v1/profiles", "X-Long: " + word(random, 17'000 + below(random, 5000)) + "\r\n", ""),
          431, true};
    case 1: {
      std::string fields;
      for (std::size_t i = 0, count = 101 + below(random, 200); i < count; ++i) fields += "a: b\r\n";
      return {request("GET /v1/profiles", fields, ""), 431, true};
    }
    case 2:
      return {post_json(std::string(1024 * 1024 + 1 + below(random, 1000), ' ')), 413, true};
    case 3:
      return {
          "POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
          "application/json\r\nContent-Length: 999999999999\r\n\r\n{",
          413, true};
    default:
      return {post_json(nlohmann::json{{"profile", "x"}, {"csr", word(random, 100'000)}}.dump()), 400};
  }
}

Shot bad_fields(std::mt19937& random, const std::string& good) {
  static const std::vector<std::pair<std::string, int>> k_fields = {
      {"Content-Type: text/html\r\n", 415},
      {"Content-Type: application/x-www-form-urlencoded\r\n", 415},
      {"Content-Type: application/json; charset=utf-7\r\n", 415},
      {"Content-Type: multipart/form-data; boundary=x\r\n", 415},
      {"", 415},
      {"Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 415},
      {"Content-Type: application/json\r\nAccept: text/html\r\n", 406},
      {"Content-Type: application/json\r\nExpect: the-unexpected\r\n", 417},
      {"Content-Type: application/json\r\nIdempotency-Key: a b\r\n", 400},
      {"Content-Type: application/json\r\nIdempotency-Key: \xe5\x8d\xb0\r\n", 400},
      {"Content-Type: application/json\r\n: nameless\r\n", 400},
      {"Content-Type: application/json\r\nX\x01: y\r\n", 400},
  };
  const auto& [fields, status] = one_of(random, k_fields);
  return {request("POST /v1/certificates", fields, good), status};
}

}  // namespace

std::vector<ShotKind> shot_kinds(const Bytes& csr, const std::string& profile) {
  const auto good = body_with(csr, profile);
  const auto csr_shot = [profile](const Bytes& der) { return Shot{post_json(body_with(der, profile)), 400}; };
  return {
      {"truncated CSR", [=](std::mt19937& r) { return csr_shot(truncated(r, csr)); }},
      {"mutated CSR",
       [=](std::mt19937& r) {
         return Shot{post_json(body_with(mutated(r, csr), profile)), 0};
       }},
      {"CSR of huge length", [=](std::mt19937& r) { return csr_shot(huge_length(r, csr)); }},
      {"deeply nested CSR", [=](std::mt19937& r) { return csr_shot(nested(r)); }},
      {"bad JSON", [=](std::mt19937& r) { return bad_json(r, good); }},
      {"smuggling", smuggled},
      {"bad path", bad_path},
      {"bad request line", bad_line},
      {"oversized", oversized},
      {"bad fields", [=](std::mt19937& r) { return bad_fields(r, good); }},
      {"noise",
       [](std::mt19937& r) {
         return Shot{std::string("\0", 1) + noise(r, 100), 400, true};
       }},
  };
}

}  // namespace inkan::test
