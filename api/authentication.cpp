#include "api/authentication.h"

namespace inkan::api {
namespace {

Problem unauthorized(ProblemType type, std::string detail, std::string mend) {
  // RFC 9110 §15.5.2 wants a challenge; a certificate has no registered scheme, so it only says what is
  // missing.
  return {type,
          std::move(detail),
          {},
          {},
          std::move(mend),
          {},
          {{"WWW-Authenticate", "ClientCertificate realm=\"inkan\""}}};
}

std::optional<Problem> check_validity(const PeerCertificate& certificate, policy::Instant now) {
  if (certificate.validity.covers(now)) return std::nullopt;
  const bool early = now < certificate.validity.not_before();
  return unauthorized(
      ProblemType::client_certificate_not_valid,
      early ? "the client certificate is not valid before " +
                  policy::to_rfc3339(certificate.validity.not_before())
            : "the client certificate expired at " + policy::to_rfc3339(certificate.validity.not_after()),
      early ? "check the clocks, or wait" : "connect with a renewed certificate");
}

Problem unknown_identity(const PeerCertificate& certificate) {
  return {ProblemType::unknown_identity,
          "no identity has the public key " + certificate.key.hex() + ", or its certificate is revoked",
          {},
          {},
          "ask the operator to register this key, or connect with the certificate of a registered one",
          {},
          {}};
}

}  // namespace

OrProblem<policy::Identity> authenticate(const Peer& peer, policy::Instant now, Authority& authority) {
  if (!peer.certificate) {
    authority.record_refused(peer.address, "", "no client certificate");
    return unauthorized(ProblemType::client_certificate_required,
                        "the TLS connection has no client certificate",
                        "connect again with the certificate and key of a registered identity");
  }
  const PeerCertificate& certificate = *peer.certificate;
  if (auto problem = check_validity(certificate, now)) {
    authority.record_refused(peer.address, certificate.subject, problem->detail);
    return *problem;
  }
  const auto identity = authority.find_identity(certificate.key, certificate.fingerprint);
  if (!identity) {
    authority.record_refused(peer.address, certificate.subject,
                             "unknown or revoked identity, key " + certificate.key.hex());
    return unknown_identity(certificate);
  }
  return policy::Identity::authenticated(identity->id, identity->role, certificate.fingerprint, peer.address);
}

}  // namespace inkan::api
