#include "api/http/request_head.h"

#include <algorithm>

#include "api/http/header_values.h"

namespace inkan::api {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// RFC 3986 §3.3, §3.4: what a path or query is made of.
bool is_target_character(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("-._~!$&'()*+,;=:@/?%").find(c) != std::string_view::npos;
}

// RFC 9110 §5.5: visible characters, obs-text, space and tab. The scanner has refused other control
// characters.
bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet == '\t' || (octet >= 0x20 && octet != 0x7f);
  });
}

// RFC 3986 §3.2.2, §3.2.3: a reg-name or address, perhaps a port; no user part.
bool is_host(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) ||
           std::string_view("-._~!$&'()*+,;=:%[]").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// RFC 9112 §3.2.2: a server must take absolute-form; this one serves a single host and needs only the path.
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto path = target.find_first_of("/?");
    return path == std::string_view::npos || target[path] == '?' ? std::string_view("/")
                                                                 : target.substr(path);
  }
  return target;
}

struct RequestLine {
  std::string_view method, target;
  bool http11 = true;
};

std::variant<RequestLine, Fault> parse_request_line(std::string_view line, const Limits& limits) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || line.find(' ', first + 1) != last)
    return Fault{400, "the request line is not \"method SP target SP version\" (RFC 9112 §3)",
                 "send one space between the three parts, and percent-encode spaces in the target"};
  RequestLine parsed{line.substr(0, first), line.substr(first + 1, last - first - 1)};
  const auto version = line.substr(last + 1);
  if (!is_token(parsed.method) || parsed.method.size() > 32)
    return Fault{400, "the method is not a token of at most 32 characters (RFC 9110 §9.1)",
                 "use GET, HEAD or POST"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return Fault{400, "the protocol version is neither HTTP/1.1 nor HTTP/1.0", "speak HTTP/1.1"};
  parsed.http11 = version == "HTTP/1.1";
  if (parsed.target.size() > limits.target_bytes)
    return Fault{414, "the request target is longer than " + std::to_string(limits.target_bytes) + " octets",
                 "send fewer or shorter filters"};
  if (!std::all_of(parsed.target.begin(), parsed.target.end(), is_target_character))
    return Fault{400, "the request target holds a character that a URI cannot (RFC 3986 §2)",
                 "percent-encode it"};
  parsed.target = without_authority(parsed.target);
  if (parsed.target.empty() || parsed.target.front() != '/')
    return Fault{400, "the request target is not a path (RFC 9112 §3.2.1)", "begin it with \"/\""};
  return parsed;
}

std::variant<HeaderField, Fault> parse_field(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t')
    return Fault{400, "a header line begins with white space (obsolete line folding, RFC 9112 §5.2)",
                 "send each field on one line"};
  const auto colon = line.find(':');
  // RFC 9112 §5.1: white space between name and colon has been used to smuggle; is_token refuses it.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return Fault{400, "a header line is not \"name: value\" with a token for its name (RFC 9112 §5)",
                 "send no white space before the colon"};
  const auto value = trim(line.substr(colon + 1));
  if (!is_field_value(value))
    return Fault{400, "a header value holds a control character (RFC 9110 §5.5)", "send visible characters"};
  return HeaderField{lower(line.substr(0, colon)), std::string(value)};
}

std::optional<Fault> check_host(const RequestHead& head, bool http11) {
  const auto hosts = head.count("host");
  if (hosts == 0 && !http11) return std::nullopt;  // RFC 9112 §3.2 asks it of HTTP/1.1 only
  if (hosts != 1)
    return Fault{
        400, hosts == 0 ? "the Host field is missing (RFC 9112 §3.2)" : "the Host field came more than once",
        "send exactly one Host field"};
  if (!is_host(*head.find("host")))
    return Fault{400, "the Host field is not a host name or address (RFC 9112 §3.2)",
                 "send \"Host: name\" or \"Host: name:port\""};
  return std::nullopt;
}

// RFC 9112 §6.3, without its leniencies: a body has exactly one length, in digits.
std::optional<Fault> read_framing(RequestHead& head) {
  const auto lengths = head.count("content-length");
  if (head.count("transfer-encoding") > 0) {
    if (lengths > 0)
      return Fault{400, "Transfer-Encoding and Content-Length came together (RFC 9112 §6.1)",
                   "send Content-Length alone"};
    return Fault{411, "Transfer-Encoding is not accepted here", "send the body whole, with Content-Length"};
  }
  if (lengths == 0) return std::nullopt;
  const auto& text = *head.find("content-length");
  if (lengths > 1)
    return Fault{400, "Content-Length came more than once (RFC 9112 §6.3)",
                 "send exactly one Content-Length"};
  if (text.empty() || text.size() > 15 || !std::all_of(text.begin(), text.end(), is_digit))
    return Fault{400, "Content-Length is not a number of octets in at most 15 digits (RFC 9110 §8.6)",
                 "send the body's length in decimal digits"};
  for (const char c : text) head.content_length = head.content_length * 10 + static_cast<unsigned>(c - '0');
  return std::nullopt;
}

std::optional<Fault> read_connection(RequestHead& head, bool http11) {
  bool close = false, keep = false;
  for (const auto& field : head.fields) {
    if (field.name != "connection") continue;
    close = close || lists_token(field.value, "close");
    keep = keep || lists_token(field.value, "keep-alive");
  }
  head.keep_alive = !close && (http11 || keep);
  const auto* expect = head.find("expect");
  if (!expect || !http11) return std::nullopt;  // RFC 9110 §10.1.1: to be ignored from HTTP/1.0
  if (lower(*expect) != "100-continue")
    return Fault{417, "Expect asks for something other than 100-continue (RFC 9110 §10.1.1)",
                 "leave the field out"};
  head.expects_continue = head.content_length > 0;
  return std::nullopt;
}

}  // namespace

const std::string* RequestHead::find(std::string_view name) const {
  for (const auto& field : fields)
    if (field.name == name) return &field.value;
  return nullptr;
}

std::size_t RequestHead::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [&](const HeaderField& field) { return field.name == name; }));
}

std::variant<HeadScanner::More, HeadScanner::Found, Fault> HeadScanner::scan(std::string_view buffer) {
  for (; position_ < buffer.size(); ++position_) {
    const auto octet = static_cast<unsigned char>(buffer[position_]);
    const bool after_cr = position_ > line_start_ && buffer[position_ - 1] == '\r';
    if (after_cr != (octet == '\n'))
      return Fault{400, "a line of the header ends in a bare CR or LF (RFC 9112 §2.2)",
                   "end each line with CR LF"};
    if (octet == '\n') {
      if (position_ - line_start_ == 1 && lines_ > 0) return Found{position_ + 1};
      if (position_ - line_start_ == 1)
        return Fault{400, "the request begins with an empty line", "send the request line first"};
      line_start_ = position_ + 1;
      if (++lines_ > limits_.header_fields + 1)
        return Fault{431, "the header has more than " + std::to_string(limits_.header_fields) + " fields",
                     "send fewer"};
    } else if ((octet < 0x20 && octet != '\t' && octet != '\r') || octet == 0x7f) {
      return Fault{400,
                   "the header holds a control character (RFC 9110 §5.5); is this plain HTTP on a TLS port, "
                   "or the reverse?",
                   "send an HTTP/1.1 request"};
    }
    // A method, two spaces and a version take at most 43 octets beside the target.
    if (lines_ == 0 && position_ > limits_.target_bytes + 64)
      return Fault{414,
                   "the request target is longer than " + std::to_string(limits_.target_bytes) + " octets",
                   "send fewer or shorter filters"};
    if (position_ >= limits_.header_bytes)
      return Fault{431, "the header is larger than " + std::to_string(limits_.header_bytes) + " octets",
                   "send fewer or shorter fields"};
  }
  return More{};
}

std::variant<RequestHead, Fault> parse_request_head(std::string_view block, const Limits& limits) {
  RequestHead head;
  auto end = block.find("\r\n");
  if (end == std::string_view::npos || !block.ends_with("\r\n\r\n"))
    return Fault{400, "the header does not end with an empty line", "end it with CR LF CR LF"};
  const auto line = parse_request_line(block.substr(0, end), limits);
  if (const auto* fault = std::get_if<Fault>(&line)) return *fault;
  const auto& request = std::get<RequestLine>(line);
  head.method = request.method;
  head.target = request.target;
  head.http10 = !request.http11;
  for (block.remove_prefix(end + 2); block != "\r\n"; block.remove_prefix(end + 2)) {
    end = block.find("\r\n");
    if (end == 0 || end == std::string_view::npos)
      return Fault{400, "an empty line stands inside the header", "send one request at a time"};
    auto field = parse_field(block.substr(0, end));
    if (const auto* fault = std::get_if<Fault>(&field)) return *fault;
    if (head.fields.size() == limits.header_fields)
      return Fault{431, "the header has more than " + std::to_string(limits.header_fields) + " fields",
                   "send fewer"};
    head.fields.push_back(std::get<HeaderField>(std::move(field)));
  }
  if (auto fault = check_host(head, request.http11)) return *fault;
  if (auto fault = read_framing(head)) return *fault;
  if (auto fault = read_connection(head, request.http11)) return *fault;
  return head;
}

}  // namespace inkan::api
