#include "policy/der/reader.h"
#include "policy/lint/lint.h"
#include "policy/types/revocation_reason.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

using der::Reader;

struct ResponseView {
  BytesView responder_key_hash;
  Instant produced_at;
  std::optional<Instant> last_next_update;
  bool bad_serial = false, bad_times = false, bad_revocation = false;
  std::string other_extension;
};

// RFC 6960 §4.2.2.1: always YYYYMMDDHHMMSSZ, also before 2050.
Instant read_time(Reader& fields, const char* what) {
  const auto element = fields.expect(der::k_generalized_time, what);
  const auto text = as_text(element.content);
  const auto part = [&](std::size_t at, std::size_t count) { return std::string(text.substr(at, count)); };
  const auto instant = text.size() != 15
                           ? std::nullopt
                           : from_rfc3339_seconds(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" +
                                                  part(8, 2) + ":" + part(10, 2) + ":" + part(12, 3));
  if (!instant) throw der::Malformed(std::string(what) + " in another form", element.offset);
  return *instant;
}

void read_revoked(Reader info, ResponseView& view) {
  const auto revoked_at = read_time(info, "revocationTime");
  view.bad_revocation |= revoked_at > view.produced_at;
  if (const auto reason = info.optional(der::context_constructed(0))) {
    Reader value(*reason);
    const auto code = value.expect(der::k_enumerated, "revocationReason").content;
    value.finish("revocationReason");
    view.bad_revocation |= code.size() != 1 || code[0] == 0 || !revocation_reason(code[0]);
  }
  info.finish("RevokedInfo");
}

void read_status(Reader& fields, ResponseView& view) {
  const auto status = fields.any();
  if (status.tag == der::context_constructed(1)) return read_revoked(Reader(status), view);
  const bool plain = status.tag == der::context(0) || status.tag == der::context(2);
  if (!plain || !status.content.empty()) throw der::Malformed("a certStatus that is none", status.offset);
}

void read_single(Reader fields, ResponseView& view) {
  Reader id = fields.sequence("certID");
  id.sequence("hashAlgorithm");
  id.expect(der::k_octet_string, "issuerNameHash");
  id.expect(der::k_octet_string, "issuerKeyHash");
  view.bad_serial |= !Serial::from_content(id.integer("serialNumber"));
  id.finish("certID");
  read_status(fields, view);
  const auto this_update = read_time(fields, "thisUpdate");
  Reader next(fields.expect(der::context_constructed(0), "nextUpdate"));
  const auto next_update = read_time(next, "nextUpdate");
  next.finish("nextUpdate");
  fields.finish("SingleResponse");
  view.bad_times |= this_update > view.produced_at || next_update <= this_update;
  if (!view.last_next_update || next_update > *view.last_next_update) view.last_next_update = next_update;
}

void read_response_extensions(Reader outer, ResponseView& view) {
  Reader list = outer.sequence("responseExtensions");
  outer.finish("responseExtensions");
  do {
    Reader extension = list.sequence("extension");
    const auto id = extension.oid("extnID");
    Reader value(extension.expect(der::k_octet_string, "extnValue"));
    extension.finish("extension");
    if (id != oid::k_ocsp_nonce) {
      view.other_extension = id;
      continue;
    }
    value.expect(der::k_octet_string, "nonce");
    value.finish("nonce");
  } while (!list.at_end());
}

ResponseView parse_response(BytesView tbs) {
  ResponseView view;
  Reader whole(tbs);
  Reader fields = whole.sequence("ResponseData");
  whole.finish("ResponseData");
  Reader responder(fields.expect(der::context_constructed(2), "responderID byKey"));
  view.responder_key_hash = responder.expect(der::k_octet_string, "KeyHash").content;
  responder.finish("KeyHash");
  view.produced_at = read_time(fields, "producedAt");
  Reader responses = fields.sequence("responses");
  do read_single(responses.sequence("SingleResponse"), view);
  while (!responses.at_end());
  if (const auto extensions = fields.optional(der::context_constructed(1)))
    read_response_extensions(Reader(*extensions), view);
  fields.finish("ResponseData");
  return view;
}

Denial fault_of_response(const char* rule, const char* clause, std::string detail) {
  return {std::string("lint.ocsp.") + rule, clause, std::move(detail),
          "this is a fault of the authority, not of a caller: report it"};
}

}  // namespace

std::optional<Denial> lint_response_data(BytesView tbs, const OcspResponder& responder) {
  try {
    const ResponseView view = parse_response(tbs);
    if (!equal(view.responder_key_hash, responder.key_hash))
      return fault_of_response("responder", "RFC 6960 §4.2.1",
                               "ResponderID is not the hash of the responder's key");
    if (!responder.validity.covers(view.produced_at))
      return fault_of_response("certificate", "RFC 6960 §4.2.2.2",
                               "the responder's certificate is not valid when the answer is made");
    if (view.bad_times)
      return fault_of_response("times", "RFC 6960 §4.2.2.1",
                               "thisUpdate is after producedAt, or nextUpdate is not after thisUpdate");
    // Else there would be an answer that says it is good, and that nobody accepts.
    if (*view.last_next_update > responder.validity.not_after())
      return fault_of_response("next-update", "RFC 6960 §4.2.2.2",
                               "nextUpdate is later than the responder's certificate is valid");
    if (view.bad_revocation)
      return fault_of_response("revocation", "RFC 6960 §4.2.1, RFC 5280 §5.3.1",
                               "a revocation that is still to come, or a reason that must not be given");
    if (view.bad_serial)
      return fault_of_response("serial", "RFC 5280 §4.1.2.2", "a serial number is not positive");
    if (!view.other_extension.empty())
      return fault_of_response("extension", "RFC 6960 §4.4",
                               "extension " + view.other_extension + " is none that this responder writes");
    return std::nullopt;
  } catch (const der::Malformed& malformed) {
    return fault_of_response("parse", "RFC 6960 §4.2.1", malformed.what());
  }
}

}  // namespace inkan::policy
