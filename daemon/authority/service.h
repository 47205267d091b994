// The port's implementation: each call handed to the part that knows, and the reads.
#pragma once

#include "api/authority.h"
#include "daemon/authority/identities.h"
#include "daemon/authority/refused_log.h"
#include "daemon/authority/revocation.h"
#include "daemon/core.h"

namespace inkan::daemon {

class Service : public api::Authority {
 public:
  // `wake_publisher` makes the CRL job's next turn start now.
  Service(Core& core, std::function<void()> wake_publisher);

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
  api::CertificatePage list_certificates(const api::Call& call, const api::ListFilter& filter) override;
  api::Outcome<api::CertificateRecord> revoke(const api::Call& call, const api::RevokeRequest& request,
                                              const std::optional<api::Idempotency>& idempotency) override;

  std::vector<api::AuthorityRecord> authorities() override;
  std::vector<api::ProfileRecord> profiles() override;
  std::optional<policy::Bytes> find_crl(const std::string& authority_id) override;
  api::LedgerHead ledger_head() override;
  std::vector<api::LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) override;
  std::vector<api::TokenRecord> tokens() override;
  api::Readiness readiness() override;

  RefusedLog& refused() { return refused_; }

 private:
  Core& core_;
  Identities identities_;
  RefusedLog refused_;
  Revocation revocation_;
};

}  // namespace inkan::daemon
