#include <sys/random.h>

#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

std::string uuid_text(std::array<std::uint8_t, 16> octets, int version) {
  octets[6] = static_cast<std::uint8_t>((octets[6] & 0x0f) | version << 4);
  octets[8] = static_cast<std::uint8_t>((octets[8] & 0x3f) | 0x80);
  std::string text = policy::to_hex(octets);
  for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, "-");
  return text;
}

}  // namespace

void random_octets(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got <= 0)
      throw policy::Error(policy::ErrorCode::internal, "getrandom failed: the system has no entropy");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

std::string uuid_v7(policy::InstantMicros at) {
  std::array<std::uint8_t, 16> octets;
  random_octets(octets);
  const auto ms = std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
  for (int i = 0; i < 6; ++i)
    octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i) & 0xff);
  return uuid_text(octets, 7);
}

std::string uuid_v4() {
  std::array<std::uint8_t, 16> octets;
  random_octets(octets);
  return uuid_text(octets, 4);
}

}  // namespace inkan::daemon
