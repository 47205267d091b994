// Between a read request and its handler: routing, authentication, negotiation, and the one try/catch that
// turns every failure into a problem document. Details of a failure go to the log under the request's id,
// never to the peer.
#pragma once

#include "api/authority.h"
#include "api/http/limits.h"
#include "api/http/responder.h"
#include "api/page/staff_page.h"
#include "api/routes.h"
#include "api/server.h"

namespace inkan::api {

class Endpoint : public Responder {
 public:
  // All that it refers to outlives it. `listener`: whose routes it serves. `staff`: null without that page.
  Endpoint(Authority& authority, const ServerEffects& effects, std::chrono::milliseconds call_time,
           Audience listener, const StaffPage* staff = nullptr)
      : authority_(authority), effects_(effects), call_time_(call_time), listener_(listener), staff_(staff) {}

  std::string request_id() override { return effects_.request_id(); }
  std::string date() override { return http_date(effects_.now()); }
  Response answer(const Request& request) override;
  Response refuse(const Fault& fault, const Peer& peer, const std::string& request_id,
                  const RequestHead* head) override;
  void handshake_failed(const std::string& address, const std::string& why) override;

 private:
  struct Trail;

  Answer decide(const Request& request, Trail& trail);
  std::optional<Problem> refuse_other_page(const Request& request);
  Answer dispatch(const Request& request, const Match& match, Trail& trail);
  OrProblem<Call> admit(const Request& request, const Route& route, Trail& trail);
  Response refuse(const Problem& problem, const Request& request, const Trail& trail);
  Answer guarded(const Request& request, Trail& trail);
  Response to_peer(Response response) const;
  BodySource watched(BodySource source, const std::string& request_id) const;
  void log(Severity severity, std::string_view event, const LogFields& fields) const;

  Authority& authority_;
  const ServerEffects& effects_;
  std::chrono::milliseconds call_time_;
  Audience listener_;
  const StaffPage* staff_;
};

}  // namespace inkan::api
