#include "api/query.h"

#include <charconv>

#include "api/json/timestamp.h"

namespace inkan::api {
namespace {

constexpr const char* k_no_time =
    "is not a time like 2027-01-31T09:00:00Z (RFC 3339; a \"+\" is written %2B)";

}  // namespace

std::optional<std::string> QueryReader::text(std::string_view name) {
  std::optional<std::string> found;
  for (std::size_t i = 0; i < query_.size(); ++i) {
    if (query_[i].name != name) continue;
    taken_[i] = true;
    if (found) fail(name, "comes more than once");
    found = query_[i].value;
  }
  if (found && found->empty()) fail(name, "is empty; leave it out instead");
  return found;
}

std::optional<policy::Instant> QueryReader::time(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto instant = parse_rfc3339(*value);
  if (!instant) fail(name, k_no_time);
  return instant;
}

std::optional<policy::InstantMicros> QueryReader::moment(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto instant = parse_rfc3339_micros(*value);
  if (!instant) fail(name, k_no_time);
  return instant;
}

std::optional<std::uint64_t> QueryReader::number(std::string_view name, std::uint64_t least,
                                                 std::uint64_t most) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::uint64_t number = 0;
  const auto* end = value->data() + value->size();
  const auto read = std::from_chars(value->data(), end, number);
  if (read.ec == std::errc() && read.ptr == end && number >= least && number <= most) return number;
  fail(name, "is not a number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

void QueryReader::fail(std::string_view name, std::string detail) {
  errors_.push_back({"parameter", std::string(name), std::move(detail)});
}

std::optional<Problem> QueryReader::finish() {
  for (std::size_t i = 0; i < query_.size(); ++i)
    if (!taken_[i]) fail(query_[i].name.substr(0, 100), "is not a parameter of this resource");
  if (errors_.empty()) return std::nullopt;
  return invalid_request(std::move(errors_));
}

}  // namespace inkan::api
