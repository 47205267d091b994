// The portal as a whole: two TLS listeners before the REST API, and nothing kept between two requests.
#pragma once

#include <memory>

#include "api/portal/settings.h"
#include "api/portal/visit.h"

namespace inkan::api::portal {

class Portal {
 public:
  // Reads every file that the settings name. Throws Error{config}.
  Portal(const Settings& settings, PortalEffects effects);
  ~Portal();  // stops at once
  Portal(const Portal&) = delete;
  Portal& operator=(const Portal&) = delete;

  void start();  // throws Error{config} if an address cannot be had
  void stop(std::chrono::milliseconds grace);

  std::uint16_t main_port() const;
  std::uint16_t proof_port() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace inkan::api::portal
