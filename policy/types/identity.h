// Who asks: a verified mTLS peer with exactly one role, a named system job, or an officer known by his
// signature while there is no listener yet. Nobody else can be one.
#pragma once

#include <string>
#include <string_view>

#include <optional>

#include "policy/types/digest.h"

namespace inkan::policy {

enum class Role { web_tier, security_officer, auditor, bank_staff, system };

std::string_view name(Role role);                 // "web-tier", "security-officer", …
std::optional<Role> role(std::string_view name);  // `system` has no spelling from outside

class Identity {
 public:
  // Called by api/authentication only (asserted by the architecture test), after the TLS peer was verified.
  static Identity authenticated(std::string id, Role role, Fingerprint certificate, std::string address) {
    return Identity(std::move(id), role, certificate, std::move(address));
  }
  // Called by daemon/setup and daemon/ceremony only (asserted by the architecture test): an officer whose
  // vote on a set-up was verified, or the caller whom a rehearsal plays.
  static Identity in_ceremony(std::string id, Role role) {
    return Identity(std::move(id), role, std::nullopt, "");
  }
  // A job of the daemon itself, e.g. "crl-publisher"; it has no certificate and no address.
  static Identity system_job(std::string_view job) {
    return Identity("system:" + std::string(job), Role::system, std::nullopt, "");
  }

  const std::string& id() const { return id_; }
  Role role() const { return role_; }
  const std::optional<Fingerprint>& certificate() const { return certificate_; }
  const std::string& address() const { return address_; }

 private:
  Identity(std::string id, Role role, std::optional<Fingerprint> certificate, std::string address)
      : id_(std::move(id)), role_(role), certificate_(certificate), address_(std::move(address)) {}

  std::string id_;
  Role role_;
  std::optional<Fingerprint> certificate_;
  std::string address_;
};

}  // namespace inkan::policy
