#include "policy/x509/tbs_certificate.h"

#include "policy/der/writer.h"

namespace inkan::policy {
namespace {

Bytes extension(const Extension& e) {
  return der::sequence(
      {der::oid(e.oid), e.critical ? der::boolean_true() : Bytes{}, der::octet_string(e.value)});
}

Bytes encode(const TbsCertificate::Fields& f) {
  Bytes extensions;
  for (const auto& e : f.extensions) {
    const Bytes one = extension(e);
    extensions.insert(extensions.end(), one.begin(), one.end());
  }
  return der::sequence({
      der::tlv(der::context_constructed(0), der::integer(2)),  // v3
      der::tlv(der::k_integer, f.serial.content()),
      algorithm_identifier(f.signature_algorithm),
      f.issuer.der(),
      der::sequence({der::time(f.validity.not_before()), der::time(f.validity.not_after())}),
      f.subject.der(),
      f.public_key.spki(),
      der::tlv(der::context_constructed(3), der::tlv(der::k_sequence, extensions)),
  });
}

}  // namespace

TbsCertificate::TbsCertificate(Fields fields) : fields_(std::move(fields)), der_(encode(fields_)) {}

Bytes signed_object(BytesView tbs, SignatureAlgorithm algorithm, BytesView signature) {
  return der::sequence({tbs, algorithm_identifier(algorithm), der::bit_string(signature)});
}

}  // namespace inkan::policy
