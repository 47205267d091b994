// The main listener: the page, and its JSON calls under /portal/.
#pragma once

#include "api/page/bundle.h"
#include "api/portal/frontend.h"

namespace inkan::api::portal {

class MainSite final : public Frontend {
 public:
  MainSite(ApiClient& client, const PortalEffects& effects, Bundle bundle, std::string origin,
           std::string proof_origin)
      : Frontend(client, effects),
        bundle_(std::move(bundle)),
        origin_(std::move(origin)),
        proof_origin_(std::move(proof_origin)) {}

 protected:
  Response decide(Visit& visit) override;

 private:
  Response page(Visit& visit) const;
  Response call(Visit& visit) const;

  const Bundle bundle_;
  const std::string origin_, proof_origin_;
};

}  // namespace inkan::api::portal
