// The row of one certificate-to-be, and the leaf of its intent or outcome before its details: whose it is,
// and under which profile.
#pragma once

#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/certificate_rows.h"
#include "policy/log/leaf.h"

namespace inkan::daemon {

inline PendingCertificate pending_of(const policy::TbsCertificate& tbs, const api::Call& call,
                                     const policy::Profile& profile, std::int64_t profile_row,
                                     const CertificateContext& context) {
  const auto& f = tbs.fields();
  PendingCertificate p;
  p.serial = policy::to_bytes(f.serial.content());
  p.authority = context.authority;
  p.profile = profile_row;
  p.profile_name = profile.name;
  p.profile_version = profile.version;
  p.profile_sha256 = profile.sha256.hex();
  p.subject = f.subject.text();
  p.signature_algorithm = policy::name(f.signature_algorithm);
  p.not_before = to_seconds(f.validity.not_before());
  p.not_after = to_seconds(f.validity.not_after());
  p.renewal_from = to_seconds(context.renewal_from);
  p.spki_sha256 = f.public_key.spki_hash().hex();
  p.requester = context.requester.empty() ? call.identity.id() : context.requester;
  p.request_id = call.request_id;
  p.trace_id = call.trace_id;
  p.ceremony_id = context.ceremony_id;
  p.shard = context.shard;
  return p;
}

// Without details: those of an intent or an issuance are written straight.
inline policy::Event plain_certificate_event(policy::EventType type, const PendingCertificate& p) {
  policy::Event event{.type = type, .target = {"certificate", policy::to_hex(p.serial)}};
  event.request_id = p.request_id;
  event.trace_id = p.trace_id;
  event.profile = p.profile_name;
  event.profile_version = p.profile_version;
  event.profile_sha256 = p.profile_sha256;
  return event;
}

inline policy::Event certificate_event(policy::EventType type, const PendingCertificate& p) {
  policy::Event event = plain_certificate_event(type, p);
  if (!p.ceremony_id.empty()) event.detail["ceremony_id"] = p.ceremony_id;
  return event;
}

}  // namespace inkan::daemon
