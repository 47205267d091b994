#include "api/openapi.h"

namespace inkan::api {

std::string_view openapi_document() {
  // Written by api/CMakeLists.txt as string literals.
  static constexpr std::string_view k_document =
#include "openapi_yaml.inc"
      ;
  return k_document;
}

}  // namespace inkan::api
