// A refusal, as a value: which rule, where it is written, what was wrong and how to mend it.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace inkan::policy {

struct Denial {
  std::string rule;    // stable id, e.g. "key.rsa.size"; shown to callers, logged, documented
  std::string clause;  // source of the rule, e.g. "RFC 8017 §3.1" or "profile client-auth v1"
  std::string detail;  // what was wrong, with the value where it is not secret
  std::string mend;    // what the caller can do about it
  bool operator==(const Denial&) const = default;
};

// A value or the reason why not. Ask with `denied(x)`; take with `std::get<T>`.
template <class T>
using OrDenial = std::variant<T, Denial>;

template <class... Ts>
const Denial* denied(const std::variant<Ts...>& outcome) {
  return std::get_if<Denial>(&outcome);
}

}  // namespace inkan::policy
