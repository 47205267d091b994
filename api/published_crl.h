// A CRL as relying parties fetch it.
#pragma once

#include <memory>

#include "policy/types/bytes.h"
#include "policy/types/digest.h"
#include "policy/types/validity.h"

namespace inkan::api {

struct PublishedCrl {
  std::shared_ptr<const policy::Bytes> der;  // may be large: answers share it
  policy::Sha256 sha256;                     // of der
  policy::Instant this_update;
};

}  // namespace inkan::api
