// The one place that approves. It builds the bytes, tries every rule, lints the very bytes, and only then
// makes an Approved value. Pure: time, serial and identity come in as values, so any decision can be
// replayed.
#pragma once

#include <map>
#include <variant>
#include <vector>

#include "policy/approval.h"
#include "policy/backup_proof.h"
#include "policy/canary.h"
#include "policy/evidence/statement.h"
#include "policy/evidence/transcript.h"
#include "policy/issuance_request.h"
#include "policy/issuer.h"
#include "policy/log/checkpoint.h"
#include "policy/ocsp/ocsp_responder.h"
#include "policy/ocsp/ocsp_response.h"
#include "policy/profile/profile.h"
#include "policy/rules/key_rules.h"
#include "policy/rules/outside_certificate.h"
#include "policy/types/identity.h"
#include "policy/x509/tbs_cert_list.h"
#include "policy/x509/tbs_certificate.h"
#include "policy/x509/tbs_certification_request.h"

namespace inkan::policy {

// One rule's or lint's word on one request.
struct Verdict {
  std::string rule, clause;
  bool pass = false;
  std::string detail;  // empty when it passed
};

// Everything the engine found out. A request that a rule refuses may still have bytes, for a dry run to show.
struct Examination {
  std::optional<TbsCertificate> tbs;
  std::vector<Verdict> verdicts;
  std::optional<Denial> denial;  // the first
  std::map<std::string, std::string> origins;
};

using Decision = OrDenial<Approved<TbsCertificate>>;

class Engine {
 public:
  // Throws Error{config} if there is no rule or no profile: there is no default allow.
  Engine(ProfileSet profiles, KeyBlocklist blocklist);

  Examination examine(const IssuanceRequest& request, const Issuer& issuer, Role requester,
                      const Serial& serial, Instant now) const;
  Decision decide(const IssuanceRequest& request, const Issuer& issuer, const Identity& requester,
                  const Serial& serial, Instant now) const;

  // A CRL of `issuer`, of the scope that `issuer.crl_url` has, linted; `previous` is the number of the one
  // before, of whatever scope.
  OrDenial<Approved<TbsCertList>> decide(TbsCertList list, const Issuer& issuer,
                                         std::optional<CrlNumber> previous) const;

  // An OCSP response of that responder, linted.
  OrDenial<Approved<OcspResponseData>> decide(OcspResponseData data, const OcspResponder& responder) const;
  // The request for a CA certificate of a key of ours, under a profile of CAs that do not sign themselves:
  // the rules on key and subject, and the bytes read back. `issuer`: what the key will issue as.
  OrDenial<Approved<TbsCertificationRequest>> decide_request(const std::string& profile,
                                                             const Issuer& issuer) const;
  // What an outside CA answered to it.
  std::optional<Denial> fault_in_outside(const OutsideCertificate& outside, const PublicKey& key,
                                         const Name& subject, const std::string& profile, Instant now) const;

  // Nothing to judge: their form allows no other content.
  static Approved<Canary> approve(Canary canary) { return Approved<Canary>(std::move(canary)); }
  static Approved<CheckpointBody> approve(CheckpointBody body) {
    return Approved<CheckpointBody>(std::move(body));
  }
  static Approved<BackupProof> approve(BackupProof proof) { return Approved<BackupProof>(std::move(proof)); }
  static Approved<EvidenceStatement> approve(EvidenceStatement statement) {
    return Approved<EvidenceStatement>(std::move(statement));
  }
  static Approved<Transcript> approve(Transcript transcript) {
    return Approved<Transcript>(std::move(transcript));
  }

  const ProfileSet& profiles() const { return profiles_; }
  const KeyBlocklist& blocklist() const { return blocklist_; }

 private:
  // All of an examination but the origins, which only a dry run shows; so are the verdicts that passed.
  Examination judge(const IssuanceRequest& request, const Issuer& issuer, Role requester,
                    const Serial& serial, Instant now, bool keep_passes) const;

  ProfileSet profiles_;
  KeyBlocklist blocklist_;
};

}  // namespace inkan::policy
