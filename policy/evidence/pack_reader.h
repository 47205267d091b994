// An archive read where it stands: member after member, and the lines of one, in bounded memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/evidence/tar.h"

namespace inkan::policy {

// Fills the whole of `into` with the octets from `offset` on, or throws.
using ReadAt = std::function<void(std::uint64_t offset, std::span<std::uint8_t> into)>;

class PackReader {
 public:
  struct Member {
    TarMember head;
    std::uint64_t offset;  // of its content
  };

  PackReader(std::uint64_t size, const ReadAt& read) : size_(size), read_(read) {}

  void demand_time(Instant time) { time_ = time; }  // every member from now on bears it

  // The member that comes next; nothing at the archive's proper end. Throws Error{invalid_input}, saying at
  // which octet, for anything else. Not read past until skip().
  const std::optional<Member>& next();
  void skip();
  // The content of the next member, which has this name, and past it. Throws Error{invalid_input} if another
  // one comes next, or it is larger than `most`.
  Bytes take(std::string_view name, std::uint64_t most);
  // The next member, which has this name, and past it; not read.
  Member pass(std::string_view name);

 private:
  void demand(std::string_view name);
  void look();

  std::uint64_t size_, offset_ = 0;
  const ReadAt& read_;
  std::optional<Instant> time_;
  bool looked_ = false;
  std::optional<Member> next_;
};

// The lines of a member: what stands before each line feed, the last one included.
class MemberLines {
 public:
  MemberLines(const PackReader::Member& member, const ReadAt& read)
      : offset_(member.offset), left_(member.head.size), read_(read) {}

  // Borrowed until the next call; nothing at the end. Throws Error{invalid_input} for a line longer than a
  // leaf can be, or one without its end.
  std::optional<BytesView> next();

 private:
  void fill();

  std::uint64_t offset_, left_;
  const ReadAt& read_;
  Bytes buffer_;
  std::size_t at_ = 0;
};

}  // namespace inkan::policy
