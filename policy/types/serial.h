// A certificate serial number; formats and compares, never draws time or chance.
#pragma once

#include "policy/types/bytes.h"

namespace inkan::policy {

class Serial {
 public:
  using Random = std::array<std::uint8_t, 13>;  // 104 bits from a CSPRNG (CA/B Forum BR §7.1: at least 64)

  // RFC 5280 §4.1.2.2: positive, at most 20 octets. Ours are 19: a zero bit, 47 bits of milliseconds since
  // 1970 so that neighbours in time are neighbours in the index, then the random bits.
  static Serial from(std::int64_t unix_milliseconds, const Random& random);
  static std::optional<Serial> parse(std::string_view hex);      // any positive serial up to 20 octets
  static std::optional<Serial> from_content(BytesView content);  // content octets of a DER INTEGER

  BytesView content() const { return content_; }  // as in the DER INTEGER, minimal
  std::string hex() const { return to_hex(content_); }
  bool operator==(const Serial&) const = default;
  auto operator<=>(const Serial&) const = default;

 private:
  explicit Serial(Bytes content) : content_(std::move(content)) {}
  Bytes content_;
};

}  // namespace inkan::policy
