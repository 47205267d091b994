// JSON bodies, read strictly: one object, no duplicate or unknown member, at most 16 levels deep, at most
// 1 000 parts, valid UTF-8 (RFC 8259, I-JSON RFC 7493 §2.3). Every fault names the member it lies in.
#pragma once

#include <nlohmann/json.hpp>
#include <set>

#include "api/problem.h"

namespace inkan::api {

// Members keep their order: in a subject it is the order of the name.
using Json = nlohmann::ordered_json;

constexpr std::size_t k_json_depth = 16;
// Members, values, objects and arrays together. The parser searches a parent at each of its children: without
// a bound, a body within the size limit costs the square of its size.
constexpr std::size_t k_json_parts = 1000;

// `more_values`: so many strings, numbers and the like beside those, in a body that is a long list of them.
OrProblem<Json> parse_json_object(std::string_view text, std::size_t more_values = 0);

// Text for a response: what is not UTF-8 is replaced, never thrown over.
std::string to_text(const Json& json);

// Takes the members of one object and collects what is wrong with them, to be told all at once.
class ObjectReader {
 public:
  ObjectReader(const Json& object, std::string pointer, std::vector<FieldError>& errors)
      : object_(object), pointer_(std::move(pointer)), errors_(errors) {}

  // Null if the member is absent.
  const Json* member(const char* name);
  // Present, a string, not empty. An empty result was reported.
  std::string text(const char* name);
  std::optional<std::string> optional_text(const char* name);
  void fail(const char* name, std::string detail);
  void refuse_unknown();  // what nobody took

 private:
  const Json& object_;
  std::string pointer_;
  std::vector<FieldError>& errors_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace inkan::api
