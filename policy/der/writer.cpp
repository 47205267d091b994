#include "policy/der/writer.h"

#include <algorithm>
#include <charconv>

#include "policy/types/error.h"

namespace inkan::policy::der {
namespace {

void append_length(Bytes& out, std::size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  int octets = 1;
  while (length >> (8 * octets)) ++octets;
  out.push_back(static_cast<std::uint8_t>(0x80 | octets));
  while (octets--) out.push_back(static_cast<std::uint8_t>(length >> (8 * octets) & 0xff));
}

void append_base128(Bytes& out, std::uint64_t arc) {
  int groups = 1;
  while (groups < 10 && arc >> (7 * groups)) ++groups;
  while (groups--)
    out.push_back(static_cast<std::uint8_t>((arc >> (7 * groups) & 0x7f) | (groups ? 0x80 : 0)));
}

void append_digits(Bytes& out, unsigned number) {
  out.push_back(static_cast<std::uint8_t>('0' + number / 10 % 10));
  out.push_back(static_cast<std::uint8_t>('0' + number % 10));
}

void append_time(Bytes& out, Instant instant, bool four_digit_year) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  out.push_back(four_digit_year ? k_generalized_time : k_utc_time);
  out.push_back(four_digit_year ? 15 : 13);
  if (four_digit_year) append_digits(out, year / 100);
  append_digits(out, year);
  append_digits(out, static_cast<unsigned>(date.month()));
  append_digits(out, static_cast<unsigned>(date.day()));
  append_digits(out, static_cast<unsigned>(time.hours().count()));
  append_digits(out, static_cast<unsigned>(time.minutes().count()));
  append_digits(out, static_cast<unsigned>(time.seconds().count()));
  out.push_back('Z');
}

}  // namespace

Bytes tlv(std::uint8_t tag, BytesView content) {
  Bytes out;
  out.reserve(content.size() + 6);
  out.push_back(tag);
  append_length(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Bytes header(std::uint8_t tag, std::size_t length) {
  Bytes out{tag};
  append_length(out, length);
  return out;
}

Bytes join(std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  Bytes out;
  out.reserve(size);
  for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes sequence(std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (const auto part : parts) size += part.size();
  Bytes out;
  out.reserve(size + 6);
  out.push_back(k_sequence);
  append_length(out, size);
  for (const auto part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

Bytes set_of(std::vector<Bytes> elements) {
  std::sort(elements.begin(), elements.end());
  Bytes content;
  for (const auto& element : elements) content.insert(content.end(), element.begin(), element.end());
  return tlv(k_set, content);
}

Bytes boolean_true() {
  return {k_boolean, 1, 0xff};
}

Bytes integer(std::int64_t value) {
  Bytes content;
  for (int shift = 56; shift >= 0; shift -= 8)
    content.push_back(static_cast<std::uint8_t>(value >> shift & 0xff));
  while (content.size() > 1 &&
         ((content[0] == 0 && content[1] < 0x80) || (content[0] == 0xff && content[1] >= 0x80)))
    content.erase(content.begin());
  return tlv(k_integer, content);
}

Bytes unsigned_integer(BytesView big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == 0) big_endian = big_endian.subspan(1);
  Bytes content;
  if (big_endian.empty() || big_endian[0] >= 0x80) content.push_back(0);
  content.insert(content.end(), big_endian.begin(), big_endian.end());
  return tlv(k_integer, content);
}

Bytes enumerated(int value) {
  return {k_enumerated, 1, static_cast<std::uint8_t>(value & 0x7f)};
}

Bytes oid(std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  const char* at = dotted.data();
  const char* const end = at + dotted.size();
  while (at < end) {
    std::uint64_t arc = 0;
    const auto [next, error] = std::from_chars(at, end, arc);
    if (error != std::errc() || (next != end && *next != '.') || next + 1 == end) break;
    arcs.push_back(arc);
    at = next == end ? end : next + 1;
  }
  if (at != end || arcs.size() < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39))
    throw Error(ErrorCode::internal, "not an object identifier: " + std::string(dotted));
  Bytes content;
  append_base128(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) append_base128(content, arcs[i]);
  return tlv(k_oid, content);
}

Bytes octet_string(BytesView content) {
  return tlv(k_octet_string, content);
}

Bytes bit_string(BytesView content) {
  const std::uint8_t no_unused_bits[] = {0};
  return tlv(k_bit_string, join({no_unused_bits, content}));
}

Bytes named_bits(std::uint32_t bits) {
  Bytes content{0};
  int last = -1;
  for (int bit = 0; bit < 32; ++bit)
    if (bits >> bit & 1) last = bit;
  for (int octet = 0; octet * 8 <= last; ++octet) {
    std::uint8_t value = 0;
    for (int bit = 0; bit < 8; ++bit)
      if (bits >> (octet * 8 + bit) & 1) value = static_cast<std::uint8_t>(value | 0x80 >> bit);
    content.push_back(value);
  }
  if (last >= 0) content[0] = static_cast<std::uint8_t>(7 - last % 8);
  return tlv(k_bit_string, content);
}

void append_time(Bytes& out, Instant instant) {
  const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(instant)).year();
  append_time(out, instant, year >= std::chrono::year(2050) || year < std::chrono::year(1950));
}

Bytes time(Instant instant) {
  Bytes out;
  append_time(out, instant);
  return out;
}

Bytes generalized_time(Instant instant) {
  Bytes out;
  append_time(out, instant, true);
  return out;
}

}  // namespace inkan::policy::der
