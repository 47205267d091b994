#include "policy/lint/publication.h"

#include "policy/der/reader.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using der::Reader;

// Takes a uniformResourceIdentifier, the last thing in `fields`.
std::string last_uri(Reader& fields, const char* what) {
  const auto uri = fields.expect(der::context(6), what).content;
  fields.finish(what);
  return std::string(as_text(uri));
}

// The only element of a SEQUENCE OF, as a reader of what is in it.
Reader only_element(Reader& outer, const char* list, const char* element) {
  Reader all = outer.sequence(list);
  outer.finish(list);
  const Reader one = all.sequence(element);
  all.finish(list);
  return one;
}

// The one URI of a distributionPoint by fullName, which stands next in `fields`.
std::string point_uri(Reader& fields) {
  Reader name(fields.expect(der::context_constructed(0), "distributionPoint"));
  Reader full_name(name.expect(der::context_constructed(0), "fullName"));
  name.finish("fullName");
  return last_uri(full_name, "the URI of a distribution point");
}

}  // namespace

std::string crl_uri(BytesView extension_value) {
  Reader value(extension_value);
  Reader point = only_element(value, "cRLDistributionPoints", "DistributionPoint");
  std::string uri = point_uri(point);
  point.finish("distributionPoint");
  return uri;
}

std::string shard_uri(BytesView extension_value) {
  Reader value(extension_value);
  Reader fields = value.sequence("issuingDistributionPoint");
  value.finish("issuingDistributionPoint");
  std::string uri = point_uri(fields);
  const auto only = fields.expect(der::context(1), "onlyContainsUserCerts");
  if (!equal(only.content, Bytes{0xff}))
    throw der::Malformed("an onlyContainsUserCerts that is not TRUE", only.offset);
  fields.finish("issuingDistributionPoint");
  return uri;
}

std::string scope_of(BytesView crl) {
  Reader outer(crl);
  Reader list = outer.sequence("CertificateList");
  Reader tbs = list.sequence("tbsCertList");
  auto last = tbs.any();
  while (!tbs.at_end()) last = tbs.any();  // RFC 5280 §5.1.2: crlExtensions
  if (last.tag != der::context_constructed(0)) return "";
  Reader extensions = Reader(last).sequence("crlExtensions");
  while (!extensions.at_end()) {
    Reader fields = extensions.sequence("extension");
    const std::string id = fields.oid("extnID");
    fields.optional(der::k_boolean);
    const auto value = fields.expect(der::k_octet_string, "extnValue").content;
    if (id == oid::k_issuing_distribution_point) return shard_uri(value);
  }
  return "";
}

AccessUris access_uris(BytesView extension_value) {
  Reader value(extension_value);
  Reader all = value.sequence("authorityInfoAccess");
  value.finish("authorityInfoAccess");
  AccessUris uris;
  do {
    Reader description = all.sequence("AccessDescription");
    const std::string method = description.oid("accessMethod");
    const bool in_place = method == oid::k_ca_issuers || (method == oid::k_ocsp && uris.ocsp.empty());
    if (!in_place || !uris.ca_issuers.empty())
      throw der::Malformed("an accessMethod that is neither OCSP nor, after it, caIssuers", 0);
    (method == oid::k_ocsp ? uris.ocsp : uris.ca_issuers) =
        last_uri(description, "the URI of an AccessDescription");
  } while (!all.at_end());
  return uris;
}

}  // namespace inkan::policy
