// The types of leaves and what each must hold. What is not named here is a later version's: kept, counted and
// not judged.
#pragma once

#include <span>
#include <string_view>

#include "policy/log/event_type.h"
#include "policy/log/leaf_reader.h"

namespace inkan::policy {

struct KnownField {
  std::string_view name;
  bool required = false;
};

struct KnownType {
  EventType type;
  std::span<const KnownField> detail;  // by name
};

const KnownType& known_type(EventType type);
const KnownType* find_known_type(std::string_view name);  // nullptr: unknown
std::span<const KnownField> envelope_fields();

}  // namespace inkan::policy
