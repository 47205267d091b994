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

}  // namespace

std::string crl_uri(BytesView extension_value) {
  Reader value(extension_value);
  Reader point = only_element(value, "cRLDistributionPoints", "DistributionPoint");
  Reader name(point.expect(der::context_constructed(0), "distributionPoint"));
  point.finish("distributionPoint");
  Reader full_name(name.expect(der::context_constructed(0), "fullName"));
  name.finish("fullName");
  return last_uri(full_name, "the URI of a distribution point");
}

std::string ca_issuers_uri(BytesView extension_value) {
  Reader value(extension_value);
  Reader description = only_element(value, "authorityInfoAccess", "AccessDescription");
  if (description.oid("accessMethod") != oid::k_ca_issuers)
    throw der::Malformed("an accessMethod that is not caIssuers", 0);
  return last_uri(description, "the URI of caIssuers");
}

}  // namespace inkan::policy
