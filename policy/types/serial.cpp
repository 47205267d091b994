#include "policy/types/serial.h"

#include "policy/types/error.h"

namespace inkan::policy {

Serial Serial::from(std::int64_t unix_milliseconds, const Random& random) {
  // Below 2^40 (the year 2004) the first octet would be zero and the INTEGER not minimal; above 2^47
  // negative.
  if (unix_milliseconds < (std::int64_t{1} << 40) || unix_milliseconds >= (std::int64_t{1} << 47))
    throw Error(ErrorCode::internal,
                "the clock is outside 2004..6429: " + std::to_string(unix_milliseconds) + " ms");
  Bytes content;
  content.reserve(19);
  for (int shift = 40; shift >= 0; shift -= 8)
    content.push_back(static_cast<std::uint8_t>(unix_milliseconds >> shift & 0xff));
  content.insert(content.end(), random.begin(), random.end());
  return Serial(std::move(content));
}

std::optional<Serial> Serial::parse(std::string_view hex) {
  const auto bytes = from_hex(hex.size() % 2 ? "0" + std::string(hex) : std::string(hex));
  if (!bytes) return std::nullopt;
  Bytes content = *bytes;
  while (content.size() > 1 && content[0] == 0 && content[1] < 0x80) content.erase(content.begin());
  return from_content(content);
}

std::optional<Serial> Serial::from_content(BytesView content) {
  if (content.empty() || content.size() > 20 || content[0] >= 0x80) return std::nullopt;
  if (content.size() > 1 && content[0] == 0 && content[1] < 0x80) return std::nullopt;
  if (content.size() == 1 && content[0] == 0) return std::nullopt;
  return Serial(to_bytes(content));
}

}  // namespace inkan::policy
