// The API's description, api/openapi.yaml, as it was when this was built.
#pragma once

#include <string_view>

namespace inkan::api {

std::string_view openapi_document();

}  // namespace inkan::api
