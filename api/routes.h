// The route table: every resource, who may use it and which function answers. It is the truth that
// openapi.yaml agrees with.
#pragma once

#include <optional>
#include <span>

#include "api/authority.h"
#include "api/http/message.h"
#include "api/problem.h"

namespace inkan::api {

struct StaffPage;

using Answer = std::variant<Response, Problem>;

// What a handler of a public read is given.
struct PublicExchange {
  const Request& request;
  Authority& authority;
  const std::vector<std::string>& parameters;  // the path's {…}, decoded, in order
  std::size_t media = 0;                       // which of Route::produces the client prefers
  const StaffPage* staff = nullptr;            // never null for the routes of the staff's page
};
// What a handler behind authentication is given.
struct Exchange : PublicExchange {
  const Call& call;
  std::optional<Idempotency> idempotency;  // only for a changing route
};

using PublicHandler = Answer (*)(const PublicExchange&);
using Handler = Answer (*)(const Exchange&);

enum class Verb { get, post };  // HEAD goes where GET goes (RFC 9110 §9.3.2)

// On which listener a route is found. `both`: api and open; these need no client certificate anywhere.
enum class Audience { api, open, both, metrics };

// Roles as a set of bits.
class Roles {
 public:
  template <class... R>
  explicit constexpr Roles(R... roles) : bits_((0u | ... | bit(roles))) {}
  constexpr bool has(policy::Role role) const { return (bits_ & bit(role)) != 0; }

 private:
  static constexpr unsigned bit(policy::Role role) { return 1u << static_cast<unsigned>(role); }
  unsigned bits_;
};

struct Route {
  Verb verb;
  std::string_view path;  // "/v1/certificates/{serial}"; a parameter fills a segment, but for a suffix such
                          // as ".crt"; a last
                          // "{name*}" fills all that are left
  std::string_view operation;  // operationId
  Audience audience;
  Roles roles;                             // of an `api` route
  bool changing;                           // takes Idempotency-Key
  std::vector<std::string_view> produces;  // empty: one representation, whatever Accept says
  std::variant<PublicHandler, Handler> handler;
  bool staff_page = false;  // there only where the daemon serves that page
};

std::span<const Route> routes();

struct Match {
  const Route* route;
  std::vector<std::string> parameters;
};
// The route on that listener (which is never `both`), or 404, or 405 with Allow.
OrProblem<Match> match(std::string_view method, const std::vector<std::string>& segments, Audience listener);

}  // namespace inkan::api
