// The port: what the HTTP edge asks of the certificate authority. Implemented in daemon/authority; this
// folder knows no token, store or clock. Every call may throw Error; `unavailable` means: try again later,
// nothing was released.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policy/types/denial.h"
#include "policy/types/identity.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"
#include "policy/x509/certification_request.h"

namespace inkan::api {

using Deadline = std::chrono::steady_clock::time_point;

// Ties retries of one changing call together. Scope: the caller's identity and the route.
struct Idempotency {
  std::string key;             // Idempotency-Key header; 1..255 visible ASCII characters
  std::string route;           // "POST /v1/certificates"
  policy::Sha256 body_sha256;  // of the request body's octets
};

// What the edge knows of one call, carried for the log and the deadline.
struct Call {
  policy::Identity identity;
  std::string request_id;  // 26 characters, ours
  std::string trace_id;    // W3C traceparent's, or empty
  Deadline deadline;
};

enum class CertificateStatus { valid, revoked, held, expired, not_yet_valid, failed, possibly_signed };
std::string_view name(CertificateStatus status);  // "valid", "revoked", "held", …, "possibly-signed"
std::optional<CertificateStatus> certificate_status(std::string_view name);

struct Revocation {
  policy::Instant revoked_at;
  policy::RevocationReason reason;
  std::optional<policy::Instant> invalidity_date;
  policy::LeafIndex leaf;
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

struct InProgress {
  int retry_after_seconds = 1;
};                    // 409: the first call with this key still runs
struct KeyReused {};  // 422: this Idempotency-Key came with another body

template <class T>
using Outcome = std::variant<T, policy::Denial, InProgress, KeyReused>;

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

struct AuthorityRecord {
  std::string id;  // "root", "issuing"
  std::string subject;
  policy::Validity validity;
  std::string key_algorithm, signature_algorithm;
  policy::SpkiHash spki_sha256;
  policy::Bytes certificate;          // DER
  std::optional<std::string> issuer;  // id; nothing for a root
  std::string key_state;              // "ready", "unavailable", "out-of-service"
  std::optional<std::uint64_t> crl_number;
  std::optional<policy::Instant> crl_next_update;
};

struct ProfileRecord {
  std::string name;
  int version = 0;
  std::string sha256, description, document;  // document: the TOML an auditor reads
  std::vector<std::string> roles;             // who may ask for it
};

// One row of the role table's answer to "who is this TLS peer".
struct IdentityRecord {
  std::string id;
  policy::Role role;
};

struct LedgerHead {
  policy::TreeHead head;     // of the tree as it stands
  std::string checkpoint;    // newest signed note; empty before the first
  std::string verifier_key;  // note verifier key of the ledger
};
struct LedgerEntry {
  policy::LeafIndex index;
  policy::Bytes leaf;  // canonical JSON
};

struct TokenKeyRecord {
  std::string id, purpose, label;  // CKA_ID in hexadecimal; CKA_LABEL
  std::uint64_t signatures = 0;    // that the token returned since the daemon started
};
struct TokenRecord {
  std::string name;           // the configuration's
  std::string state, detail;  // absent, present, ready, degraded or recovering; why, if not ready
  std::string label, serial, manufacturer, model, firmware;  // CK_TOKEN_INFO
  int sessions = 0, in_flight = 0, stuck = 0, queued = 0;    // now
  std::uint64_t logins = 0, recoveries = 0;                  // since the daemon started
  std::vector<TokenKeyRecord> keys;
};

struct Part {
  std::string name;
  bool ok = false;
  std::string detail;
};
struct Readiness {
  bool ready = false;
  std::vector<Part> parts;  // store, token(s), ledger, crl
};

class Authority {
 public:
  virtual ~Authority() = default;

  // Authentication. Nothing if the key is not one of an identity, or its certificate (if we issued it) is
  // revoked.
  virtual std::optional<IdentityRecord> find_identity(const policy::SpkiHash& key,
                                                      const policy::Fingerprint& certificate) = 0;
  // A refused or failed authentication, for the log; aggregated where it could flood.
  virtual void record_refused(const std::string& address, const std::string& subject,
                              const std::string& why) = 0;
  // A call whose role does not allow it (operator.authz.denied).
  virtual void record_forbidden(const Call& call, const std::string& operation) = 0;
  virtual Outcome<IssuedCertificate> issue(const Call& call, const IssueRequest& request,
                                           const std::optional<Idempotency>& idempotency) = 0;
  // Instead of issue(), for a request that a rule refused while it was read: a CSR without proof of
  // possession (request.denied). Answers the denial, or what an earlier call with this key was answered.
  virtual Outcome<IssuedCertificate> deny(const Call& call, const policy::Denial& denial,
                                          const std::optional<Idempotency>& idempotency) = 0;
  virtual DryRun dry_run(const Call& call, const IssueRequest& request) = 0;
  // Another certificate of the same answer shape for `GET`: the chain is filled in.
  virtual std::optional<IssuedCertificate> find_certificate(const Call& call,
                                                            const policy::Serial& serial) = 0;
  virtual CertificatePage list_certificates(const Call& call, const ListFilter& filter) = 0;
  virtual Outcome<CertificateRecord> revoke(const Call& call, const RevokeRequest& request,
                                            const std::optional<Idempotency>& idempotency) = 0;

  virtual std::vector<AuthorityRecord> authorities() = 0;
  virtual std::vector<ProfileRecord> profiles() = 0;
  virtual std::optional<policy::Bytes> find_crl(const std::string& authority_id) = 0;  // newest, DER

  virtual LedgerHead ledger_head() = 0;
  virtual std::vector<LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) = 0;  // limit <= 1000

  virtual std::vector<TokenRecord> tokens() = 0;
  virtual Readiness readiness() = 0;
};

}  // namespace inkan::api
