// Makes a certificate authority while the daemon runs: key, CA certificate, first CRL; all of it, or nothing.
// The key of a service is made in the same way, without the rest.
#pragma once

#include <functional>

#include "daemon/approvals/approval_rows.h"
#include "daemon/core.h"
#include "daemon/store/key_rows.h"

namespace inkan::daemon {

class AuthorityMaking {
 public:
  // `trust` hears each new CA certificate: clients of the API may chain to it from then on.
  AuthorityMaking(Core& core, std::function<void(const policy::Bytes& der)> trust)
      : core_(core), trust_(std::move(trust)) {}

  // Throws Error where it cannot go on; undo() then mends what is half done.
  void make(const ApprovalRow& request);
  // A key and its request to a CA outside, all or nothing too.
  void make_request(const ApprovalRow& request);
  // The key of a service that the set-up gave none, all or nothing: it is used from the next start on.
  void make_service_key(const ApprovalRow& request);
  // Takes what the outside CA made for a request: from then on it is an authority, and there is no way back.
  // Throws Error where that cannot be done, with nothing changed.
  void adopt(const ApprovalRow& request);
  // Its first CRL. May be called again after it threw, and after a crash.
  void finish_import(const ApprovalRow& request);
  // Revokes the certificate, destroys the key, and says so. May be called again after it threw, and after a
  // crash anywhere in either.
  void undo(const ApprovalRow& request);
  // Keys that acts of earlier runs asked a token for, and that no log tells of. While no act is under way.
  void erase_left_unborn();

 private:
  pkcs11::KeyRecord make_key(const ApprovalRow& request, const PlannedKey& planned,
                             policy::KeyPurpose purpose, const std::string& name);
  std::unique_ptr<CertificateAuthority> open(const PlannedAuthority& planned, const pkcs11::KeyRecord& key);
  void certify(const ApprovalRow& request, const PlannedAuthority& planned, CertificateAuthority& authority);
  CertificateAuthority& announce(const ApprovalRow& request, const pkcs11::KeyRecord& key,
                                 std::unique_ptr<CertificateAuthority> authority);
  std::unique_ptr<CertificateAuthority> open_outside(const std::string& id, const pkcs11::KeyRecord& key,
                                                     const policy::OutsideCertificate& outside);
  void link(const ApprovalRow& request, CertificateAuthority& made);
  void certify_link(const ApprovalRow& request, const CertificateAuthority& subject,
                    CertificateAuthority& issuer, policy::Instant latest);
  void finish(const ApprovalRow& request, const pkcs11::KeyRecord& key, CertificateAuthority& authority);
  void revoke_certificates(const ApprovalRow& request, const std::vector<KeyRow>& keys);
  void erase_keys(const ApprovalRow& request, const std::vector<KeyRow>& keys);
  void erase_unborn(const std::vector<UnbornKey>& keys);

  Core& core_;
  std::function<void(const policy::Bytes&)> trust_;
};

}  // namespace inkan::daemon
