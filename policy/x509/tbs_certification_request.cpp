#include "policy/x509/tbs_certification_request.h"

#include "policy/der/writer.h"

namespace inkan::policy {
namespace {

constexpr const char* k_extension_request = "1.2.840.113549.1.9.14";

Bytes encode(const Extension& extension) {
  return der::sequence({der::oid(extension.oid), extension.critical ? der::boolean_true() : Bytes{},
                        der::octet_string(extension.value)});
}

Bytes encode(const TbsCertificationRequest::Fields& f) {
  Bytes extensions;
  for (const auto& each : f.extensions) {
    const Bytes one = encode(each);
    extensions.insert(extensions.end(), one.begin(), one.end());
  }
  const Bytes values = der::tlv(der::k_set, der::tlv(der::k_sequence, extensions));
  const Bytes attribute = der::sequence({der::oid(k_extension_request), values});
  return der::sequence({der::integer(0), f.subject.der(), f.public_key.spki(),
                        der::tlv(der::context_constructed(0), attribute)});
}

}  // namespace

TbsCertificationRequest::TbsCertificationRequest(Fields fields)
    : fields_(std::move(fields)), der_(encode(fields_)) {}

}  // namespace inkan::policy
