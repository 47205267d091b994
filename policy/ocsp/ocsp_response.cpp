#include "policy/ocsp/ocsp_response.h"

#include "policy/der/writer.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

Bytes encode(const CertStatus& status) {
  using Value = CertStatus::Value;
  if (status.value == Value::good) return der::tlv(der::context(0), {});
  if (status.value == Value::unknown) return der::tlv(der::context(2), {});
  // As in a CRL, unspecified is said by leaving the reason out (RFC 5280 §5.3.1).
  const Bytes reason =
      status.reason == RevocationReason::unspecified
          ? Bytes{}
          : der::tlv(der::context_constructed(0), der::enumerated(static_cast<int>(status.reason)));
  return der::tlv(der::context_constructed(1), der::join({der::generalized_time(status.revoked_at), reason}));
}

Bytes encode(const SingleResponse& response) {
  return der::sequence({response.id.der(), encode(response.status),
                        der::generalized_time(response.this_update),
                        der::tlv(der::context_constructed(0), der::generalized_time(response.next_update))});
}

Bytes nonce_extension(BytesView nonce) {
  const Bytes extension =
      der::sequence({der::oid(oid::k_ocsp_nonce), der::octet_string(der::octet_string(nonce))});
  return der::tlv(der::context_constructed(1), der::sequence({extension}));
}

Bytes encode(const OcspResponseData::Fields& f) {
  Bytes responses;
  for (const auto& each : f.responses) {
    const Bytes one = encode(each);
    responses.insert(responses.end(), one.begin(), one.end());
  }
  return der::sequence({der::tlv(der::context_constructed(2), der::octet_string(f.responder_key_hash)),
                        der::generalized_time(f.produced_at), der::tlv(der::k_sequence, responses),
                        f.nonce ? nonce_extension(*f.nonce) : Bytes{}});
}

}  // namespace

OcspResponseData::OcspResponseData(Fields fields) : fields_(std::move(fields)), der_(encode(fields_)) {}

Bytes successful_response(BytesView response_data, SignatureAlgorithm algorithm, BytesView signature,
                          BytesView responder_certificate) {
  const Bytes basic = der::sequence(
      {response_data, algorithm_identifier(algorithm), der::bit_string(signature),
       der::tlv(der::context_constructed(0), der::tlv(der::k_sequence, responder_certificate))});
  const Bytes bytes = der::sequence({der::oid(oid::k_ocsp_basic), der::octet_string(basic)});
  return der::sequence({der::enumerated(0), der::tlv(der::context_constructed(0), bytes)});
}

Bytes failure_response(OcspFailure failure) {
  return der::sequence({der::enumerated(static_cast<int>(failure))});
}

}  // namespace inkan::policy
