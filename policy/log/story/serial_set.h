// The serials seen so far, 16 octets each: what a log of millions of certificates can be held against in
// memory.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace inkan::policy {

// Holds the last 16 octets of a serial. Ours end in 13 random ones, so no two of them share those.
class SerialSet {
 public:
  bool insert(std::string_view serial_hex);  // false: it was there
  bool contains(std::string_view serial_hex) const;
  std::size_t size() const { return size_; }

 private:
  using Tail = std::array<std::uint64_t, 2>;  // {0, 0}: an empty slot; no serial is zero

  static Tail tail_of(std::string_view serial_hex);
  std::size_t slot_of(const Tail& tail) const;
  void grow();

  std::vector<Tail> slots_ = std::vector<Tail>(1024);
  std::size_t size_ = 0;
};

}  // namespace inkan::policy
