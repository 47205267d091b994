// What is to be certified, by which profile: always a key whose holder proved that he has it.
#pragma once

#include <optional>

#include "policy/types/validity.h"
#include "policy/x509/certification_request.h"

namespace inkan::policy {

class IssuanceRequest {
 public:
  // The request's own subject, unless the caller names another.
  static IssuanceRequest from(std::string profile, const CertificationRequest& request,
                              std::optional<Name> subject) {
    return IssuanceRequest(std::move(profile), request.public_key(), subject ? *subject : request.subject(),
                           request.subject_alt_names(), request.sha256(), subject ? "caller" : "request");
  }
  // A key of our own, made in a token; its canary signature is the proof. Set-up and renewal of our own
  // certificates.
  static IssuanceRequest for_token_key(std::string profile, PublicKey key, Name subject,
                                       std::vector<GeneralName> names) {
    return IssuanceRequest(std::move(profile), std::move(key), std::move(subject), std::move(names),
                           std::nullopt, "plan");
  }

  // Of another authority of ours, of ourselves by another, or of who answers for one: nothing that outlives
  // `latest`.
  static IssuanceRequest for_link(std::string profile, PublicKey key, Name subject, Instant latest) {
    auto request = for_token_key(std::move(profile), std::move(key), std::move(subject), {});
    request.latest_ = latest;
    return request;
  }

  const std::string& profile() const { return profile_; }
  const PublicKey& public_key() const { return public_key_; }
  const Name& subject() const { return subject_; }
  const std::vector<GeneralName>& subject_alt_names() const { return names_; }
  const std::optional<Sha256>& csr_sha256() const { return csr_sha256_; }
  // Where the profile lets it end earlier than it says: it ends by then.
  const std::optional<Instant>& latest() const { return latest_; }
  const std::string& subject_origin() const { return subject_origin_; }  // "request", "caller" or "plan"

 private:
  IssuanceRequest(std::string profile, PublicKey key, Name subject, std::vector<GeneralName> names,
                  std::optional<Sha256> csr, std::string origin)
      : profile_(std::move(profile)),
        public_key_(std::move(key)),
        subject_(std::move(subject)),
        names_(std::move(names)),
        csr_sha256_(csr),
        subject_origin_(std::move(origin)) {}

  std::string profile_;
  PublicKey public_key_;
  Name subject_;
  std::vector<GeneralName> names_;
  std::optional<Sha256> csr_sha256_;
  std::string subject_origin_;
  std::optional<Instant> latest_;
};

}  // namespace inkan::policy
