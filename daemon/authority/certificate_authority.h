// One CA of this daemon: what it issues as, and the signer of its key.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "daemon/store/authority_rows.h"
#include "pkcs11/ca_signer.h"
#include "policy/issuer.h"
#include "policy/profile/profile.h"

namespace inkan::daemon {

struct CertificateAuthority {
  CertificateAuthority(policy::Issuer issuing_side, std::optional<std::string> parent_id,
                       policy::Bytes certificate_der, std::unique_ptr<pkcs11::CaSigner> key_signer,
                       AuthorityState stands = AuthorityState::active)
      : issuer(std::move(issuing_side)),
        parent(std::move(parent_id)),
        certificate(std::move(certificate_der)),
        signer(std::move(key_signer)),
        state(stands) {}

  bool signs() const {
    const auto now = state.load();
    return now == AuthorityState::pending || now == AuthorityState::active || now == AuthorityState::retired;
  }

  // As what it issues this certificate: to an end entity, with the shard of the CRL that is to list it, once
  // all shards have been published. Of CAs and responders the full CRL tells (RFC 5280 §5.2.5,
  // onlyContainsUserCerts).
  policy::Issuer issuer_for(const policy::Profile* profile, const policy::Serial& serial) const {
    const int shards = crl_shards;
    const bool sharded = shards > 1 && profile && !profile->ca && !profile->ocsp_no_check;
    return issuer.with_crl_shard(sharded ? policy::crl_shard_of(serial, shards) : policy::k_full_crl);
  }

  policy::Issuer issuer;
  std::optional<std::string> parent;  // id; nothing for a root
  policy::Bytes certificate;          // DER
  std::vector<policy::Bytes>
      outside_issuers{};                     // above one whose certificate was made outside; the root last
  std::unique_ptr<pkcs11::CaSigner> signer;  // null if its key was destroyed before this start
  std::atomic<AuthorityState> state;
  std::mutex publishing;            // one CRL of this authority at a time: its numbers only grow
  std::atomic<int> crl_shards = 0;  // how many new certificates are spread over, each published; 0, 1: none
};

// Issuers before those they issued. It only grows: any thread may keep what it has found.
class Authorities {
 public:
  using List = std::vector<std::unique_ptr<CertificateAuthority>>;

  explicit Authorities(List list = {}) : list_(std::move(list)) {}

  CertificateAuthority& add(std::unique_ptr<CertificateAuthority> authority);
  CertificateAuthority* find(std::string_view id) const;
  std::vector<CertificateAuthority*> all() const;
  std::vector<CertificateAuthority*> signing() const;  // those whose key is there
  // The one that issues to callers.
  CertificateAuthority& issuing() const { return *issuing_; }
  bool is_issuing(const CertificateAuthority& authority) const { return issuing_ == &authority; }
  void set_issuing(CertificateAuthority& authority) { issuing_ = &authority; }
  // `leaf` first, then its issuers, those outside too; the root itself is left out: a verifier has it, or
  // must not take it from us.
  std::vector<policy::Bytes> chain(const std::string& authority, const policy::Bytes& leaf) const;

  std::mutex following;  // follow_store(): one at a time, or an older reading could be the last to be applied

 private:
  mutable std::shared_mutex mutex_;  // guards list_; what it holds stays where it is
  List list_;
  std::atomic<CertificateAuthority*> issuing_ = nullptr;
};

}  // namespace inkan::daemon
