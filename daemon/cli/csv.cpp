#include "daemon/cli/csv.h"

#include <algorithm>
#include <utility>

#include "daemon/cli/context.h"

namespace inkan::daemon::cli {
namespace {

class CsvReader {
 public:
  explicit CsvReader(const std::string& text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  std::vector<CsvRow> read() {
    std::vector<CsvRow> rows;
    while (at_ < text_.size()) {
      CsvRow row{line_, {}};
      do row.fields.push_back(field());
      while (take(','));
      end_line();
      if (row.fields.size() > 1 || !row.fields.front().empty()) rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void end_line() {
    take('\r');
    if (at_ < text_.size() && !take('\n')) fail("a quote ends before the field does");
    ++line_;
  }
  std::string field() {
    if (take('"')) return quoted();
    const auto end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
    if (end < text_.size() && text_[end] == '"')
      fail("a quote stands within a field that has none around it");
    const auto begin = std::exchange(at_, end);
    return text_.substr(begin, end - begin);
  }
  std::string quoted() {
    std::string value;
    for (;;) {
      if (at_ >= text_.size()) fail("a quote is not closed");
      const char c = text_[at_++];
      if (c == '"' && !take('"')) return value;
      if (c == '\n') ++line_;
      value += c;
    }
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Failure(
        Exit::usage, "line " + std::to_string(line_) + ": " + what,
        "write it as RFC 4180 has it: fields with commas or quotes in quotes, quotes in them doubled");
  }

  const std::string& text_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace

std::vector<CsvRow> parse_csv(const std::string& text) {
  return CsvReader(text).read();
}

}  // namespace inkan::daemon::cli
