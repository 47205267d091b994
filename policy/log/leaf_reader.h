// Reads a leaf back without copying it: only the canonical form that encode_leaf writes (RFC 8785 with whole
// numbers and plain ASCII names) is a leaf. What its members mean is the catalogue's.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "policy/types/tree_head.h"

namespace inkan::policy {

enum class JsonKind { text, number, boolean, null, object, array };

struct LeafMember {
  std::string_view name;
  JsonKind kind = JsonKind::null;
  // Text: what stands between the quotes, escapes as written. Others: the whole value.
  std::string_view value;
  std::uint32_t first = 0, last = 0;  // an object's own members, in LeafReader::inner()
};

// Why octets are no canonical leaf, and at which of them.
struct NotCanonical {
  const char* what;
  std::size_t offset;
};

// One reader reads many leaves, one after the other; its members borrow from the octets read last.
class LeafReader {
 public:
  static constexpr unsigned k_max_depth = 32;  // of arrays and objects in each other

  std::optional<NotCanonical> read(BytesView leaf);

  const std::vector<LeafMember>& members() const { return outer_; }  // the envelope, in order
  std::span<const LeafMember> members_of(const LeafMember& object) const {
    return std::span(inner_).subspan(object.first, object.last - object.first);
  }
  const LeafMember* find(std::string_view name) const;  // nullptr if absent
  const LeafMember* find(std::string_view object, std::string_view name) const;

  // Nothing if absent or of another kind.
  std::optional<std::string_view> text(std::string_view name) const { return as_text_value(find(name)); }
  std::optional<std::string_view> text(std::string_view object, std::string_view name) const {
    return as_text_value(find(object, name));
  }
  std::optional<std::uint64_t> number(std::string_view name) const { return as_number(find(name)); }
  std::optional<std::uint64_t> number(std::string_view object, std::string_view name) const {
    return as_number(find(object, name));
  }

 private:
  static std::optional<std::string_view> as_text_value(const LeafMember* member);
  static std::optional<std::uint64_t> as_number(const LeafMember* member);

  void value(LeafMember& member, unsigned depth);
  void object(LeafMember& member, unsigned depth);
  void array(unsigned depth);
  void member_name(std::string_view& name);
  void string(std::string_view& content);
  void escape();
  void utf8();
  void number_token(std::string_view& token);
  void word(std::string_view expected);
  bool take(char c);
  [[noreturn]] void fail(const char* what) const;

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<LeafMember> outer_, inner_;
};

}  // namespace inkan::policy
