// The ledger's leaves as rows for a spreadsheet (RFC 4180): the same facts as the JSON, in columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inkan::api {

// One record with its CR LF. A cell that a spreadsheet would take for a formula begins with an apostrophe, so
// that text which an outsider chose does nothing in the auditor's machine.
std::string csv_record(const std::vector<std::string>& cells);

std::string event_csv_header();
std::string event_csv_record(std::string_view leaf);

}  // namespace inkan::api
