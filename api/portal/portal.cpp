#include "api/portal/portal.h"

#include "api/http/listener.h"
#include "api/http/tls_context.h"
#include "api/portal/files.h"
#include "api/portal/main_site.h"
#include "api/portal/proof_site.h"

namespace inkan::api::portal {
namespace {

TlsIdentity browsers_identity(const Settings& settings) {
  auto identity = read_identity(settings.certificate, settings.key);
  for (const auto& file : settings.issuers)
    for (auto& der : read_certificates(file)) identity.trust_anchors.push_back(std::move(der));
  return identity;
}

Listener::Settings listener(const char* name, const Site& site, const Settings& settings,
                            const Poco::Net::Context::Ptr& tls) {
  return {name, site.host, site.port, settings.limits, settings.deadlines, tls};
}

}  // namespace

// What answers before the listeners whose threads ask it.
class Portal::Parts {
 public:
  Parts(const Settings& settings, PortalEffects given)
      : effects(std::move(given)),
        identity(browsers_identity(settings)),
        tls(make_open_tls_context(identity)),
        client(settings.api),
        main_site(client, effects, Bundle::load(settings.web, "web"), settings.main.origin,
                  settings.proof.origin),
        proof_site(client, effects, settings.main.origin),
        main(listener("main", settings.main, settings, tls), main_site),
        proof(listener("proof", settings.proof, settings, tls), proof_site) {}

  const PortalEffects effects;
  const TlsIdentity identity;  // keeps the key for as long as the context may use it
  Poco::Net::Context::Ptr tls;
  ApiClient client;
  MainSite main_site;
  ProofSite proof_site;
  Listener main, proof;
};

Portal::Portal(const Settings& settings, PortalEffects effects)
    : parts_(std::make_unique<Parts>(settings, std::move(effects))) {}

Portal::~Portal() = default;

void Portal::start() {
  parts_->proof.start();
  parts_->main.start();
}

void Portal::stop(std::chrono::milliseconds grace) {
  const auto end = std::chrono::steady_clock::now() + grace;
  parts_->main.begin_stop();
  parts_->proof.begin_stop();
  parts_->main.finish_stop(grace);
  const auto left = std::chrono::floor<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  parts_->proof.finish_stop(std::max(left, std::chrono::milliseconds(0)));
}

std::uint16_t Portal::main_port() const {
  return parts_->main.port();
}
std::uint16_t Portal::proof_port() const {
  return parts_->proof.port();
}

}  // namespace inkan::api::portal
