#include "api/http/request_ids.h"

#include <string_view>

namespace inkan::api {
namespace {

constexpr std::string_view k_crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void append(std::string& text, std::uint64_t value, int characters) {
  for (int shift = (characters - 1) * 5; shift >= 0; shift -= 5) text += k_crockford[value >> shift & 31];
}

}  // namespace

std::string RequestIds::next() {
  // As in a ULID: 48 bits of milliseconds in ten characters, then 80 bits, here 40 of the process and 40 of
  // the count.
  const auto milliseconds = std::chrono::milliseconds(now_().time_since_epoch()).count();
  std::string id;
  id.reserve(26);
  append(id, static_cast<std::uint64_t>(milliseconds) & 0xffffffffffff, 10);
  append(id, process_random_, 8);
  append(id, count_.fetch_add(1, std::memory_order_relaxed), 8);
  return id;
}

}  // namespace inkan::api
