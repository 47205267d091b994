// Values inside leaves that have a form of their own: hex and times, read without allocating.
#pragma once

#include <optional>
#include <string_view>

#include "policy/log/leaf_reader.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// Lower case, exactly as many digits as `out` holds octets.
bool read_hex(std::string_view text, std::span<std::uint8_t> out);

template <class Octets>
std::optional<Octets> read_octets(const std::optional<std::string_view>& text) {
  std::array<std::uint8_t, Octets::k_size> octets;
  return text && read_hex(*text, octets) ? std::optional(Octets(octets)) : std::nullopt;
}

// 1 to 20 octets in hex, positive (RFC 5280 §4.1.2.2).
bool is_serial(std::string_view text);
// 2026-11-22T15:00:00.000000Z and no other form, so that times stand in the order of their texts.
std::optional<InstantMicros> read_time(std::string_view text);

}  // namespace inkan::policy
