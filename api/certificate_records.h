// What the port tells of certificates, and what asks for them, for their list and for their end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/issuer.h"
#include "policy/rules/renewal.h"
#include "policy/types/denial.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"
#include "policy/x509/certification_request.h"
#include "policy/x509/tbs_cert_list.h"

namespace inkan::api {

enum class CertificateStatus { valid, revoked, held, expired, not_yet_valid, failed, possibly_signed };
std::string_view name(CertificateStatus status);  // "valid", "revoked", "held", …, "possibly-signed"
std::optional<CertificateStatus> certificate_status(std::string_view name);

struct Revocation {
  policy::Instant revoked_at;
  policy::RevocationReason reason;
  std::optional<policy::Instant> invalidity_date;
  policy::LeafIndex leaf;
};

// That it was on hold, and is not any more.
struct Release {
  policy::Instant released_at;
  policy::LeafIndex leaf;
};

// Where a change of a certificate's status is told to relying parties.
struct Publication {
  policy::CrlNumber crl_number = 0;  // of the first CRL, of those that it names, that tells of it
  policy::Instant crl_this_update;
  // From this time on every OCSP response of ours tells of it; nothing: there is no OCSP responder.
  std::optional<policy::Instant> ocsp_from = {};
};

// One certificate as the store has it.
struct CertificateRecord {
  policy::Serial serial;
  std::string authority;  // id of the issuing authority
  std::string profile;
  int profile_version = 0;
  std::string profile_sha256;
  std::string subject;  // text form
  policy::Validity validity;
  CertificateStatus status;
  std::optional<Revocation> revocation;
  policy::Bytes der;      // empty if failed or possibly signed
  std::string requester;  // identity id
  policy::LeafIndex intent;
  std::optional<policy::LeafIndex> outcome;
  // When renewal is open, by the profile: [from, to], both inclusive. Rule R03, A03.
  policy::Instant renewal_from, renewal_to;
  std::optional<Release> release = {};  // the last one
  int crl_shard = policy::k_full_crl;   // which of its authority's CRLs it names
};

struct IssueRequest {
  std::string profile;
  policy::CertificationRequest csr;
  std::optional<std::vector<policy::NameAttribute>> subject;  // instead of the CSR's
};

struct IssuedCertificate {
  CertificateRecord record;
  std::vector<policy::Bytes>
      chain;              // DER: the certificate itself first, then its issuers up to below the root
  bool replayed = false;  // an earlier call with this Idempotency-Key made it
};

// What the engine found, rule by rule, on the exact bytes that would be signed.
struct Verdict {
  std::string rule, clause, result, detail;  // result: "pass", "fail"
};
struct DryRun {
  policy::Bytes tbs;                           // a specimen serial and the present time are in it
  std::vector<Verdict> verdicts;               // rules, then lints
  std::map<std::string, std::string> origins;  // field of the certificate → what set it ("profile client-auth
                                               // v1", "request", "authority issuing")
  std::optional<policy::Denial> denial;  // the first failed one
};

struct RevokeRequest {
  policy::Serial serial;
  policy::RevocationReason reason = policy::RevocationReason::unspecified;
  std::optional<policy::Instant> invalidity_date;
};

// When it should be renewed (RFC 9773).
struct RenewalRecord {
  std::string certificate_id;  // as ACME clients name it (§4.1)
  policy::RenewalInfo info;
};

struct ListFilter {
  std::optional<std::string> profile, status, authority, requester, subject_contains, spki_sha256;
  std::optional<policy::Instant> expires_before, issued_after;
  std::string cursor;  // opaque, from the page before; empty for the first
  int limit = 100;     // 1..1000
};
struct CertificatePage {
  std::vector<CertificateRecord> items;
  std::string next;  // empty on the last page
};

}  // namespace inkan::api
