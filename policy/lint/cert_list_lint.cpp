#include <algorithm>
#include <set>

#include "policy/lint/lint.h"
#include "policy/lint/publication.h"
#include "policy/types/serial.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using der::Reader;

struct ListView {
  BytesView signature_algorithm, issuer;
  Instant this_update, next_update;
  bool duplicate = false, disorder = false, bad_serial = false, bad_reason = false;
  std::optional<std::int64_t> number;
  std::string other_extension;  // the first that we do not issue
  BytesView authority_key;
  std::optional<std::string> scope;  // the URI of its issuingDistributionPoint
};

// Extensions as we write them: each once, and not critical, but for the one that says of which certificates
// the list tells (RFC 5280 §5.2.5). `take` says whether it knows the identifier.
template <class Take>
void parse_list(Reader list, ListView& view, Take take) {
  std::set<std::string> seen;
  while (!list.at_end()) {
    Reader fields = list.sequence("extension");
    const std::string id = fields.oid("extnID");
    if (id == oid::k_issuing_distribution_point && !fields.boolean("critical"))
      throw der::Malformed("an issuingDistributionPoint that is not critical", 0);
    Reader value(fields.expect(der::k_octet_string, "extnValue").content);
    fields.finish("extnValue");
    if (!seen.insert(id).second) throw der::Malformed("extension " + id + " stands twice", 0);
    if (take(id, value))
      value.finish("extnValue");
    else if (view.other_extension.empty())
      view.other_extension = id;
  }
}

// RFC 5280 §5.3.2: always GeneralizedTime, also before 2050.
void parse_invalidity_date(Reader& value) {
  const auto date = value.expect(der::k_generalized_time, "invalidityDate");
  if (date.content.size() != 15 || date.content.back() != 'Z')
    throw der::Malformed("an invalidityDate that is not YYYYMMDDHHMMSSZ", date.offset);
}

void parse_entry_extensions(Reader list, ListView& view) {
  parse_list(list, view, [&](const std::string& id, Reader& value) {
    if (id == "2.5.29.24") parse_invalidity_date(value);
    if (id != "2.5.29.21") return id == "2.5.29.24";
    const auto reason = value.expect(der::k_enumerated, "reasonCode").content;
    // RFC 5280 §5.3.1: 0 should be left out, 7 is unused, 8 is for delta CRLs.
    view.bad_reason |=
        reason.size() != 1 || reason[0] == 0 || reason[0] == 7 || reason[0] == 8 || reason[0] > 10;
    return true;
  });
}

// Reads what may be a million entries and keeps none of them: in ascending order, one that stands there twice
// stands beside itself.
void parse_entries(Reader list, ListView& view) {
  BytesView before;
  while (!list.at_end()) {
    Reader entry = list.sequence("revokedCertificate");
    const auto serial = entry.integer("userCertificate");
    view.bad_serial |= !Serial::from_content(serial);
    view.duplicate |= equal(serial, before);
    view.disorder |= std::lexicographical_compare(serial.begin(), serial.end(), before.begin(), before.end());
    before = serial;
    entry.time("revocationDate");
    if (!entry.at_end()) parse_entry_extensions(entry.sequence("crlEntryExtensions"), view);
    entry.finish("revokedCertificate");
  }
}

void parse_extensions(Reader list, ListView& view) {
  parse_list(list, view, [&](const std::string& id, Reader& value) {
    if (id == oid::k_crl_number) view.number = value.small_integer("cRLNumber");
    if (id == oid::k_issuing_distribution_point) view.scope = shard_uri(value.any().whole);
    if (id != oid::k_authority_key_identifier)
      return id == oid::k_crl_number || id == oid::k_issuing_distribution_point;
    Reader fields = value.sequence("authorityKeyIdentifier");
    view.authority_key = fields.expect(der::context(0), "keyIdentifier").content;
    fields.finish("keyIdentifier");
    return true;
  });
}

ListView parse(BytesView tbs) {
  ListView view;
  Reader whole(tbs);
  Reader fields = whole.sequence("tbsCertList");
  whole.finish("tbsCertList");
  if (fields.small_integer("version") != 1) throw der::Malformed("the version is not v2", 0);
  view.signature_algorithm = fields.expect(der::k_sequence, "signature").whole;
  view.issuer = fields.expect(der::k_sequence, "issuer").whole;
  view.this_update = fields.time("thisUpdate");
  view.next_update = fields.time("nextUpdate");
  if (const auto entries = fields.optional(der::k_sequence)) {
    if (entries->content.empty())
      throw der::Malformed("an empty revokedCertificates (RFC 5280 §5.1.2.6)", entries->offset);
    parse_entries(Reader(*entries), view);
  }
  Reader extensions(fields.expect(der::context_constructed(0), "crlExtensions"));
  parse_extensions(extensions.sequence("crlExtensions"), view);
  extensions.finish("crlExtensions");
  fields.finish("tbsCertList");
  return view;
}

Denial complaint(const char* rule, const char* clause, std::string detail) {
  return {std::string("lint.crl.") + rule, clause, std::move(detail),
          "this is a fault of the authority, not of a caller: report it"};
}

// RFC 5280 §5.2.5: what a shard's list leaves out must not be missed by who takes it for the full one, and
// the other way a full one must not look like less.
std::optional<std::string> fault_in_scope(const ListView& view, const Issuer& issuer) {
  const bool shard = issuer.crl_shard != k_full_crl;
  if (shard != view.scope.has_value())
    return shard ? "the list of a shard has no issuingDistributionPoint"
                 : "the full list has an issuingDistributionPoint";
  if (shard && *view.scope != issuer.crl_url)
    return "its issuingDistributionPoint is " + *view.scope + ", and its certificates name " + issuer.crl_url;
  return std::nullopt;
}

}  // namespace

std::optional<Denial> lint_cert_list(BytesView tbs, const Issuer& issuer, std::optional<CrlNumber> previous) {
  try {
    const ListView view = parse(tbs);
    if (!equal(view.signature_algorithm, algorithm_identifier(issuer.signature_algorithm)))
      return complaint("signature", "RFC 5280 §5.1.1.2", "the signature algorithm is not the issuer's");
    if (!equal(view.issuer, issuer.subject.der()))
      return complaint("issuer", "RFC 5280 §5.1.2.3", "the issuer name is not the authority's");
    if (!equal(view.authority_key, issuer.key_identifier()))
      return complaint("authority-key", "RFC 5280 §5.2.1", "authorityKeyIdentifier is not the issuer's");
    if (view.next_update <= view.this_update)
      return complaint("next-update", "RFC 5280 §5.1.2.5", "nextUpdate is not after thisUpdate");
    if (!view.number || *view.number < 0)
      return complaint("number", "RFC 5280 §5.2.3", "cRLNumber is missing or negative");
    if (previous && static_cast<CrlNumber>(*view.number) <= *previous)
      return complaint(
          "number", "RFC 5280 §5.2.3",
          "cRLNumber " + std::to_string(*view.number) + " does not follow " + std::to_string(*previous));
    if (view.duplicate) return complaint("duplicate", "RFC 5280 §5.1.2.6", "a serial number is listed twice");
    if (view.disorder)
      return complaint(
          "order", "RFC 5280 §5.1.2.6",
          "the serial numbers do not ascend by their octets, so one could be listed twice unseen");
    if (view.bad_serial) return complaint("serial", "RFC 5280 §4.1.2.2", "a serial number is not positive");
    if (view.bad_reason)
      return complaint("reason", "RFC 5280 §5.3.1", "a reason code that a full CRL must not carry");
    if (auto fault = fault_in_scope(view, issuer))
      return complaint("scope", "RFC 5280 §5.2.5", *std::move(fault));
    if (!view.other_extension.empty())
      return complaint("extension", "RFC 5280 §5.2, §5.3",
                       "extension " + view.other_extension + " is none that this authority writes");
    return std::nullopt;
  } catch (const der::Malformed& malformed) {
    return complaint("parse", "RFC 5280 §5.1", malformed.what());
  }
}

}  // namespace inkan::policy
