#include "policy/log/story/serial_set.h"

#include <algorithm>
#include <utility>

#include "policy/log/story/leaf_values.h"

namespace inkan::policy {

SerialSet::Tail SerialSet::tail_of(std::string_view serial_hex) {
  std::array<std::uint8_t, 16> octets{};
  const std::size_t digits = std::min<std::size_t>(serial_hex.size(), 32);
  read_hex(serial_hex.substr(serial_hex.size() - digits), std::span(octets).last(digits / 2));
  Tail tail{};
  for (std::size_t i = 0; i < octets.size(); ++i) tail[i / 8] = tail[i / 8] << 8 | octets[i];
  return tail;
}

bool SerialSet::insert(std::string_view serial_hex) {
  if (size_ * 4 >= slots_.size() * 3) grow();
  const Tail tail = tail_of(serial_hex);
  auto& slot = slots_[slot_of(tail)];
  if (slot == tail) return false;
  slot = tail;
  ++size_;
  return true;
}

bool SerialSet::contains(std::string_view serial_hex) const {
  const Tail tail = tail_of(serial_hex);
  return slots_[slot_of(tail)] == tail;
}

// Its own slot, or the empty one where it belongs. Slots are a power of two, and a quarter is always empty.
std::size_t SerialSet::slot_of(const Tail& tail) const {
  // Mixed, for serials that are counted up rather than drawn.
  const std::uint64_t mixed = (tail[0] ^ tail[1]) * 0x9e3779b97f4a7c15;
  std::size_t slot = (mixed >> 20) & (slots_.size() - 1);
  while (slots_[slot] != Tail{} && slots_[slot] != tail) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void SerialSet::grow() {
  const auto old = std::exchange(slots_, std::vector<Tail>(slots_.size() * 2));
  for (const auto& tail : old)
    if (tail != Tail{}) slots_[slot_of(tail)] = tail;
}

}  // namespace inkan::policy
