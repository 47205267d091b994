// The set-up ceremony of a new authority: keys made in the tokens, CA certificates, the first identities. It
// runs on the daemon's own ledger and issuing code, so its signatures have their intents like any other.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/core.h"
#include "daemon/setup/plan.h"

namespace inkan::daemon {

class Setup {
 public:
  // `progress` hears each step as it begins.
  Setup(Plan plan, std::function<void(const std::string&)> progress);

  // Makes it all, or throws Error saying what failed; then the keys it had made are destroyed and the
  // database removed. Throws Error{store} if this state directory holds an authority already: nothing is
  // touched.
  void run();

 private:
  void check_state() const;
  void check_outputs() const;
  std::vector<std::filesystem::path> state_files() const;
  void make_keys();
  void make_authorities();
  void make_tls();
  void make_identities();
  void finish();
  void undo();

  policy::Bytes issue(const policy::IssuanceRequest& request, CertificateAuthority& authority,
                      const std::string& what);
  void step(const std::string& name, const nlohmann::json& detail = nlohmann::json::object());
  const pkcs11::KeyRecord& key(const std::string& label) const;

  Plan plan_;
  Config config_;
  std::function<void(const std::string&)> progress_;
  std::string ceremony_id_;
  std::vector<pkcs11::KeyRecord> keys_;
  std::unique_ptr<Core> core_;
};

}  // namespace inkan::daemon
