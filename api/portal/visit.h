// One request of a browser while it is answered: its cookies, what the API says for it, and what its answer
// sets.
#pragma once

#include <functional>
#include <span>

#include "api/http/message.h"
#include "api/portal/api_client.h"
#include "api/portal/cookies.h"

namespace inkan::api::portal {

// Clock, chance and log, as values from whoever runs the portal.
struct PortalEffects {
  std::function<policy::Instant()> now;
  std::function<void(std::span<std::uint8_t>)> random_octets;
  std::function<std::string()> request_id;
  Log log;
};

class Visit {
 public:
  Visit(const Request& request, ApiClient& client, const PortalEffects& effects);

  const Request& request() const { return request_; }
  policy::Instant now() const { return effects_.now(); }

  const std::optional<std::string>& session() const { return session_; }
  const std::optional<EnrolmentTicket>& enrolment() const { return enrolment_; }

  // Calls the API in this browser's name: its language, trace and name's hash go along. `ticket`: a login's.
  // Throws Error{unavailable}.
  ApiAnswer get(const std::string& target, const std::string& ticket = {});
  ApiAnswer post(const std::string& target, const Json& body, const std::string& ticket = {});
  // One act of an enrolment, or nothing to read it, in the name that goes with it.
  ApiAnswer get(const EnrolmentTicket& ticket);
  ApiAnswer post(const EnrolmentTicket& ticket, std::string_view act, const Json& body);
  // An enrolment that begins, in a name that is new.
  ApiAnswer begin(const Json& credentials, const std::string& browser);

  // A name that no earlier page of this browser knows: against session fixation.
  std::string new_name() const;
  // The login's, for the calls from here on; the browser hears of it by keep_browser.
  void new_browser() { browser_ = new_name(); }
  void keep_browser();
  void keep(std::string_view cookie, std::string_view value,
            std::optional<std::chrono::seconds> kept = std::nullopt);
  void drop(std::string_view cookie);
  // What the API says of a ticket that is over, or another browser's: its cookie goes. False: it says other
  // things.
  bool drop_if_over(const ApiAnswer& answer);

  // Every answer to a browser is made by one of these two.
  Response answer(int status, const Json& body) const;
  Response refuse(const Problem& problem);
  // An answer of the API that is no success, as the browser may see it: the problem's own words for what the
  // user can act upon, and 503 for what he cannot. A ticket that is over takes its cookie along.
  Response relay(const ApiAnswer& answer);
  void give_cookies(Response& response) const;

  const std::string& rule() const { return rule_; }  // for the log
  const std::string& api_request() const { return api_request_; }
  const std::string& trace() const { return trace_; }

 private:
  ApiAnswer call(ApiCall call, const std::string& ticket, const std::optional<std::string>& browser);
  Language language() const;

  const Request& request_;
  ApiClient& client_;
  const PortalEffects& effects_;
  std::optional<std::string> browser_, session_;
  std::optional<EnrolmentTicket> enrolment_;
  std::vector<std::pair<std::string, std::string>> cookies_;  // name, Set-Cookie
  std::string rule_, api_request_, trace_;
};

}  // namespace inkan::api::portal
