// Enumerations that are spelt somewhere, by one array of names in the order of their values.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace inkan::policy {

// The value with that name; none if no value has it. Names are told apart by case.
template <class Enum, std::size_t N>
std::optional<Enum> value_named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace inkan::policy
