#include "policy/evidence/pack_reader.h"

#include <algorithm>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_chunk = 1 << 18;

[[noreturn]] void fail(std::uint64_t offset, const std::string& what) {
  throw Error(ErrorCode::invalid_input, "the archive, at octet " + std::to_string(offset) + ": " + what);
}

bool is_zero(BytesView octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

const std::optional<PackReader::Member>& PackReader::next() {
  if (!looked_) look();
  return next_;
}

void PackReader::look() {
  if (size_ - offset_ < k_tar_end) fail(offset_, "it is cut off here");
  std::array<std::uint8_t, k_tar_end> end;
  read_(offset_, end);
  looked_ = true;
  next_.reset();
  const auto header = BytesView(end).first(TarMember::k_header);
  if (is_zero(header)) {
    if (!is_zero(end) || size_ - offset_ != k_tar_end) fail(offset_, "something follows its end");
    return;
  }
  auto member = TarMember::parse(header);
  if (!member) fail(offset_, "no member of a pack begins here");
  if (time_ && member->time != *time_)
    fail(offset_, member->name + " bears another time than the pack's end");
  const std::uint64_t whole = member->size + member->padding();
  if (size_ - offset_ - TarMember::k_header < whole) fail(offset_, member->name + " is cut off");
  Bytes padding(member->padding());
  read_(offset_ + TarMember::k_header + member->size, padding);
  if (!is_zero(padding)) fail(offset_, member->name + " is followed by more than it holds");
  next_ = Member{std::move(*member), offset_ + TarMember::k_header};
}

void PackReader::skip() {
  if (!next()) return;
  offset_ = next_->offset + next_->head.size + next_->head.padding();
  looked_ = false;
}

void PackReader::demand(std::string_view name) {
  if (!next()) fail(offset_, "it ends, and " + std::string(name) + " is missing");
  if (next_->head.name != name)
    fail(offset_, next_->head.name + " stands where " + std::string(name) + " belongs");
}

PackReader::Member PackReader::pass(std::string_view name) {
  demand(name);
  Member member = *next_;
  skip();
  return member;
}

Bytes PackReader::take(std::string_view name, std::uint64_t most) {
  const Member member = pass(name);
  if (member.head.size > most)
    fail(member.offset, std::string(name) + " has " + std::to_string(member.head.size) + " octets, at most " +
                            std::to_string(most) + " are read");
  Bytes content(member.head.size);
  read_(member.offset, content);
  return content;
}

std::optional<BytesView> MemberLines::next() {
  auto end = std::find(buffer_.begin() + static_cast<std::ptrdiff_t>(at_), buffer_.end(), '\n');
  if (end == buffer_.end() && left_ > 0) {
    fill();
    end = std::find(buffer_.begin(), buffer_.end(), '\n');
  }
  if (end == buffer_.end()) {
    if (at_ == buffer_.size() && left_ == 0) return std::nullopt;
    fail(offset_, left_ ? "a line is longer than a leaf" : "the last line is cut off");
  }
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  at_ = static_cast<std::size_t>(end - buffer_.begin()) + 1;
  return BytesView(begin, end);
}

// What is left of the buffer, and the next chunk behind it: always room for a whole leaf.
void MemberLines::fill() {
  static_assert(k_chunk > k_max_leaf);
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  const std::size_t kept = buffer_.size();
  if (kept > k_max_leaf) fail(offset_, "a line is longer than a leaf");
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(k_chunk, left_));
  buffer_.resize(kept + more);
  read_(offset_, std::span(buffer_).subspan(kept));
  offset_ += more;
  left_ -= more;
}

}  // namespace inkan::policy
