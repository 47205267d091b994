// One JSON object written straight into its text: for what is written for every certificate, where a tree
// that is built to be walked once costs more than all else about it. All other JSON is nlohmann's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace inkan::policy {

// Borrows the text, and the names, until end().
class JsonObject {
 public:
  // sorted: by their octets, which for ASCII names is the order of RFC 8785 §3.2.3; one out of this order, or
  // that comes twice, throws Error{internal}: no leaf is canonical by luck.
  enum class Names { sorted, as_they_come };

  explicit JsonObject(std::string& out, Names names = Names::sorted) : out_(out), names_(names) {
    out_ += '{';
  }

  // Octets that are not UTF-8 become U+FFFD, as in all JSON of this project.
  void text(std::string_view name, std::string_view value);
  void optional_text(std::string_view name, std::string_view value);  // left out if empty
  void number(std::string_view name, std::int64_t value);
  void number(std::string_view name, std::uint64_t value);
  void number(std::string_view name, int value) { number(name, std::int64_t{value}); }
  void raw(std::string_view name, std::string_view json);  // a value that is JSON already
  JsonObject object(std::string_view name);                // to be ended before the next member
  void end() { out_ += '}'; }

  // The member's name is written, its value is what the caller appends to the text next.
  void begin(std::string_view name);

 private:
  std::string& out_;
  Names names_;
  std::string_view last_;
};

// A JSON string, quotes and all, appended.
void append_json_text(std::string& out, std::string_view value);

}  // namespace inkan::policy
