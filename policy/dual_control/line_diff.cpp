#include "policy/dual_control/line_diff.h"

#include <algorithm>
#include <vector>

namespace inkan::policy {
namespace {

constexpr std::size_t k_around = 2;
constexpr std::size_t k_most_pairs = 1'000'000;  // of lines that are compared

struct DiffLine {
  char mark;  // '-', '+' or ' '
  std::string_view text;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// All of one for all of the other: true, if not helpful, where comparing would take too much.
std::vector<DiffLine> replaced(const std::vector<std::string_view>& before,
                               const std::vector<std::string_view>& after) {
  std::vector<DiffLine> lines;
  lines.reserve(before.size() + after.size());
  for (const auto line : before) lines.push_back({'-', line});
  for (const auto line : after) lines.push_back({'+', line});
  return lines;
}

// By the longest common subsequence: length[i][j] is that of what follows line i of one and j of the other.
std::vector<DiffLine> aligned(const std::vector<std::string_view>& before,
                              const std::vector<std::string_view>& after) {
  if (before.size() * after.size() > k_most_pairs) return replaced(before, after);
  std::vector<std::vector<std::size_t>> length(before.size() + 1, std::vector<std::size_t>(after.size() + 1));
  for (std::size_t i = before.size(); i-- > 0;)
    for (std::size_t j = after.size(); j-- > 0;)
      length[i][j] =
          before[i] == after[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
  std::vector<DiffLine> lines;
  std::size_t i = 0, j = 0;
  while (i < before.size() || j < after.size()) {
    if (i < before.size() && j < after.size() && before[i] == after[j]) {
      lines.push_back({' ', before[i]});
      ++i, ++j;
    } else if (i < before.size() && (j == after.size() || length[i + 1][j] >= length[i][j + 1])) {
      lines.push_back({'-', before[i++]});
    } else {
      lines.push_back({'+', after[j++]});
    }
  }
  return lines;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
  const auto lines = aligned(lines_of(before), lines_of(after));
  std::vector<bool> shown(lines.size());
  bool differs = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ') continue;
    differs = true;
    for (std::size_t at = i - std::min(i, k_around); at < std::min(i + k_around + 1, lines.size()); ++at)
      shown[at] = true;
  }
  std::string text;
  for (std::size_t i = 0; differs && i < lines.size(); ++i) {
    if (shown[i])
      text += std::string(1, lines[i].mark) + " " + std::string(lines[i].text) + "\n";
    else if (i == 0 || shown[i - 1])
      text += "  \xe2\x8b\xae\n";
  }
  return text;
}

}  // namespace inkan::policy
