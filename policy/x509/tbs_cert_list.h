// The bytes of a full CRL before its signature (RFC 5280 §5.1.2).
#pragma once

#include <optional>
#include <vector>

#include "policy/types/key_id.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/name.h"

namespace inkan::policy {

using CrlNumber = std::uint64_t;  // RFC 5280 §5.2.3: only grows, per issuer

struct RevokedEntry {
  Serial serial;
  Instant revoked_at;
  RevocationReason reason;
  std::optional<Instant> invalidity_date;
};

class TbsCertList {
 public:
  static constexpr const char* k_purpose = "crl";

  struct Fields {
    Name issuer;
    Instant this_update;
    Instant next_update;
    CrlNumber number;
    std::vector<RevokedEntry> entries;
    Bytes authority_key_identifier;  // the issuer's key identifier
    KeyId signing_key;
    SignatureAlgorithm signature_algorithm;
  };
  explicit TbsCertList(Fields fields);

  BytesView to_be_signed() const { return der_; }
  const KeyId& signing_key() const { return fields_.signing_key; }
  SignatureAlgorithm signature_algorithm() const { return fields_.signature_algorithm; }
  const Fields& fields() const { return fields_; }

 private:
  Fields fields_;
  Bytes der_;
};

}  // namespace inkan::policy
