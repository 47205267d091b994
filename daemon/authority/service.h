// The port's implementation: each call handed to the part that knows, and the reads.
#pragma once

#include <atomic>
#include <mutex>

#include "api/authority.h"
#include "daemon/authority/bulk_revocation.h"
#include "daemon/authority/refused_log.h"
#include "daemon/authority/revocation.h"
#include "daemon/core.h"
#include "daemon/subscribers/subscriber_service.h"

namespace inkan::daemon {

class Service : public api::Authority {
 public:
  // Each makes a job's next turn start now: that of the CRLs, and that of the evidence packs.
  Service(Core& core, std::function<void()> wake_publisher, std::function<void()> wake_evidence);

  api::Subscribers* subscribers() override { return subscribers_.get(); }
  SubscriberService* subscriber_jobs() { return subscribers_.get(); }
  std::optional<api::IdentityRecord> find_identity(const policy::SpkiHash& key,
                                                   const policy::Fingerprint& certificate) override;
  void record_refused(const std::string& address, const std::string& subject,
                      const std::string& why) override;
  void record_forbidden(const api::Call& call, const std::string& operation) override;

  api::Outcome<api::IssuedCertificate> issue(const api::Call& call, const api::IssueRequest& request,
                                             const std::optional<api::Idempotency>& idempotency) override;
  api::Outcome<api::IssuedCertificate> deny(const api::Call& call, const policy::Denial& denial,
                                            const std::optional<api::Idempotency>& idempotency) override;
  api::DryRun dry_run(const api::Call& call, const api::IssueRequest& request) override;
  std::optional<api::IssuedCertificate> find_certificate(const api::Call& call,
                                                         const policy::Serial& serial) override;
  api::RenewalRecord renewal(const api::CertificateRecord& certificate) override;
  api::CertificatePage list_certificates(const api::Call& call, const api::ListFilter& filter) override;
  api::Outcome<api::CertificateRecord> revoke(const api::Call& call, const api::RevokeRequest& request,
                                              const std::optional<api::Idempotency>& idempotency) override;
  api::Outcome<api::CertificateRecord> release(const api::Call& call, const policy::Serial& serial,
                                               const std::optional<api::Idempotency>& idempotency) override;
  std::variant<api::Publication, std::string> publication(const api::CertificateRecord& certificate,
                                                          policy::LeafIndex leaf,
                                                          api::Deadline until) override;
  policy::OrDenial<api::RevocationReport> preview_revocations(const api::Call& call,
                                                              const api::RevocationOrder& order) override;
  api::Outcome<api::RevocationReport> revoke_many(
      const api::Call& call, const api::RevocationOrder& order,
      const std::optional<api::Idempotency>& idempotency) override;
  std::optional<api::RevocationReport> find_revocations(const api::Call& call,
                                                        const std::string& id) override;

  std::vector<api::AuthorityRecord> authorities() override;
  std::vector<api::CaRequestRecord> ca_requests() override;
  std::optional<policy::Bytes> find_link(const std::string& new_root, Link link) override;
  std::vector<api::ProfileRecord> profiles() override;
  std::vector<api::ProfileRecord> profile_versions(const std::string& name) override;
  std::vector<api::ProfileOffer> profile_offers() override;
  std::optional<api::OcspAnswer> answer_ocsp(policy::BytesView request, const std::string& address) override;
  std::optional<api::PublishedCrl> find_crl(const std::string& authority_id, int shard) override;
  api::LedgerHead ledger_head() override;
  std::vector<api::LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) override;
  api::ReconciliationRecord reconcile() override;
  api::EventPage events(const api::Call& call, const api::EventQuery& query) override;
  std::optional<std::string> find_tile(const policy::TilePath& path) override;
  std::optional<std::string> receipt(policy::LeafIndex leaf, api::Deadline until) override;
  policy::OrDenial<api::ApprovalRecord> request_approval(const api::Call& call,
                                                         const api::ApprovalOrder& order) override;
  policy::OrDenial<api::ApprovalRecord> vote(const api::Call& call, const std::string& id,
                                             const api::ApprovalVote& vote) override;
  std::optional<api::ApprovalRecord> find_approval(const api::Call& call, const std::string& id) override;
  std::vector<api::ApprovalRecord> list_approvals(const api::Call& call,
                                                  const std::optional<std::string>& state) override;
  void stop_issuing(const api::Call& call, const std::string& reason) override;
  std::optional<api::StoppedIssuing> stopped_issuing() override;
  api::EvidenceRecord order_evidence(const api::Call& call, const api::EvidenceOrder& order) override;
  std::optional<api::EvidenceRecord> find_evidence(const std::string& id) override;
  std::optional<api::EvidenceFiles> evidence_files(const std::string& id) override;
  std::vector<api::TokenRecord> tokens() override;
  std::vector<api::KeyDetails> keys() override;
  std::vector<api::IdentityDetails> identities() override;
  api::AccountReview review_identities() override;
  api::Readiness readiness() override;
  std::string metrics() override;

  RefusedLog& refused() { return refused_; }
  void watch(const api::HttpServer& server) { server_ = &server; }  // before it starts; for metrics()
  void stop_reading() { stopping_ = true; }                         // a reconciliation that runs gives up
  void follow(const Config& next, MailTemplates templates);         // what a reload takes over

 private:
  std::optional<policy::RenewalIncident> incident_of(const api::CertificateRecord& certificate) const;
  bool is_older(const std::string& one, const std::string& other) const;

  Core& core_;
  std::function<void()> wake_evidence_;
  RefusedLog refused_;
  Revocation revocation_;
  BulkRevocation bulk_revocation_;
  std::unique_ptr<SubscriberService> subscribers_;  // null: the configuration names no policy pack
  const api::HttpServer* server_ = nullptr;
  std::atomic<bool> stopping_ = false;
  std::mutex reconciling_;  // one at a time: each reads everything
};

}  // namespace inkan::daemon
