// What an OCSP responder signs, and the octets around it (RFC 6960 §4.2.1).
#pragma once

#include <optional>
#include <vector>

#include "policy/ocsp/cert_id.h"
#include "policy/types/key_id.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/validity.h"
#include "policy/x509/algorithm.h"

namespace inkan::policy {

struct CertStatus {
  enum class Value { good, revoked, unknown };
  Value value = Value::unknown;
  Instant revoked_at{};  // these two if revoked; held is revoked for certificateHold
  RevocationReason reason = RevocationReason::unspecified;

  bool operator==(const CertStatus&) const = default;
};

struct SingleResponse {
  CertId id;
  CertStatus status;
  Instant this_update, next_update;
};

constexpr std::size_t k_most_responses = 32;  // that one intent of the ledger is for

// ResponseData, before its signature.
class OcspResponseData {
 public:
  static constexpr const char* k_purpose = "ocsp";

  struct Fields {
    Bytes responder_key_hash;  // ResponderID byKey: SHA-1 of the responder's subjectPublicKey
    Instant produced_at;
    std::vector<SingleResponse> responses;
    std::optional<Bytes> nonce;
    KeyId signing_key;
    SignatureAlgorithm signature_algorithm;
  };
  explicit OcspResponseData(Fields fields);

  BytesView to_be_signed() const { return der_; }
  const KeyId& signing_key() const { return fields_.signing_key; }
  SignatureAlgorithm signature_algorithm() const { return fields_.signature_algorithm; }
  const Fields& fields() const { return fields_; }

 private:
  Fields fields_;
  Bytes der_;
};

// OCSPResponse {successful, id-pkix-ocsp-basic}: the signed data, then the responder's certificate.
Bytes successful_response(BytesView response_data, SignatureAlgorithm algorithm, BytesView signature,
                          BytesView responder_certificate);

// An OCSPResponse that says why there is none, and is not signed.
enum class OcspFailure { malformed_request = 1, internal_error = 2, try_later = 3, unauthorized = 6 };
Bytes failure_response(OcspFailure failure);

}  // namespace inkan::policy
