// A TBSCertificate read back from its bytes, for the lints: what is really there, not what the builder meant.
#pragma once

#include <vector>

#include "policy/der/reader.h"

namespace inkan::policy {

struct TbsView {
  struct Extension {
    std::string oid;
    bool critical = false;
    bool critical_false_encoded = false;
    BytesView value;
  };

  std::int64_t version = 0;  // 2 is v3
  BytesView serial, signature_algorithm, issuer, subject, spki;
  std::uint8_t not_before_tag = 0, not_after_tag = 0;
  Instant not_before, not_after;
  std::vector<Extension> extensions;

  static TbsView parse(BytesView tbs);  // throws der::Malformed; borrows from `tbs`
  const Extension* find(std::string_view oid) const;
};

}  // namespace inkan::policy
