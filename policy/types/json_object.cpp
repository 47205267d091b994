#include "policy/types/json_object.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policy/types/error.h"

namespace inkan::policy {

namespace {

// RFC 8259 §7's short escapes; 0: the character stands for itself, or has none.
constexpr char escape(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\t':
      return 't';
    case '\n':
      return 'n';
    case '\f':
      return 'f';
    case '\r':
      return 'r';
    case '"':
    case '\\':
      return c;
    default:
      return 0;
  }
}

}  // namespace

void append_json_text(std::string& out, std::string_view value) {
  const bool ascii = std::all_of(value.begin(), value.end(),
                                 [](char c) { return (c >= ' ' && c < 0x7f) || escape(c) != 0; });
  if (!ascii) {
    out += nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return;
  }
  out += '"';
  for (std::size_t begin = 0; begin < value.size();) {
    std::size_t end = begin;
    while (end < value.size() && escape(value[end]) == 0) ++end;
    out.append(value, begin, end - begin);
    if (end < value.size()) {
      out += '\\';
      out += escape(value[end]);
    }
    begin = end + 1;
  }
  out += '"';
}

void JsonObject::begin(std::string_view name) {
  const bool first = last_.data() == nullptr;
  if (!first && names_ == Names::sorted && name <= last_)
    throw Error(ErrorCode::internal, "the JSON member \"" + std::string(name) + "\" comes after \"" +
                                         std::string(last_) +
                                         "\"; they are written in the order of their names");
  last_ = name;
  out_.append(first ? "\"" : ",\"").append(name).append("\":");
}

void JsonObject::text(std::string_view name, std::string_view value) {
  begin(name);
  append_json_text(out_, value);
}

void JsonObject::optional_text(std::string_view name, std::string_view value) {
  if (!value.empty()) text(name, value);
}

void JsonObject::number(std::string_view name, std::int64_t value) {
  raw(name, std::to_string(value));
}

void JsonObject::number(std::string_view name, std::uint64_t value) {
  raw(name, std::to_string(value));
}

void JsonObject::raw(std::string_view name, std::string_view json) {
  begin(name);
  out_ += json;
}

JsonObject JsonObject::object(std::string_view name) {
  begin(name);
  return JsonObject(out_, names_);
}

}  // namespace inkan::policy
