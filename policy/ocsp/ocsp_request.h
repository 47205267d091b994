// An OCSP request read from outside bytes (RFC 6960 §4.1), as far as this responder answers it.
#pragma once

#include <optional>
#include <vector>

#include "policy/ocsp/cert_id.h"

namespace inkan::policy {

struct OcspRequest {
  static constexpr std::size_t k_max_octets = 16 * 1024;
  static constexpr std::size_t k_max_ids = 16;
  static constexpr std::size_t k_max_nonce = 128;  // RFC 9654 §2.1

  std::vector<CertId> ids;     // 1..k_max_ids
  std::optional<Bytes> nonce;  // 1..k_max_nonce octets

  // Nothing if the octets are no such request in strict DER: the answer is malformedRequest (RFC 6960 §2.3).
  // So it is for more than k_max_ids certificates, a CertID by another hash than SHA-1 and SHA-256, a serial
  // number that is none (RFC 5280 §4.1.2.2), a nonce of another length, and a critical extension that this
  // responder does not know. A requestor's name and signature are read over: status is public.
  static std::optional<OcspRequest> parse(BytesView der);
};

}  // namespace inkan::policy
