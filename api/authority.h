// The port: what the HTTP edge asks of the certificate authority. Implemented in daemon/authority; this
// folder knows no token, store or clock. Every call may throw Error; `unavailable` means: try again later,
// nothing was released.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/certificate_records.h"
#include "api/published_crl.h"
#include "api/revocation_records.h"
#include "api/token_records.h"
#include "policy/log/event_filter.h"
#include "policy/log/tile_path.h"
#include "policy/types/denial.h"
#include "policy/types/identity.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"

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

struct InProgress {
  int retry_after_seconds = 1;
};                    // 409: the first call with this key still runs
struct KeyReused {};  // 422: this Idempotency-Key came with another body

template <class T>
using Outcome = std::variant<T, policy::Denial, InProgress, KeyReused>;

struct CrlShardRecord {
  int shard = 0;
  std::uint64_t crl_number = 0;
  policy::Instant crl_next_update;
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
  std::string state = "active";  // "active", "retired", "closed"
  bool issuing = false;          // new certificates are issued by it
  // Of one whose certificate a CA outside has made: the certificates above it, its issuer first, the root
  // last.
  std::vector<policy::Bytes> outside_issuers = {};
  std::vector<CrlShardRecord> crl_shards = {};  // beside the full CRL: those that certificates may name
};

// A certificate that was asked for from a CA outside, and has not come yet.
struct CaRequestRecord {
  std::string id;  // of the authority to be
  std::string subject, key_id, profile, approval;
  policy::Bytes request;  // PKCS#10, DER
  policy::LeafIndex leaf = 0;
};

struct ProfileRecord {
  std::string name;
  int version = 0;
  std::string sha256, description, document;  // document: the TOML an auditor reads
  std::vector<std::string> roles;             // who may ask for it
  std::optional<policy::Instant> since = {};  // put in force
  std::string request = {};                   // by this approval; empty: by the set-up
  bool in_force = true;
};
// A profile of the program or of a configured file, which is not in force: it takes officers' votes.
struct ProfileOffer {
  std::string name;
  int version = 0;
  std::string sha256, source;  // source: the file, or "built in"
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

// The ledger's leaves as events: a range of them, and in it those that fit.
struct EventQuery {
  policy::EventFilter filter;
  std::optional<policy::InstantMicros> from, to;  // from <= time < to
  policy::LeafIndex begin = 0;                    // the first leaf to look at
  std::optional<policy::LeafIndex> end;           // the first not to look at; nothing: what the log has now
  std::optional<std::string> requester;  // only what is about certificates that this identity requested
  int limit = 100;                       // 1..1000
  std::chrono::seconds wait{0};          // for the first event, if there is none yet
};
// Bounded work: there may be fewer events than the limit, even none, and more to come all the same.
struct EventPage {
  std::vector<std::string> leaves;  // canonical JSON, in their order
  policy::LeafIndex next = 0;       // looked at up to here
  policy::LeafIndex end = 0;        // of the range, as it was when this was read; more to come if next < end
};

struct StoppedIssuing {
  std::string by, reason;
  policy::Instant since;
};

// An evidence pack: asked for, and what became of it.
struct EvidenceOrder {
  policy::Instant from, to;                // of the leaves' times: from <= time < to
  std::optional<std::uint64_t> tree_size;  // of a checkpoint; nothing: one that is signed now
};
struct EvidenceRecord {
  std::string id;      // "<tree size>-<from>-<to>"
  std::string status;  // "preparing", "ready", "failed"
  std::uint64_t tree_size = 0;
  policy::Instant from, to;
  std::uint64_t octets = 0;  // of the archive; these two once it is ready
  std::string sha256 = {};
  std::string why = {};  // it failed
};
// A ready pack's files.
struct EvidenceFiles {
  std::filesystem::path archive;
  std::string signature;  // signed note
};

// The octets of an OCSPResponse (RFC 6960 §4.2.1).
struct OcspAnswer {
  policy::Bytes der;
  std::chrono::seconds max_age{0};           // that HTTP caches may keep it for; 0: they may not
  policy::Instant this_update, next_update;  // of its one certificate, if they may
};

// A key as its birth recorded it, and what it is for.
struct KeyDetails {
  std::string id, purpose, label, token;  // id: CKA_ID in hexadecimal
  std::string algorithm;
  int bits = 0;
  std::string state;  // NIST SP 800-57 part 1 §7: "pre-active", "active", "deactivated", "destroyed"
  policy::Instant created;
  std::string spki_sha256;
  std::map<std::string, std::string> attributes;  // CKA_*, as read back at birth
  std::string ceremony;                           // the set-up or approval that it was made by
  std::string authority = {};                     // whose key it is
  std::optional<policy::Instant> certificate_expires = {};
};

// An operator: one role, and the keys that it was granted, the newest last. None is ever deleted.
struct OperatorKey {
  std::string spki_sha256;
  policy::Instant granted;
  std::string by;  // the approval, or the set-up; empty: of a store of before 0.1.0
  std::optional<CertificateRecord> certificate = {};  // nothing: of a store of before 0.1.0
};
struct IdentityDetails {
  std::string id;
  policy::Role role;
  std::vector<OperatorKey> keys = {};
  std::optional<policy::Instant> ended = {};
  std::string ended_by = {};  // the approval
};

// What the log says of an operator, and what somebody should look into.
struct IdentityFinding {
  std::string rule, detail;  // "certificate-expired", "never-used", …
};
struct IdentityReview {
  IdentityDetails identity;
  std::vector<policy::LeafIndex> granted, revoked;  // the leaves that tell of it
  std::uint64_t acts = 0, votes = 0;                // leaves with this actor; of these, votes on acts
  std::optional<policy::LeafIndex> last_act = {};
  std::string last_act_at = {}, last_act_type = {};
  std::vector<IdentityFinding> findings = {};
};
struct AccountReview {
  policy::Instant at;
  std::uint64_t leaves = 0;  // read
  std::vector<IdentityReview> items;
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

class Subscribers;

class Authority {
 public:
  virtual ~Authority() = default;

  virtual Subscribers* subscribers() = 0;  // null: this authority keeps none

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
  virtual RenewalRecord renewal(const CertificateRecord& certificate) = 0;
  virtual CertificatePage list_certificates(const Call& call, const ListFilter& filter) = 0;
  // certificateHold puts on hold; release() takes that back. Both change nothing that is so already.
  virtual Outcome<CertificateRecord> revoke(const Call& call, const RevokeRequest& request,
                                            const std::optional<Idempotency>& idempotency) = 0;
  virtual Outcome<CertificateRecord> release(const Call& call, const policy::Serial& serial,
                                             const std::optional<Idempotency>& idempotency) = 0;
  // Waits for the CRL, of those that this certificate names, that tells of the change of its status which
  // that leaf tells of. Why it is on none, if it is not by `until`.
  virtual std::variant<Publication, std::string> publication(const CertificateRecord& certificate,
                                                             policy::LeafIndex leaf, Deadline until) = 0;
  // Many at once. What would become of each; nothing changes.
  virtual policy::OrDenial<RevocationReport> preview_revocations(const Call& call,
                                                                 const RevocationOrder& order) = 0;
  // All of them in one transaction, or none; a list that is longer than one may revoke alone becomes an act
  // for officers to vote on, which the report names.
  virtual Outcome<RevocationReport> revoke_many(const Call& call, const RevocationOrder& order,
                                                const std::optional<Idempotency>& idempotency) = 0;
  // Such an act, by the id of its approval, and how each certificate stands. Nothing if there is none that
  // the caller may see.
  virtual std::optional<RevocationReport> find_revocations(const Call& call, const std::string& id) = 0;

  virtual std::vector<AuthorityRecord> authorities() = 0;
  virtual std::vector<CaRequestRecord> ca_requests() = 0;
  // Of a root that took over from another, the link certificate (RFC 4210 §4.4), DER; nothing if it has none.
  enum class Link { old_with_new, new_with_old };
  virtual std::optional<policy::Bytes> find_link(const std::string& new_root, Link link) = 0;
  virtual std::vector<ProfileRecord> profiles() = 0;                                 // those in force
  virtual std::vector<ProfileRecord> profile_versions(const std::string& name) = 0;  // the newest last
  virtual std::vector<ProfileOffer> profile_offers() = 0;
  // The status of certificates, to whoever asks at that address; never throws. Nothing: this authority has no
  // OCSP responder.
  virtual std::optional<OcspAnswer> answer_ocsp(policy::BytesView request, const std::string& address) = 0;
  virtual std::optional<PublishedCrl> find_crl(const std::string& authority_id, int shard) = 0;  // the newest

  virtual LedgerHead ledger_head() = 0;
  virtual std::vector<LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) = 0;  // limit <= 1000

  // Reads the whole ledger, so one at a time: Error{unavailable} while another runs.
  virtual ReconciliationRecord reconcile() = 0;
  virtual EventPage events(const Call& call, const EventQuery& query) = 0;
  // A tile, or a bundle of entries, of the tree under the newest checkpoint; nothing if that has none such.
  virtual std::optional<std::string> find_tile(const policy::TilePath& path) = 0;
  // The receipt of a leaf as soon as a checkpoint covers it; nothing if none does by `until`.
  virtual std::optional<std::string> receipt(policy::LeafIndex leaf, Deadline until) = 0;

  // Dual control. Denials are the rules' words; each is a leaf.
  virtual policy::OrDenial<ApprovalRecord> request_approval(const Call& call, const ApprovalOrder& order) = 0;
  virtual policy::OrDenial<ApprovalRecord> vote(const Call& call, const std::string& id,
                                                const ApprovalVote& vote) = 0;
  virtual std::optional<ApprovalRecord> find_approval(const Call& call, const std::string& id) = 0;
  virtual std::vector<ApprovalRecord> list_approvals(const Call& call,
                                                     const std::optional<std::string>& state) = 0;
  // One officer stops the issuing of certificates to callers; it is started by an approval.
  virtual void stop_issuing(const Call& call, const std::string& reason) = 0;
  virtual std::optional<StoppedIssuing> stopped_issuing() = 0;  // nothing: certificates are issued

  // Orders a pack; it is made in the background, and the same order again is the same pack. Throws
  // Error{invalid_input} for a period that has not ended, or a size that no checkpoint has.
  virtual EvidenceRecord order_evidence(const Call& call, const EvidenceOrder& order) = 0;
  virtual std::optional<EvidenceRecord> find_evidence(const std::string& id) = 0;
  virtual std::optional<EvidenceFiles> evidence_files(const std::string& id) = 0;  // nothing: not ready

  virtual std::vector<TokenRecord> tokens() = 0;
  virtual std::vector<IdentityDetails> identities() = 0;
  // Reads the whole ledger, so one at a time with reconcile(): Error{unavailable} while another runs.
  virtual AccountReview review_identities() = 0;
  virtual std::vector<KeyDetails> keys() = 0;  // those destroyed too
  virtual Readiness readiness() = 0;
  virtual std::string metrics() = 0;  // as Prometheus reads them: its text exposition format, version 0.0.4
};

}  // namespace inkan::api
