// The set-up ceremony of a new authority: keys made in the tokens, CA certificates, the first identities. It
// runs on the daemon's own ledger and issuing code, so its signatures have their intents like any other.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/core.h"
#include "daemon/setup/approved_ceremony.h"
#include "daemon/setup/papers.h"
#include "daemon/setup/transcript_making.h"

namespace inkan::daemon {

// What is in the state directory already, and what to do about it; nothing if a set-up may begin there.
std::optional<std::string> fault_in_state(const Config& config);

class Setup {
 public:
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;
  // `progress` hears each step as it begins. `officers` as for Core. `approved`: the votes, of a plan that
  // takes them. Throws Error{config} for such a plan without votes.
  Setup(Papers papers, std::function<void(const std::string&)> progress, PinEntry* officers = nullptr,
        std::optional<ApprovedCeremony> approved = std::nullopt);

  // Makes it all, or throws Error saying what failed; then the keys it had made are destroyed and the
  // database removed. Throws Error{store} if this state directory holds an authority already: nothing is
  // touched.
  void run();

 private:
  void check_outputs() const;
  void read_requests();
  void make_keys();
  void make_authorities();
  void make_tls();
  void make_identities();
  void finish();
  void undo();

  policy::Bytes issue(const policy::IssuanceRequest& request, CertificateAuthority& authority,
                      const std::string& what, const std::string& paper);
  void step(const std::string& name, const nlohmann::json& detail = nlohmann::json::object());
  const pkcs11::KeyRecord& key(const std::string& label) const;

  Papers papers_;
  const Plan& plan_;
  const Config& config_;
  std::function<void(const std::string&)> progress_;
  PinEntry* officers_;
  std::optional<ApprovedCeremony> approved_;
  std::string ceremony_id_;
  std::vector<policy::CertificationRequest> requests_;  // of the identities, in the plan's order
  std::vector<pkcs11::KeyRecord> keys_;
  std::unique_ptr<Core> core_;
  std::vector<CeremonyCertificate> certificates_;
};

}  // namespace inkan::daemon
