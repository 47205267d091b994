#include "policy/log/leaf_reader.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "policy/log/leaf.h"

namespace inkan::policy {
namespace {

// Octets that stand for themselves inside a string: neither quote, backslash, control nor part of a longer
// UTF-8 sequence.
constexpr std::array<bool, 256> k_plain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// Thrown and caught in this file only.
struct Refused {
  NotCanonical why;
};

std::uint8_t octet(char c) {
  return static_cast<std::uint8_t>(c);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const LeafMember* find_in(std::span<const LeafMember> members, std::string_view name) {
  for (const auto& member : members)
    if (member.name == name) return &member;
  return nullptr;
}

// The first octet of a UTF-8 sequence says how long it is, and how small its second may be (RFC 3629 §4).
struct Sequence {
  std::size_t length;  // 0: none begins so
  std::uint8_t least, most;
};
constexpr Sequence sequence_of(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return {2, 0x80, 0xbf};
  if (first == 0xe0) return {3, 0xa0, 0xbf};
  if (first == 0xed) return {3, 0x80, 0x9f};
  if (first >= 0xe1 && first <= 0xef) return {3, 0x80, 0xbf};
  if (first == 0xf0) return {4, 0x90, 0xbf};
  if (first >= 0xf1 && first <= 0xf3) return {4, 0x80, 0xbf};
  if (first == 0xf4) return {4, 0x80, 0x8f};
  return {0, 0, 0};
}

}  // namespace

std::optional<NotCanonical> LeafReader::read(BytesView leaf) {
  text_ = as_text(leaf);
  at_ = 0;
  outer_.clear();
  inner_.clear();
  try {
    if (leaf.size() > k_max_leaf) fail("more than 65535 octets");
    LeafMember envelope;
    if (text_.empty() || text_.front() != '{') fail("no object");
    object(envelope, 0);
    if (at_ != text_.size()) fail("something follows the object");
    return std::nullopt;
  } catch (const Refused& refused) {
    outer_.clear();
    inner_.clear();
    return refused.why;
  }
}

const LeafMember* LeafReader::find(std::string_view name) const {
  return find_in(outer_, name);
}

const LeafMember* LeafReader::find(std::string_view object, std::string_view name) const {
  const auto* parent = find(object);
  return parent && parent->kind == JsonKind::object ? find_in(members_of(*parent), name) : nullptr;
}

std::optional<std::string_view> LeafReader::as_text_value(const LeafMember* member) {
  return member && member->kind == JsonKind::text ? std::optional(member->value) : std::nullopt;
}

std::optional<std::uint64_t> LeafReader::as_number(const LeafMember* member) {
  std::uint64_t number = 0;
  if (!member || member->kind != JsonKind::number) return std::nullopt;
  const char* const end = member->value.data() + member->value.size();
  const auto [stop, error] = std::from_chars(member->value.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

void LeafReader::value(LeafMember& member, unsigned depth) {
  const std::size_t begin = at_;
  if (at_ == text_.size()) fail("a value is missing");
  switch (text_[at_]) {
    case '"':
      member.kind = JsonKind::text;
      return string(member.value);
    case '{':
      member.kind = JsonKind::object;
      object(member, depth);
      break;
    case '[':
      member.kind = JsonKind::array;
      array(depth);
      break;
    case 't':
      member.kind = JsonKind::boolean;
      word("true");
      break;
    case 'f':
      member.kind = JsonKind::boolean;
      word("false");
      break;
    case 'n':
      member.kind = JsonKind::null;
      word("null");
      break;
    default:
      member.kind = JsonKind::number;
      return number_token(member.value);
  }
  member.value = text_.substr(begin, at_ - begin);
}

// Depth 0 is the leaf itself, depth 1 the objects of its envelope. What lies deeper is read for its form
// only.
void LeafReader::object(LeafMember& member, unsigned depth) {
  if (depth >= k_max_depth) fail("too many objects in each other");
  ++at_;
  member.first = static_cast<std::uint32_t>(inner_.size());
  std::string_view before;
  bool first = true;
  while (!take('}')) {
    if (!first && !take(',')) fail("a comma or the object's end is wanted");
    LeafMember next;
    member_name(next.name);
    // RFC 8785 §3.2.3; names are ASCII, so the order of octets is that of UTF-16 units.
    if (!first && next.name <= before) fail("a name out of order, or twice");
    if (!take(':')) fail("a colon is wanted");
    value(next, depth + 1);
    before = next.name;
    first = false;
    if (depth == 0) outer_.push_back(next);
    if (depth == 1) inner_.push_back(next);
  }
  member.last = static_cast<std::uint32_t>(inner_.size());
}

void LeafReader::array(unsigned depth) {
  if (depth >= k_max_depth) fail("too many arrays in each other");
  ++at_;
  bool first = true;
  while (!take(']')) {
    if (!first && !take(',')) fail("a comma or the array's end is wanted");
    first = false;
    LeafMember element;
    // An array's elements have no names: an object among them is never one of the envelope's.
    value(element, std::max(depth, 1u) + 1);
  }
}

void LeafReader::member_name(std::string_view& name) {
  if (!take('"')) fail("a name is wanted");
  const std::size_t begin = at_;
  while (at_ < text_.size() && k_plain[octet(text_[at_])] && text_[at_] != 0x7f) ++at_;
  name = text_.substr(begin, at_ - begin);
  if (!take('"')) fail("a name of other than plain ASCII");
}

void LeafReader::string(std::string_view& content) {
  const std::size_t begin = ++at_;
  for (;;) {
    while (at_ < text_.size() && k_plain[octet(text_[at_])]) ++at_;
    if (at_ == text_.size()) fail("a string without end");
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\')
      escape();
    else
      utf8();
  }
  content = text_.substr(begin, at_ - begin);
  ++at_;
}

// RFC 8785 §3.2.2.2: quote, backslash and the five short ones; other controls as \u00xx in lower case;
// nothing else is escaped.
void LeafReader::escape() {
  constexpr std::string_view k_short = "\"\\bfnrt";
  const auto rest = text_.substr(at_ + 1);
  if (!rest.empty() && k_short.find(rest.front()) != std::string_view::npos) {
    at_ += 2;
    return;
  }
  const auto hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  if (!rest.starts_with("u00") || rest.size() < 5 || (rest[3] != '0' && rest[3] != '1') || !hex(rest[4]))
    fail("an escape that the canonical form does not have");
  constexpr std::string_view k_written_short = "89acd";  // \b \t \n \f \r
  if (rest[3] == '0' && k_written_short.find(rest[4]) != std::string_view::npos)
    fail("an escape that the canonical form writes shorter");
  at_ += 6;
}

void LeafReader::utf8() {
  const Sequence sequence = sequence_of(octet(text_[at_]));
  if (sequence.length == 0) fail("an octet that stands in no UTF-8 string");
  if (text_.size() - at_ < sequence.length) fail("a UTF-8 character without its end");
  for (std::size_t i = 1; i < sequence.length; ++i) {
    const auto next = octet(text_[at_ + i]);
    const bool good = i == 1 ? next >= sequence.least && next <= sequence.most : (next & 0xc0) == 0x80;
    if (!good) fail("an octet that stands in no UTF-8 string");
  }
  at_ += sequence.length;
}

// Whole numbers of at most 2^53 either way, in their one shortest form.
void LeafReader::number_token(std::string_view& token) {
  const std::size_t begin = at_;
  const bool negative = take('-');
  const std::size_t digits = at_;
  std::uint64_t magnitude = 0;
  while (at_ < text_.size() && is_digit(text_[at_]) && at_ - digits < 17)
    magnitude = magnitude * 10 + static_cast<std::uint64_t>(text_[at_++] - '0');
  const std::size_t count = at_ - digits;
  if (count == 0) fail("no value of JSON");
  if ((text_[digits] == '0' && (count > 1 || negative)) || magnitude > std::uint64_t{1} << 53)
    fail("a number that is not whole, not in its shortest form or beyond 2^53");
  token = text_.substr(begin, at_ - begin);
}

void LeafReader::word(std::string_view expected) {
  if (!text_.substr(at_).starts_with(expected)) fail("no value of JSON");
  at_ += expected.size();
}

bool LeafReader::take(char c) {
  const bool taken = at_ < text_.size() && text_[at_] == c;
  at_ += taken;
  return taken;
}

void LeafReader::fail(const char* what) const {
  throw Refused{{what, at_}};
}

}  // namespace inkan::policy
