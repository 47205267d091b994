// Every refusal and failure the edge answers, as RFC 9457 problem documents with stable types and titles in
// two languages.
#pragma once

#include <optional>

#include "api/http/fault.h"
#include "api/http/header_values.h"
#include "api/http/message.h"
#include "policy/types/denial.h"

namespace inkan::api {

// The `type` is "urn:inkan:problem:" and the name in problem.cpp; once published, a name keeps its meaning.
enum class ProblemType {
  malformed_request,
  invalid_request,
  csr_not_acceptable,
  unknown_profile,
  client_certificate_required,
  client_certificate_not_valid,
  unknown_identity,
  role_not_allowed,
  denied,
  not_found,
  method_not_allowed,
  not_acceptable,
  request_in_progress,
  length_required,
  body_too_large,
  target_too_long,
  unsupported_media_type,
  expectation_failed,
  idempotency_key_reused,
  too_many_requests,
  header_too_large,
  internal,
  unavailable,
  issuing_stopped,
  too_many_connections,
};

// Which part of the request is wrong: {"pointer": "#/csr"}, {"parameter": "limit"} or {"header":
// "Idempotency-Key"}.
struct FieldError {
  std::string kind, name, detail;
};

struct Problem {
  ProblemType type;
  std::string detail;
  std::string rule, clause, mend;  // left out where empty
  std::vector<FieldError> errors;
  std::vector<std::pair<std::string, std::string>> fields;  // header fields: Retry-After, Allow
};

int status_of(ProblemType type);
std::string_view type_name(ProblemType type);

Problem problem_of(const Fault& fault);
// By the rule's name: what is wrong with the request itself is 400, what policy forbids is 403.
Problem problem_of(const policy::Denial& denial);
// Tells the first k_field_errors of them, and how many more there are.
constexpr std::size_t k_field_errors = 20;
Problem invalid_request(std::vector<FieldError> errors);
Problem unavailable(std::string detail);

Response respond(const Problem& problem, Language language, const std::string& request_id);

template <class T>
using OrProblem = std::variant<T, Problem>;

template <class T>
const Problem* refused(const OrProblem<T>& value) {
  return std::get_if<Problem>(&value);
}

}  // namespace inkan::api
