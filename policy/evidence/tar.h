// The archive of a pack: POSIX ustar (IEEE Std 1003.1-2017, pax "ustar Interchange Format") with one way only
// to write each member, so that equal content is equal octets, and a reader has nothing to interpret.
#pragma once

#include <optional>
#include <string>

#include "policy/types/bytes.h"
#include "policy/types/validity.h"

namespace inkan::policy {

struct TarMember {
  static constexpr std::size_t k_header = 512;
  static constexpr std::uint64_t k_most = (std::uint64_t{1} << 33) - 1;  // octets: 11 octal digits

  std::string name;        // 1 to 99 of a-z A-Z 0-9 . _ - /, no empty part and none that begins with a dot
  std::uint64_t size = 0;  // octets
  Instant time;            // of its last change

  // A plain file, owned by nobody, mode 0644. Throws Error{invalid_input} for a name or size beyond the
  // above.
  std::string header() const;
  // What header() wrote; nothing for anything else.
  static std::optional<TarMember> parse(BytesView header);

  // Octets of zero that follow the content, up to a whole block.
  std::size_t padding() const { return (k_header - size % k_header) % k_header; }
};

constexpr std::size_t k_tar_end = 2 * TarMember::k_header;  // octets of zero that end the archive

}  // namespace inkan::policy
