#include "policy/ocsp/ocsp_request.h"

#include <set>

#include "policy/der/reader.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using der::Reader;

CertIdHash read_hash(Reader algorithm) {
  const std::string oid = algorithm.oid("hashAlgorithm");
  if (const auto parameters = algorithm.optional(der::k_null); parameters && !parameters->content.empty())
    throw der::Malformed("a NULL that holds something", parameters->offset);
  algorithm.finish("hashAlgorithm");
  if (oid == oid::k_sha1) return CertIdHash::sha1;
  if (oid == oid::k_sha256) return CertIdHash::sha256;
  throw der::Malformed("a CertID by a hash other than SHA-1 and SHA-256", 0);
}

CertId read_cert_id(Reader fields) {
  const auto hash = read_hash(fields.sequence("hashAlgorithm"));
  const auto name = fields.expect(der::k_octet_string, "issuerNameHash").content;
  const auto key = fields.expect(der::k_octet_string, "issuerKeyHash").content;
  const auto serial = Serial::from_content(fields.integer("serialNumber"));
  fields.finish("CertID");
  const std::size_t size = hash == CertIdHash::sha1 ? 20 : 32;
  if (name.size() != size || key.size() != size)
    throw der::Malformed("a hash of another length than its algorithm's", 0);
  if (!serial) throw der::Malformed("a serial number that is not positive, or too long", 0);
  return {{hash, to_bytes(name), to_bytes(key)}, *serial};
}

// Calls take(oid, value) for each extension; what it does not know must not be critical.
template <class Take>
void read_extensions(Reader outer, Take take) {
  Reader list = outer.sequence("extensions");
  outer.finish("extensions");
  if (list.at_end()) throw der::Malformed("an empty list of extensions", 0);
  std::set<std::string> seen;
  while (!list.at_end()) {
    Reader fields = list.sequence("extension");
    const std::string id = fields.oid("extnID");
    const bool critical = fields.peek() == der::k_boolean && fields.boolean("critical");
    const auto value = fields.expect(der::k_octet_string, "extnValue").content;
    fields.finish("extension");
    if (!seen.insert(id).second) throw der::Malformed("an extension that stands twice", 0);
    if (!take(id, value) && critical) throw der::Malformed("a critical extension that is not known", 0);
  }
}

// RFC 9654 §2.1: an OCTET STRING inside extnValue's own.
Bytes read_nonce(BytesView value) {
  Reader whole(value);
  const auto nonce = whole.expect(der::k_octet_string, "nonce").content;
  whole.finish("nonce");
  if (nonce.empty() || nonce.size() > OcspRequest::k_max_nonce)
    throw der::Malformed("a nonce that is not 1 to 128 octets long", 0);
  return to_bytes(nonce);
}

void read_version(Reader& fields) {
  const auto version = fields.optional(der::context_constructed(0));
  if (!version) return;
  // v1 is the default, so DER leaves it out; some clients write it all the same.
  Reader number(*version);
  if (number.small_integer("version") != 0) throw der::Malformed("a version other than v1", version->offset);
  number.finish("version");
}

void read_ids(Reader list, std::vector<CertId>& ids) {
  while (!list.at_end()) {
    Reader request = list.sequence("Request");
    if (ids.size() == OcspRequest::k_max_ids) throw der::Malformed("too many certificates", 0);
    ids.push_back(read_cert_id(request.sequence("reqCert")));
    if (const auto extensions = request.optional(der::context_constructed(0)))
      read_extensions(Reader(*extensions), [](const std::string&, BytesView) { return false; });
    request.finish("Request");
  }
  if (ids.empty()) throw der::Malformed("a request for no certificate", 0);
}

OcspRequest read(BytesView octets) {
  OcspRequest request;
  Reader whole(octets);
  Reader outer = whole.sequence("OCSPRequest");
  whole.finish("OCSPRequest");
  Reader fields = outer.sequence("tbsRequest");
  outer.optional(der::context_constructed(0));  // optionalSignature
  outer.finish("OCSPRequest");
  read_version(fields);
  fields.optional(der::context_constructed(1));  // requestorName
  read_ids(fields.sequence("requestList"), request.ids);
  if (const auto extensions = fields.optional(der::context_constructed(2)))
    read_extensions(Reader(*extensions), [&](const std::string& id, BytesView value) {
      if (id != oid::k_ocsp_nonce) return false;
      request.nonce = read_nonce(value);
      return true;
    });
  fields.finish("tbsRequest");
  return request;
}

}  // namespace

std::optional<OcspRequest> OcspRequest::parse(BytesView der) {
  if (der.size() > k_max_octets) return std::nullopt;
  try {
    return read(der);
  } catch (const der::Malformed&) {
    return std::nullopt;
  }
}

}  // namespace inkan::policy
