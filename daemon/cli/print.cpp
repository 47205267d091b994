#include "daemon/cli/print.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "daemon/cli/context.h"

namespace inkan::daemon::cli {
namespace {

// Control characters from a certificate's subject must not reach a terminal.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

void print_json(const nlohmann::json& value) {
  std::cout << value.dump(2) << '\n';
}

void print_fields(std::ostream& out, const Fields& fields) {
  std::size_t width = 0;
  for (const auto& [name, value] : fields)
    if (!value.empty()) width = std::max(width, name.size());
  for (const auto& [name, value] : fields)
    if (!value.empty()) out << padded(name, width) << "  " << printable(value) << '\n';
}

void print_table(const std::vector<std::string>& heads, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  widths.reserve(heads.size());
  for (const auto& head : heads) widths.push_back(head.size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  const auto line = [&widths](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i)
      text += i + 1 == cells.size() ? printable(cells[i]) : padded(printable(cells[i]), widths[i]) + "  ";
    std::cout << text << '\n';
  };
  line(heads);
  for (const auto& row : rows) line(row);
}

std::string text_at(const nlohmann::json& value, const std::string& path) {
  const nlohmann::json* at = &value;
  for (std::size_t start = 0; start <= path.size();) {
    const auto end = std::min(path.find('.', start), path.size());
    const auto name = path.substr(start, end - start);
    if (!at->is_object() || !at->contains(name)) return {};
    at = &(*at)[name];
    start = end + 1;
  }
  if (at->is_null()) return {};
  return at->is_string() ? at->get<std::string>() : at->dump();
}

std::string read_file(const std::string& path, std::size_t limit) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.good() && !in.eof())
    throw Failure(Exit::usage, "cannot read " + path, "check the path and who may read it");
  if (text.size() > limit)
    throw Failure(Exit::usage, path + " is longer than " + std::to_string(limit) + " octets",
                  "is it the right file?");
  return text;
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) throw Failure(Exit::usage, "cannot write " + path, "check the folder and the space left on it");
}

}  // namespace inkan::daemon::cli
