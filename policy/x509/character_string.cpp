#include "policy/x509/character_string.h"

#include <algorithm>

namespace inkan::policy {
namespace {

constexpr std::uint8_t k_numeric_string = 0x12;

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&](std::uint32_t octet) { out += static_cast<char>(octet); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

// One character from the front of `text`, or nothing. RFC 3629 §4: no overlong form, no surrogate, at most
// U+10FFFF.
std::optional<std::uint32_t> take_utf8(std::string_view& text) {
  const auto first = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = first < 0x80       ? 1
                             : first >> 5 == 6  ? 2
                             : first >> 4 == 14 ? 3
                             : first >> 3 == 30 ? 4
                                                : 0;
  if (length == 0 || length > text.size()) return std::nullopt;
  std::uint32_t c = length == 1 ? first : first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if (next >> 6 != 2) return std::nullopt;
    c = c << 6 | (next & 0x3f);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return std::nullopt;
  text.remove_prefix(length);
  return c;
}

bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
}

// BMPString (two octets a character) and UniversalString (four).
std::string from_wide(const der::Element& element, std::size_t width) {
  const auto c = element.content;
  if (c.size() % width)
    throw der::Malformed("a character string that ends inside a character", element.offset);
  std::string text;
  for (std::size_t i = 0; i < c.size(); i += width) {
    std::uint32_t character = 0;
    for (std::size_t j = 0; j < width; ++j) character = character << 8 | c[i + j];
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000))
      throw der::Malformed("a character that Unicode does not have", element.offset);
    append_utf8(text, character);
  }
  return text;
}

std::string from_octets(const der::Element& element, std::uint32_t limit) {
  std::string text;
  for (const auto octet : element.content) {
    if (octet >= limit) throw der::Malformed("a character outside its string type", element.offset);
    append_utf8(text, octet);
  }
  return text;
}

std::string convert(const der::Element& element) {
  switch (element.tag) {
    case der::k_utf8_string:
      if (!count_utf8(as_text(element.content)))
        throw der::Malformed("a UTF8String that is not UTF-8", element.offset);
      return std::string(as_text(element.content));
    // Requesters write '*', '@' and '_' into PrintableString; what is issued is encoded anew, so ASCII will
    // do.
    case der::k_printable_string:
    case der::k_ia5_string:
    case k_numeric_string:
      return from_octets(element, 0x80);
    // T.61 in name, Latin-1 in all known use.
    case der::k_teletex_string:
      return from_octets(element, 0x100);
    case der::k_bmp_string:
      return from_wide(element, 2);
    case der::k_universal_string:
      return from_wide(element, 4);
    default:
      throw der::Malformed("an attribute value that is no character string", element.offset);
  }
}

}  // namespace

std::optional<std::size_t> count_utf8(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count)
    if (!take_utf8(text)) return std::nullopt;
  return count;
}

// A line feed is no part of any longer character.
std::optional<std::size_t> line_not_utf8(std::string_view text) {
  for (std::size_t line = 1;; ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!count_utf8(text.substr(0, end))) return line;
    if (end == text.size()) return std::nullopt;
    text.remove_prefix(end + 1);
  }
}

bool has_control(std::string_view text) {
  while (!text.empty()) {
    const auto c = take_utf8(text);
    if (!c || is_control(*c)) return true;
  }
  return false;
}

std::string parse_character_string(const der::Element& element) {
  std::string text = convert(element);
  if (text.empty()) throw der::Malformed("an attribute without a value", element.offset);
  if (has_control(text)) throw der::Malformed("a control character in a name", element.offset);
  return text;
}

}  // namespace inkan::policy
