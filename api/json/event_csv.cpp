#include "api/json/event_csv.h"

#include <algorithm>
#include <array>

#include "api/json/document.h"

namespace inkan::api {
namespace {

struct Column {
  const char* name;
  const char* pointer;  // RFC 6901, into the leaf
};

constexpr std::array<Column, 15> k_columns = {{{"index", "/index"},
                                               {"time", "/time"},
                                               {"type", "/type"},
                                               {"outcome", "/outcome"},
                                               {"actor", "/actor/id"},
                                               {"role", "/actor/role"},
                                               {"address", "/actor/ip"},
                                               {"target_kind", "/target/kind"},
                                               {"target", "/target/id"},
                                               {"request_id", "/request_id"},
                                               {"profile", "/policy/profile"},
                                               {"profile_version", "/policy/version"},
                                               {"node", "/node"},
                                               {"reason", "/reason"},
                                               {"detail", "/detail"}}};

// What a spreadsheet begins a formula with. Japanese ones read the full-width forms alike.
bool looks_like_formula(std::string_view cell) {
  constexpr std::array<std::string_view, 10> k_starts = {
      "=", "+", "-", "@", "\t", "\r", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
  return std::any_of(k_starts.begin(), k_starts.end(), [&](auto start) { return cell.starts_with(start); });
}

void append_cell(std::string& record, std::string_view cell) {
  const bool formula = looks_like_formula(cell);
  const bool quoted = cell.find_first_of("\",\r\n") != std::string_view::npos;
  if (quoted) record += '"';
  if (formula) record += '\'';
  for (const char c : cell) record.append(c == '"' ? 2 : 1, c);
  if (quoted) record += '"';
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : to_text(value);
}

}  // namespace

std::string csv_record(const std::vector<std::string>& cells) {
  std::string record;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) record += ',';
    append_cell(record, cells[i]);
  }
  return record += "\r\n";
}

std::string event_csv_header() {
  std::vector<std::string> names;
  names.reserve(k_columns.size());
  for (const auto& column : k_columns) names.emplace_back(column.name);
  return csv_record(names);
}

std::string event_csv_record(std::string_view leaf) {
  const auto json = Json::parse(leaf.begin(), leaf.end(), nullptr, false);
  std::vector<std::string> cells;
  for (const auto& column : k_columns) {
    const Json::json_pointer pointer(column.pointer);
    cells.push_back(!json.is_discarded() && json.contains(pointer) ? text_of(json.at(pointer)) : "");
  }
  return csv_record(cells);
}

}  // namespace inkan::api
