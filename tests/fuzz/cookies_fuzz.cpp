// Cookie fields as a browser's owner may send them: what is found is safe in a header field and a path,
// stands in the field as it was found, and was sent once.
#include <algorithm>
#include <cstdlib>

#include "api/portal/cookies.h"

using namespace inkan::api;

namespace {

constexpr std::string_view k_safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

void judge(const RequestHead& head, std::string_view name, std::string_view sent) {
  const auto value = portal::find_cookie(head, name);
  if (!value) return;
  require(!value->empty() && value->size() <= 256 && value->find_first_not_of(k_safe) == std::string::npos);
  require(count(sent, std::string(name) + "=" + *value) >= 1);
  if (const auto ticket = portal::parse_enrolment_cookie(*value))
    require(portal::to_cookie(*ticket) == *value && !ticket->id.empty() && !ticket->secret.empty());
  // Once more, in a field behind it: nobody can say which is meant.
  auto twice = head;
  twice.fields.push_back({"cookie", std::string(name) + "=" + *value});
  require(!portal::find_cookie(twice, name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string sent(reinterpret_cast<const char*>(data), size);
  RequestHead head;
  // A line end begins another field.
  for (std::size_t begin = 0; begin <= sent.size();) {
    const auto end = std::min(sent.find('\n', begin), sent.size());
    head.fields.push_back({"cookie", sent.substr(begin, end - begin)});
    begin = end + 1;
  }
  for (const auto name : {portal::k_browser_cookie, portal::k_session_cookie, portal::k_enrolment_cookie})
    judge(head, name, sent);
  return 0;
}
