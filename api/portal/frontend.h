// What both listeners of the portal share: the one try/catch, the log line, and the fields that every answer
// to a browser carries.
#pragma once

#include "api/http/responder.h"
#include "api/portal/visit.h"

namespace inkan::api::portal {

class Frontend : public Responder {
 public:
  Frontend(ApiClient& client, const PortalEffects& effects) : client_(client), effects_(effects) {}

  std::string request_id() override { return effects_.request_id(); }
  std::string date() override { return http_date(effects_.now()); }
  Response answer(const Request& request) final;
  Response refuse(const Fault& fault, const Peer& peer, const std::string& request_id,
                  const RequestHead* head) final;
  void handshake_failed(const std::string& address, const std::string& why) final;

 protected:
  virtual Response decide(Visit& visit) = 0;  // may throw

 private:
  Response guarded(Visit& visit);

  ApiClient& client_;
  const PortalEffects& effects_;
};

}  // namespace inkan::api::portal
