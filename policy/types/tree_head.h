// The size and root of the log at one moment (RFC 6962 §2.1).
#pragma once

#include "policy/types/digest.h"

namespace inkan::policy {

using LeafIndex = std::uint64_t;

struct TreeHead {
  std::uint64_t size = 0;  // leaves covered
  Sha256 root;
  bool operator==(const TreeHead&) const = default;
};

}  // namespace inkan::policy
