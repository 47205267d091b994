#include "api/json/document.h"

namespace inkan::api {
namespace {

Problem not_json(std::string detail) {
  return {ProblemType::malformed_request,
          std::move(detail),
          {},
          "RFC 8259",
          "send one JSON object in UTF-8",
          {},
          {}};
}

// Watches the parser: nlohmann keeps the last of two equal members, and follows any depth.
class Watcher {
 public:
  explicit Watcher(std::size_t more_values) : more_values_(more_values) {}
  bool operator()(nlohmann::json::parse_event_t event, const Json& value) {
    using Event = nlohmann::json::parse_event_t;
    const bool end = event == Event::object_end || event == Event::array_end;
    if (event == Event::value && more_values_ > 0)
      --more_values_;
    else if (!end && ++parts_ > k_json_parts)
      return fault("the body has more than " + std::to_string(k_json_parts) +
                   " members, values, objects and arrays");
    if (event == Event::object_start || event == Event::array_start) {
      names_.emplace_back();
      if (names_.size() > k_json_depth)
        return fault("the body is nested more than " + std::to_string(k_json_depth) + " levels deep");
    } else if (end) {
      names_.pop_back();
    } else if (event == Event::key && !names_.back().insert(value.get_ref<const std::string&>()).second) {
      return fault("the member \"" + value.get<std::string>() + "\" comes twice");
    }
    return true;
  }
  const std::string& found() const { return fault_; }

 private:
  bool fault(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
    throw Stop{};
  }

  struct Stop {};
  friend OrProblem<Json> inkan::api::parse_json_object(std::string_view text, std::size_t more_values);

  std::size_t more_values_;
  std::size_t parts_ = 0;
  std::vector<std::set<std::string>> names_;
  std::string fault_;
};

// nlohmann's message, without its id, quoting no more than a line of the body.
std::string message(const nlohmann::json::exception& error) {
  std::string_view text = error.what();
  if (const auto end = text.find("] "); text.starts_with("[") && end != std::string_view::npos)
    text.remove_prefix(end + 2);
  return "the body is not JSON: " + std::string(text.substr(0, 300));
}

std::string escaped(std::string_view name) {  // RFC 6901 §3
  std::string result;
  for (const char c : name) {
    if (c == '~') {
      result += "~0";
    } else if (c == '/') {
      result += "~1";
    } else {
      result += c;
    }
  }
  return result;
}

}  // namespace

OrProblem<Json> parse_json_object(std::string_view text, std::size_t more_values) {
  Watcher watcher(more_values);
  try {
    auto json = Json::parse(
        text.begin(), text.end(),
        [&](int, nlohmann::json::parse_event_t event, Json& value) { return watcher(event, value); });
    if (!json.is_object()) return not_json("the body is not a JSON object");
    return json;
  } catch (const Watcher::Stop&) {
    return not_json(watcher.found());
  } catch (const nlohmann::json::exception& error) {
    return not_json(message(error));
  }
}

std::string to_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* ObjectReader::member(const char* name) {
  taken_.insert(name);
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

std::string ObjectReader::text(const char* name) {
  if (!object_.contains(name)) {
    taken_.insert(name);
    fail(name, "is required");
    return "";
  }
  return optional_text(name).value_or("");
}

std::optional<std::string> ObjectReader::optional_text(const char* name) {
  const Json* value = member(name);
  if (!value) return std::nullopt;
  if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
    fail(name, "must be a string that is not empty");
    return std::nullopt;
  }
  return value->get<std::string>();
}

void ObjectReader::fail(const char* name, std::string detail) {
  errors_.push_back({"pointer", pointer_ + "/" + escaped(name), std::move(detail)});
}

void ObjectReader::refuse_unknown() {
  for (const auto& [name, value] : object_.items())
    if (!taken_.contains(name))
      errors_.push_back(
          {"pointer", pointer_ + "/" + escaped(name.substr(0, 100)), "is not a member known here"});
}

}  // namespace inkan::api
