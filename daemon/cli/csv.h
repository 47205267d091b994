// Comma-separated values (RFC 4180), read strictly.
#pragma once

#include <string>
#include <vector>

namespace inkan::daemon::cli {

struct CsvRow {
  std::size_t line = 0;  // of the file, from 1: where the row begins
  std::vector<std::string> fields;
};

// Fields may stand in quotes, with quotes in them doubled and lines broken; a byte order mark before the
// first, as spreadsheets write it, is left out, and so are empty lines. Throws Failure{usage} naming the
// line.
std::vector<CsvRow> parse_csv(const std::string& text);

}  // namespace inkan::daemon::cli
