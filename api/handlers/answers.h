// The shapes of answer that handlers share.
#pragma once

#include "api/json/document.h"
#include "api/routes.h"

namespace inkan::api {

Response json_response(int status, std::string json);
inline Response json_response(int status, const Json& json) {
  return json_response(status, to_text(json));
}
// A representation that may be cached: a strong entity tag, and 304 if the client has it (RFC 9110 §13.1.2).
Response cacheable(const Request& request, std::string content_type, std::string body,
                   std::string cache_control);
// The same of octets that are large and shared, whose SHA-256 is known.
Response cacheable(const Request& request, std::string content_type, SharedBody octets,
                   const policy::Sha256& sha256, std::string cache_control);

// The value of Link: the same query with another cursor.
std::string next_link(const Request& request, const std::string& cursor);

// Everything but the value that was asked for.
template <class T>
std::optional<Problem> unfinished(const Outcome<T>& outcome) {
  if (const auto* denial = std::get_if<policy::Denial>(&outcome)) return problem_of(*denial);
  if (const auto* running = std::get_if<InProgress>(&outcome))
    return Problem{ProblemType::request_in_progress,
                   "the first request with this Idempotency-Key has no answer yet",
                   {},
                   {},
                   "repeat this request after the time in Retry-After",
                   {},
                   {{"Retry-After", std::to_string(running->retry_after_seconds)}}};
  if (std::holds_alternative<KeyReused>(outcome))
    return Problem{ProblemType::idempotency_key_reused,
                   "an earlier request with this Idempotency-Key had another body",
                   {},
                   {},
                   "use a new key for a new request, or repeat the old one octet for octet",
                   {},
                   {}};
  return std::nullopt;
}

}  // namespace inkan::api
