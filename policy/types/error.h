// Failure, as one exception type. A refusal is not a failure: it is a Denial, a value.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace inkan::policy {

// What failed, coarse enough to act on: the HTTP edge maps each to one status.
enum class ErrorCode {
  invalid_input,  // the caller's bytes; 400
  config,         // the operator's file; start-up refuses
  pin,            // wrong, locked or missing PIN; never retried
  token,          // the token answered, and the answer is final
  unavailable,    // token, store or a deadline: try again later; 503
  stopped,        // an officer stopped issuing: 503 until it is started again
  store,          // the database; the daemon stops signing
  ledger,         // the log's arithmetic does not hold; the daemon stops
  key,            // a key is not what its record says; out of service
  not_found,
  internal,
};

std::string_view name(ErrorCode code);

class Error : public std::runtime_error {
 public:
  // `detail` is for operators: what, where, which rule, how to mend it. It must never hold a secret.
  Error(ErrorCode code, const std::string& detail) : std::runtime_error(detail), code_(code) {}
  ErrorCode code() const { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace inkan::policy
