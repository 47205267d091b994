// The header block of one HTTP/1.1 request, from bytes to fields, as strictly as RFC 9112 allows: what two
// parsers could read in two ways is refused (§11.2, request smuggling). Pure: no socket, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "api/http/fault.h"
#include "api/http/limits.h"

namespace inkan::api {

struct HeaderField {
  std::string name;   // lower case
  std::string value;  // without the white space around it
  bool operator==(const HeaderField&) const = default;
};

struct RequestHead {
  std::string method;
  std::string target;  // origin-form: path and query; an absolute-form's scheme and authority are taken off
  std::vector<HeaderField> fields;
  std::uint64_t content_length = 0;
  bool keep_alive = true;  // what the client's version and Connection ask for
  bool http10 = false;
  bool expects_continue = false;  // RFC 9110 §10.1.1

  // The value of a field, or nothing. For a field that came twice: the first; see count().
  const std::string* find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

// Finds the end of the header block in a growing buffer; looks at each octet once.
class HeadScanner {
 public:
  explicit HeadScanner(const Limits& limits) : limits_(limits) {}

  struct Found {
    std::size_t size;  // of the block, with the empty line
  };
  struct More {};
  // `buffer` is everything received so far: the same octets as last time, and more. A Fault is final; it
  // comes as soon as it is certain, so that a peer who sends bare LF or a TLS hello need not be waited for.
  std::variant<More, Found, Fault> scan(std::string_view buffer);

 private:
  const Limits& limits_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  std::size_t lines_ = 0;
};

// `block` ends with the empty line. The body's limit is not judged here.
std::variant<RequestHead, Fault> parse_request_head(std::string_view block, const Limits& limits);

}  // namespace inkan::api
