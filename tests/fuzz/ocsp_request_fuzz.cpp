// Requests to the OCSP responder: strangers' bytes, without any authentication. What it takes, OpenSSL takes
// too, and reads the same way; but for a signature and a requestor's name, which it does not look into.
#include <openssl/ocsp.h>

#include <cstdlib>
#include <memory>

#include "policy/der/reader.h"
#include "policy/der/writer.h"
#include "policy/ocsp/ocsp_request.h"

using namespace inkan::policy;

namespace {

Bytes without_what_is_read_over(BytesView request) {
  der::Reader whole(request);
  der::Reader outer = whole.sequence("OCSPRequest");
  der::Reader fields = outer.sequence("tbsRequest");
  Bytes kept;
  while (!fields.at_end()) {
    const auto field = fields.any();
    if (field.tag != der::context_constructed(1))
      kept.insert(kept.end(), field.whole.begin(), field.whole.end());
  }
  return der::sequence({der::tlv(der::k_sequence, kept)});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request = OcspRequest::parse(BytesView(data, size));
  if (!request) return 0;
  const Bytes read_part = without_what_is_read_over(BytesView(data, size));
  const auto* octets = read_part.data();
  const std::unique_ptr<OCSP_REQUEST, decltype(&OCSP_REQUEST_free)> judge(
      d2i_OCSP_REQUEST(nullptr, &octets, static_cast<long>(read_part.size())), OCSP_REQUEST_free);
  if (!judge || octets != read_part.data() + read_part.size()) std::abort();
  if (request->ids.empty() || OCSP_request_onereq_count(judge.get()) != static_cast<int>(request->ids.size()))
    std::abort();
  for (std::size_t i = 0; i < request->ids.size(); ++i) {
    ASN1_INTEGER* serial = nullptr;
    ASN1_OCTET_STRING *name = nullptr, *key = nullptr;
    auto* id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(judge.get(), static_cast<int>(i)));
    if (OCSP_id_get0_info(&name, nullptr, &key, &serial, id) != 1) std::abort();
    const auto is = [](const ASN1_STRING* text, BytesView octets) {
      return to_bytes(BytesView(ASN1_STRING_get0_data(text),
                                static_cast<std::size_t>(ASN1_STRING_length(text)))) == to_bytes(octets);
    };
    const auto& read = request->ids[i];
    if (!is(name, read.issuer.name_hash) || !is(key, read.issuer.key_hash)) std::abort();
    (void)read.der();
  }
  const bool has_nonce = OCSP_REQUEST_get_ext_by_NID(judge.get(), NID_id_pkix_OCSP_Nonce, -1) >= 0;
  if (has_nonce != request->nonce.has_value()) std::abort();
  return 0;
}
