// The proof listener (⑧): a port on which the browser chooses a certificate anew, so that it shows the one it
// has just installed. It serves /installed and nothing else.
#pragma once

#include "api/portal/frontend.h"

namespace inkan::api::portal {

class ProofSite final : public Frontend {
 public:
  ProofSite(ApiClient& client, const PortalEffects& effects, std::string main_origin)
      : Frontend(client, effects), main_origin_(std::move(main_origin)) {}

 protected:
  Response decide(Visit& visit) override;

 private:
  Response back(std::string_view installed) const;

  const std::string main_origin_;
};

}  // namespace inkan::api::portal
