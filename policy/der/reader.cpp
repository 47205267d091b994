#include "policy/der/reader.h"

#include <stdexcept>

namespace inkan::policy::der {
namespace {

int two_digits(BytesView text, std::size_t at) {
  const int tens = text[at] - '0', ones = text[at + 1] - '0';
  return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
}

}  // namespace

Reader::Reader(const Element& constructed)
    : rest_(constructed.content),
      offset_(constructed.offset + (constructed.whole.size() - constructed.content.size())) {}

std::optional<std::uint8_t> Reader::peek() const {
  return rest_.empty() ? std::nullopt : std::optional(rest_[0]);
}

Element Reader::any() {
  if (rest_.size() < 2) fail("truncated: no tag and length");
  const std::uint8_t tag = rest_[0];
  if ((tag & 0x1f) == 0x1f) fail("a tag number above 30, which X.509 never uses");
  std::size_t length = rest_[1], header = 2;
  if (length == 0x80) fail("an indefinite length, which DER forbids (X.690 §10.1)");
  if (length > 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets > 4) fail("a length of more than 4 octets");
    if (rest_.size() < 2 + octets) fail("truncated inside a length");
    length = 0;
    for (std::size_t i = 0; i < octets; ++i) length = length << 8 | rest_[2 + i];
    header += octets;
    if (rest_[2] == 0 || length < 0x80) fail("a length that is not minimal (X.690 §10.1)");
  }
  if (length > rest_.size() - header)
    fail("a length of " + std::to_string(length) + " octets that reaches past the end");
  const Element element{tag, rest_.subspan(header, length), rest_.first(header + length), offset_};
  rest_ = rest_.subspan(header + length);
  offset_ += header + length;
  return element;
}

Element Reader::expect(std::uint8_t tag, const char* what) {
  if (rest_.empty()) fail(std::string(what) + " is missing");
  if (rest_[0] != tag) {
    char text[64];
    std::snprintf(text, sizeof text, " expected (tag 0x%02x), found tag 0x%02x", tag, rest_[0]);
    fail(what + std::string(text));
  }
  return any();
}

std::optional<Element> Reader::optional(std::uint8_t tag) {
  return peek() == tag ? std::optional(any()) : std::nullopt;
}

void Reader::finish(const char* what) const {
  if (!rest_.empty()) fail(std::to_string(rest_.size()) + " octets too many after " + what);
}

bool Reader::boolean(const char* what) {
  const auto element = expect(k_boolean, what);
  if (element.content.size() != 1 || (element.content[0] != 0 && element.content[0] != 0xff))
    throw Malformed(std::string(what) + ": a BOOLEAN is 00 or FF in DER", element.offset);
  return element.content[0] == 0xff;
}

BytesView Reader::integer(const char* what) {
  const auto element = expect(k_integer, what);
  const auto c = element.content;
  if (c.empty()) throw Malformed(std::string(what) + ": an INTEGER without content", element.offset);
  if (c.size() > 1 && ((c[0] == 0 && c[1] < 0x80) || (c[0] == 0xff && c[1] >= 0x80)))
    throw Malformed(std::string(what) + ": an INTEGER that is not minimal (X.690 §8.3.2)", element.offset);
  return c;
}

std::int64_t Reader::small_integer(const char* what) {
  const std::size_t at = offset_;
  const auto content = integer(what);
  if (content.size() > 8) throw Malformed(std::string(what) + ": an INTEGER too large", at);
  std::uint64_t value = content[0] >= 0x80 ? ~std::uint64_t{0} : 0;
  for (const auto octet : content) value = value << 8 | octet;
  return static_cast<std::int64_t>(value);
}

BytesView Reader::bit_string(const char* what) {
  const auto element = expect(k_bit_string, what);
  if (element.content.empty() || element.content[0] != 0)
    throw Malformed(std::string(what) + ": a BIT STRING of whole octets expected", element.offset);
  return element.content.subspan(1);
}

std::uint32_t Reader::named_bits(const char* what) {
  const auto element = expect(k_bit_string, what);
  const auto c = element.content;
  if (c.empty() || c.size() > 5 || c[0] > 7 || (c.size() == 1 && c[0] != 0))
    throw Malformed(std::string(what) + ": not a named bit list", element.offset);
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i + 1 < c.size(); ++i)
    for (std::size_t bit = 0; bit < 8; ++bit)
      if (c[i + 1] & 0x80 >> bit) bits |= 1u << (i * 8 + bit);
  // X.690 §11.2.2: the last bit kept is a one, and unused bits are zero.
  if (c.size() > 1 && (c.back() & (1u << c[0])) == 0)
    throw Malformed(std::string(what) + ": trailing zero bits (X.690 §11.2.2)", element.offset);
  if (c.size() > 1 && (c.back() & ((1u << c[0]) - 1)))
    throw Malformed(std::string(what) + ": unused bits that are not zero", element.offset);
  return bits;
}

std::string oid_text(const Element& element) {
  const auto c = element.content;
  if (c.empty() || c.back() & 0x80) throw Malformed("a truncated OBJECT IDENTIFIER", element.offset);
  std::string text;
  std::uint64_t arc = 0;
  bool first_octet = true;
  for (const auto octet : c) {
    if (first_octet && octet == 0x80)
      throw Malformed("an OBJECT IDENTIFIER arc that is not minimal (X.690 §8.19.2)", element.offset);
    if (arc >> 56) throw Malformed("an OBJECT IDENTIFIER arc too large", element.offset);
    arc = arc << 7 | (octet & 0x7f);
    first_octet = !(octet & 0x80);
    if (!first_octet) continue;
    if (text.empty()) {
      const std::uint64_t top = arc < 80 ? arc / 40 : 2;
      text = std::to_string(top) + "." + std::to_string(arc - top * 40);
    } else {
      text += "." + std::to_string(arc);
    }
    arc = 0;
  }
  return text;
}

std::string Reader::oid(const char* what) {
  return oid_text(expect(k_oid, what));
}

Instant Reader::time(const char* what) {
  using std::chrono::year;
  const bool utc = peek() == k_utc_time;
  const auto element = expect(utc ? k_utc_time : k_generalized_time, what);
  const auto c = element.content;
  const auto bad = [&](const char* why) -> Malformed {
    return {std::string(what) + ": " + why, element.offset};
  };
  if (c.size() != (utc ? 13u : 15u) || c.back() != 'Z')
    throw bad("a time is YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ (RFC 5280 §4.1.2.5)");
  int fields[7], count = 0;
  for (std::size_t i = 0; i + 1 < c.size(); i += 2)
    if ((fields[count++] = two_digits(c, i)) < 0) throw bad("a time holds digits only");
  const int century = utc ? (fields[0] < 50 ? 2000 : 1900) : fields[0] * 100;
  const int* f = utc ? fields : fields + 1;
  const std::chrono::year_month_day date(year(century + f[0]),
                                         std::chrono::month(static_cast<unsigned>(f[1])),
                                         std::chrono::day(static_cast<unsigned>(f[2])));
  if (!date.ok() || f[3] > 23 || f[4] > 59 || f[5] > 59) throw bad("no such date or time");
  if (!utc && date.year() < year(2050) && date.year() >= year(1950))
    throw bad("a year before 2050 is written as UTCTime (RFC 5280 §4.1.2.5)");
  return std::chrono::sys_days(date) + std::chrono::hours(f[3]) + std::chrono::minutes(f[4]) +
         std::chrono::seconds(f[5]);
}

}  // namespace inkan::policy::der
