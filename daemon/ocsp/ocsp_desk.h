// The OCSP responder (RFC 6960, as RFC 5019 profiles it): answers from memory where it can, has the rest
// signed within its limits, and keeps what was asked for ready.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <shared_mutex>

#include "daemon/ocsp/response_signing.h"
#include "daemon/rate_limit.h"
#include "policy/ocsp/ocsp_request.h"

namespace inkan::daemon {

class OcspDesk {
 public:
  OcspDesk(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished, Store& store,
           Issuance& issuance, const Authorities& authorities, pkcs11::OcspSigner& signer,
           const OcspSettings& settings);

  // Signs from now on; `sessions` is how many the key's token has. A quarter of them, and at least one, is
  // what responses may take.
  void start(int sessions);

  // Never throws: what cannot be answered is told by an OCSPResponse without a signature (RFC 6960 §2.3).
  // `address`: whose share of the limits it is.
  api::OcspAnswer answer(policy::BytesView request, const std::string& address);

  // The job: responder certificates that are due, responses that grow old. Throws what keeps either from
  // being made, when all else is done.
  void turn();
  // Around the transaction that changes what a certificate's status is: from its begin to its end nobody is
  // answered about it; its new response is made by the job's next turn.
  std::shared_ptr<void> status_changes(const policy::Serial& serial);

  const ResponderCertificates& responders() const { return responders_; }
  // From the next answer on. How many responses the cache holds stays what it is.
  void follow(const OcspSettings& settings);
  std::size_t cached() const { return cache_.size(); }
  // How requests were answered since the start.
  enum class How { from_memory, signed_for_it, malformed, unauthorized, try_later };
  std::uint64_t count(How how) const { return counts_[static_cast<std::size_t>(how)]; }

 private:
  struct Told {
    ResponseCache::Answer answer;
    How how;
  };
  Told tell(policy::BytesView request, const std::string& address);
  const CertificateAuthority* authority_of(const policy::IssuerId& issuer);
  const CertificateAuthority* authority_of(const policy::OcspRequest& request);
  ResponseCache::Answer prepared(const policy::OcspRequest& request);
  void sign_later(const CertificateAuthority& authority, const policy::Serial& serial);
  void sign_newest();
  void sign_changed();

  Store& store_;
  const Authorities& authorities_;
  Live<OcspSettings> settings_;
  ResponderCertificates responders_;
  ResponseCache cache_;
  RateLimit limit_;
  std::mutex changed_mutex_;  // guards changed_
  std::vector<policy::Serial> changed_;
  std::shared_mutex mutex_;  // guards issuers_
  std::map<policy::IssuerId, const CertificateAuthority*> issuers_;
  std::array<std::atomic<std::uint64_t>, 5> counts_{};  // by How
  bool begun_ = false;                                  // the job's alone
  ResponseSigning signing_;                             // last: its threads use all above
};

}  // namespace inkan::daemon
