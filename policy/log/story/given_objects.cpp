#include "policy/log/story/given_objects.h"

#include "policy/der/reader.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using der::Reader;

constexpr std::uint8_t k_context_0 = 0xa0;
constexpr const char* k_crl_number = "2.5.29.20";

// RFC 5280 §5.1.2: version, signature, issuer, thisUpdate, nextUpdate OPTIONAL, revokedCertificates OPTIONAL,
// crlExtensions [0] OPTIONAL.
std::int64_t crl_number_in(Reader tbs) {
  tbs.small_integer("version");
  while (!tbs.at_end()) {
    const auto element = tbs.any();
    if (element.tag != k_context_0) continue;
    Reader list = Reader(element).sequence("crlExtensions");
    while (!list.at_end()) {
      Reader extension = list.sequence("extension");
      const std::string id = extension.oid("extnID");
      extension.optional(der::k_boolean);
      Reader value(extension.expect(der::k_octet_string, "extnValue").content);
      if (id == k_crl_number) return value.small_integer("cRLNumber");
    }
  }
  return 0;
}

void read_tbs(const der::Element& whole, GivenObject& object) {
  Reader tbs(whole);
  if (tbs.peek() == k_context_0) {
    tbs.any();  // version
    object.serial = to_hex(tbs.integer("serialNumber"));
    return;
  }
  object.kind = GivenObject::Kind::crl;
  object.number = crl_number_in(tbs);
}

}  // namespace

GivenObject GivenObject::parse(BytesView der, std::string name) {
  GivenObject object{
      .name = std::move(name), .sha256 = policy::sha256(der), .tbs_sha256 = policy::sha256(der)};
  try {
    Reader outer(der);
    Reader fields = outer.sequence("certificate or CRL");
    outer.finish("certificate or CRL");
    const auto tbs = fields.expect(der::k_sequence, "tbs");
    fields.expect(der::k_sequence, "signatureAlgorithm");
    fields.bit_string("signature");
    fields.finish("certificate or CRL");
    object.tbs_sha256 = policy::sha256(tbs.whole);
    read_tbs(tbs, object);
  } catch (const der::Malformed& malformed) {
    throw Error(ErrorCode::invalid_input,
                object.name + " is neither an X.509 v3 certificate nor a v2 CRL: " + malformed.what());
  }
  return object;
}

GivenObject* GivenObjects::find(const Sha256& sha256) {
  const auto found = objects_.find(sha256);
  return found == objects_.end() ? nullptr : &found->second;
}

}  // namespace inkan::policy
