#include "policy/types/error.h"

namespace inkan::policy {

std::string_view name(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return "invalid_input";
    case ErrorCode::config:
      return "config";
    case ErrorCode::pin:
      return "pin";
    case ErrorCode::token:
      return "token";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::stopped:
      return "stopped";
    case ErrorCode::store:
      return "store";
    case ErrorCode::ledger:
      return "ledger";
    case ErrorCode::key:
      return "key";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace inkan::policy
