#include "policy/lint/lint.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using der::Reader;

std::optional<std::string> judge(BytesView tbs, const Issuer& issuer) {
  Reader outer(tbs);
  Reader info = outer.sequence("certificationRequestInfo");
  outer.finish("certificationRequestInfo");
  if (info.small_integer("version") != 0) return "the version is not 0";
  if (!equal(info.expect(der::k_sequence, "subject").whole, issuer.subject.der()))
    return "the subject is not the authority's name";
  if (!equal(info.expect(der::k_sequence, "subjectPKInfo").whole, issuer.public_key.spki()))
    return "the key is not the authority's";
  Reader attributes(info.expect(der::context_constructed(0), "attributes"));
  info.finish("attributes");
  Reader attribute = attributes.sequence("attribute");
  attributes.finish("attribute");
  if (attribute.oid("attribute type") != "1.2.840.113549.1.9.14") return "it has no extensionRequest";
  Reader values(attribute.expect(der::k_set, "values"));
  attribute.finish("values");
  Reader extensions = values.sequence("extensions");
  values.finish("extensions");
  bool asks_for_ca = false;
  while (!extensions.at_end()) {
    Reader extension = extensions.sequence("extension");
    const bool constraints = extension.oid("extnID") == oid::k_basic_constraints;
    const bool critical = extension.peek() == der::k_boolean && extension.boolean("critical");
    Reader value(extension.expect(der::k_octet_string, "extnValue").content);
    extension.finish("extnValue");
    if (!constraints) continue;
    Reader fields = value.sequence("basicConstraints");
    asks_for_ca = critical && !fields.at_end() && fields.boolean("cA");
  }
  return asks_for_ca ? std::nullopt : std::optional<std::string>("it does not ask for a CA certificate");
}

}  // namespace

std::optional<Denial> lint_certification_request(BytesView tbs, const Issuer& issuer) {
  std::optional<std::string> complaint;
  try {
    complaint = judge(tbs, issuer);
  } catch (const der::Malformed& malformed) {
    complaint = malformed.what();
  }
  if (!complaint) return std::nullopt;
  return Denial{"lint.request", "RFC 2986 §4.1", *complaint,
                "this is a fault of profile or authority, not of the request: report it"};
}

}  // namespace inkan::policy
