// Octets as values and views, with the text forms this project speaks (hex, base64); never owns a secret.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace inkan::policy {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

std::string to_hex(BytesView bytes);                   // lower case, no separators
std::optional<Bytes> from_hex(std::string_view text);  // either case; nothing but digits
std::string to_base64(BytesView bytes);                // RFC 4648 §4, padded, one line
std::optional<Bytes> from_base64(
    std::string_view text);  // RFC 4648 §4, strict: padding required, no white space

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline Bytes to_bytes(BytesView view) {
  return {view.begin(), view.end()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
bool equal(BytesView a, BytesView b);

// N octets that mean one thing. The tag keeps a key's id from passing for a certificate's fingerprint.
template <class Tag, std::size_t N>
class Octets {
 public:
  static constexpr std::size_t k_size = N;

  explicit Octets(const std::array<std::uint8_t, N>& bytes) : bytes_(bytes) {}
  static std::optional<Octets> from(BytesView bytes) {
    if (bytes.size() != N) return std::nullopt;
    std::array<std::uint8_t, N> copy;
    for (std::size_t i = 0; i < N; ++i) copy[i] = bytes[i];
    return Octets(copy);
  }
  static std::optional<Octets> from_hex(std::string_view text) {
    const auto bytes = inkan::policy::from_hex(text);
    return bytes ? from(*bytes) : std::nullopt;
  }

  BytesView bytes() const { return bytes_; }
  const std::array<std::uint8_t, N>& array() const { return bytes_; }
  std::string hex() const { return to_hex(bytes_); }
  auto operator<=>(const Octets&) const = default;

 private:
  std::array<std::uint8_t, N> bytes_;
};

}  // namespace inkan::policy
