#include "policy/log/story/faults.h"

#include <algorithm>

namespace inkan::policy {
namespace {

// What a leaf holds was written by the one who is judged: it must not steer the reader's terminal.
std::string printable(std::string text) {
  constexpr std::size_t k_longest = 400;
  if (text.size() > k_longest) text.replace(k_longest, std::string::npos, "...");
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c >= 0x7f; }, '?');
  return text;
}

}  // namespace

void Faults::add(std::string place, std::string what) {
  ++count_;
  if (!full()) kept_.push_back({printable(std::move(place)), printable(std::move(what))});
}

}  // namespace inkan::policy
