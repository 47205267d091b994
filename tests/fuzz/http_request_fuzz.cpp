// Header blocks and targets from outside: whatever the octets, the parser neither crashes nor takes what it
// must not.
#include <cstdlib>

#include "api/http/header_values.h"
#include "api/http/request_head.h"
#include "api/http/target.h"
#include "policy/x509/character_string.h"

namespace {

using namespace inkan::api;

void require(bool ok) {
  if (!ok) std::abort();
}

void read_values(const RequestHead& head) {
  for (const auto& field : head.fields) {
    preferred_media(&field.value, {"application/json", "application/pem-certificate-chain"});
    preferred_language(&field.value);
    names_etag(field.value, "\"0123\"");
    media_type(field.value);
    require(idempotency_key(field.value).value_or("x").size() <= 255);
    require(trace_id(&field.value).size() % 32 == 0);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Limits k_limits;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  HeadScanner scanner(k_limits);
  const auto scanned = scanner.scan(input);
  const auto* found = std::get_if<HeadScanner::Found>(&scanned);
  if (!found) return 0;
  const auto parsed = parse_request_head(input.substr(0, found->size), k_limits);
  const auto* head = std::get_if<RequestHead>(&parsed);
  if (!head) return 0;
  // RFC 9112 §6.3: a request that passed has one length at most, and no other framing.
  require(head->count("transfer-encoding") == 0 && head->count("content-length") <= 1 &&
          head->count("host") <= 1);
  require(head->fields.size() <= k_limits.header_fields && head->target.front() == '/');
  for (const auto& field : head->fields)
    require(field.value.find_first_of("\r\n") == std::string::npos && is_token(field.name));
  read_values(*head);
  const auto target = parse_target(head->target);
  if (const auto* read = std::get_if<Target>(&target))
    for (const auto& segment : read->segments)
      require(inkan::policy::count_utf8(segment) && segment.find('\0') == std::string::npos &&
              segment != "..");
  return 0;
}
