#include "policy/log/event_filter.h"

#include <nlohmann/json.hpp>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

json parse(std::string_view leaf) {
  auto parsed = json::parse(leaf.begin(), leaf.end(), nullptr, false);
  if (!parsed.is_object()) throw Error(ErrorCode::ledger, "a leaf is not a JSON object");
  return parsed;
}

// A member's text, or nothing; `inside` may be absent too.
std::string text_of(const json& leaf, const char* inside, const char* member) {
  const auto object = leaf.find(inside);
  if (object == leaf.end() || !object->is_object()) return "";
  const auto found = object->find(member);
  return found != object->end() && found->is_string() ? found->get<std::string>() : "";
}

std::string text_of(const json& leaf, const char* member) {
  const auto found = leaf.find(member);
  return found != leaf.end() && found->is_string() ? found->get<std::string>() : "";
}

// Whether the octets hold this text at all. A leaf is canonical JSON, so a member is written in one way only:
// what does not hold it cannot match, and most leaves need not be parsed.
bool holds(std::string_view leaf, const std::string& text) {
  return leaf.find(text) != std::string_view::npos;
}

std::string quoted(const std::string& text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

bool is_type(const std::string& type, const std::string& wanted) {
  return wanted.ends_with('.') ? type.starts_with(wanted) : type == wanted;
}

}  // namespace

bool EventFilter::matches(std::string_view leaf) const {
  if (actor && !holds(leaf, "\"id\":" + quoted(*actor))) return false;
  if (type && !holds(leaf, "\"type\":\"" + *type)) return false;
  if (outcome && !holds(leaf, "\"outcome\":\"" + *outcome)) return false;
  if (serial && !holds(leaf, serial->hex())) return false;
  if (key && !holds(leaf, key->hex())) return false;
  if (!actor && !type && !outcome && !serial && !key) return true;
  const json parsed = parse(leaf);
  if (actor && text_of(parsed, "actor", "id") != *actor) return false;
  if (type && !is_type(text_of(parsed, "type"), *type)) return false;
  if (outcome && text_of(parsed, "outcome") != *outcome) return false;
  const auto is_target = [&](const char* kind, const std::string& id) {
    return text_of(parsed, "target", "kind") == kind && text_of(parsed, "target", "id") == id;
  };
  if (serial && !is_target("certificate", serial->hex())) return false;
  return !key || is_target("key", key->hex()) || text_of(parsed, "detail", "key_id") == key->hex();
}

std::optional<Serial> certificate_in(std::string_view leaf) {
  if (!holds(leaf, "\"kind\":\"certificate\"")) return std::nullopt;
  const json parsed = parse(leaf);
  if (text_of(parsed, "target", "kind") != "certificate") return std::nullopt;
  return Serial::parse(text_of(parsed, "target", "id"));
}

InstantMicros time_in(std::string_view leaf) {
  return from_rfc3339(text_of(parse(leaf), "time"));
}

}  // namespace inkan::policy
