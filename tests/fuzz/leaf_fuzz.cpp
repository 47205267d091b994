// Leaves from a log that is judged: read exactly where nlohmann's DOM finds the canonical form, with the same
// members; and a story that holds any of them, one after the other, comes to its end.
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "policy/log/story/story.h"

using namespace inkan::policy;
using nlohmann::json;

namespace {

bool may_stand(const json& value, unsigned depth) {
  constexpr std::int64_t k_most = std::int64_t{1} << 53;
  if (value.is_number_float()) return false;
  if (value.is_number_unsigned()) return value.get<std::uint64_t>() <= static_cast<std::uint64_t>(k_most);
  if (value.is_number()) return value.get<std::int64_t>() <= k_most && value.get<std::int64_t>() >= -k_most;
  if (!value.is_structured()) return true;
  bool good = depth < LeafReader::k_max_depth;
  if (value.is_object())
    for (const auto& [name, each] : value.items())
      for (const char c : name) good = good && c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  for (const auto& each : value) good = good && may_stand(each, depth + 1);
  return good;
}

bool canonical(std::string_view text) {
  const auto value = json::parse(text, nullptr, false);
  return value.is_object() && may_stand(value, 0) &&
         value.dump(-1, ' ', false, json::error_handler_t::replace) == text;
}

// A story of the lines of the input, those that are leaves.
void tell(std::string_view text) {
  Faults faults;
  GivenObjects given;
  Story story(faults, given);
  LeafReader leaf;
  LeafIndex index = 0;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!leaf.read(as_bytes(line))) story.append(index++, leaf, [] { return TreeHead{0, empty_root()}; });
  }
  story.finish();
  std::uint64_t told = 0;
  for (const auto& [type, count] : story.types()) told += count;
  if (told > index) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView octets(data, size);
  LeafReader leaf;
  if (!leaf.read(octets) != canonical(as_text(octets))) std::abort();
  tell(as_text(octets));
  return 0;
}
