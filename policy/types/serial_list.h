// Serials as one text: the same, octet for octet, for everybody who names the same certificates. It is what
// officers vote on.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/types/digest.h"
#include "policy/types/serial.h"

namespace inkan::policy {

class SerialList {
 public:
  static constexpr std::size_t k_most = 10'000;
  static constexpr std::size_t k_most_text = k_most * 41;  // octets: 20 in hexadecimal, and a line feed

  // In any order; what comes twice counts once.
  explicit SerialList(std::vector<Serial> serials);
  static std::optional<SerialList> parse(std::string_view text);  // text(), and nothing else

  const std::vector<Serial>& all() const { return serials_; }
  std::size_t size() const { return serials_.size(); }
  // Each in lower-case hexadecimal, with a line feed, as `LC_ALL=C sort -u` puts them.
  std::string text() const;
  Sha256 sha256() const { return policy::sha256(as_bytes(text())); }

 private:
  std::vector<Serial> serials_;
};

}  // namespace inkan::policy
