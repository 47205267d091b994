#include "policy/lint/tbs_view.h"

namespace inkan::policy {
namespace {

TbsView::Extension parse_extension(der::Reader fields) {
  TbsView::Extension extension;
  extension.oid = fields.oid("extnID");
  if (fields.peek() == der::k_boolean) {
    extension.critical = fields.boolean("critical");
    extension.critical_false_encoded = !extension.critical;
  }
  extension.value = fields.expect(der::k_octet_string, "extnValue").content;
  fields.finish("an extension");
  return extension;
}

}  // namespace

TbsView TbsView::parse(BytesView tbs) {
  TbsView view;
  der::Reader whole(tbs);
  der::Reader fields = whole.sequence("tbsCertificate");
  whole.finish("tbsCertificate");
  der::Reader version(fields.expect(der::context_constructed(0), "version"));
  view.version = version.small_integer("version");
  version.finish("version");
  view.serial = fields.integer("serialNumber");
  view.signature_algorithm = fields.expect(der::k_sequence, "signature").whole;
  view.issuer = fields.expect(der::k_sequence, "issuer").whole;
  der::Reader validity = fields.sequence("validity");
  view.not_before_tag = validity.peek().value_or(0);
  view.not_before = validity.time("notBefore");
  view.not_after_tag = validity.peek().value_or(0);
  view.not_after = validity.time("notAfter");
  validity.finish("validity");
  view.subject = fields.expect(der::k_sequence, "subject").whole;
  view.spki = fields.expect(der::k_sequence, "subjectPublicKeyInfo").whole;
  if (const auto tagged = fields.optional(der::context_constructed(3))) {
    der::Reader inner(*tagged);
    der::Reader list = inner.sequence("extensions");
    inner.finish("extensions");
    while (!list.at_end()) view.extensions.push_back(parse_extension(list.sequence("extension")));
  }
  fields.finish("tbsCertificate");
  return view;
}

const TbsView::Extension* TbsView::find(std::string_view oid) const {
  for (const auto& extension : extensions)
    if (extension.oid == oid) return &extension;
  return nullptr;
}

}  // namespace inkan::policy
