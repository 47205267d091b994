// JSON bodies from outside, through the codecs of the requests: no crash, and every refusal becomes a problem
// document.
#include <cstdlib>

#include "api/json/certificate_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace inkan;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto issue = api::decode_issue_request(input);
  if (const auto* problem = api::refused(issue))
    if (api::respond(*problem, api::Language::japanese, "id").status / 100 != 4) std::abort();
  const auto revoke = api::decode_revoke_request(input, *policy::Serial::parse("0a"));
  if (const auto* problem = api::refused(revoke))
    if (api::respond(*problem, api::Language::english, "id").status / 100 != 4) std::abort();
  return 0;
}
