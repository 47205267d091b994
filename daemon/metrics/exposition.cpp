#include "daemon/metrics/exposition.h"

#include <charconv>

namespace inkan::daemon {
namespace {

// The shortest plain decimal that reads back as the same number, whatever the locale. What is measured here
// are seconds, so it is never long.
std::string text_of(double value) {
  char text[64];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  return error == std::errc() ? std::string(text, end) : "NaN";
}

// A token's or a profile's name is the operator's text: it must not end its line or its quotes.
void append_label(std::string& text, std::pair<std::string_view, std::string_view> label) {
  text.append(text.back() == '{' ? "" : ",").append(label.first).append("=\"");
  for (const char c : label.second) {
    if (c == '\n')
      text += "\\n";
    else if (c == '"' || c == '\\')
      text.append(1, '\\').append(1, c);
    else
      text += c;
  }
  text += '"';
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
  text_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::sample(Labels labels, double value) {
  line("", labels, {}, text_of(value));
}

void Exposition::sample(Labels labels, const Histogram& histogram) {
  const auto counted = histogram.counted();
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < counted.buckets.size(); ++i) {
    sum += counted.buckets[i];
    const bool last = i == Histogram::k_bounds.size();
    line("_bucket", labels, {"le", last ? "+Inf" : text_of(Histogram::k_bounds[i])}, std::to_string(sum));
  }
  line("_sum", labels, {}, text_of(counted.seconds));
  line("_count", labels, {}, std::to_string(sum));
}

void Exposition::line(std::string_view suffix, Labels labels, Label last, std::string_view value) {
  text_.append(name_).append(suffix);
  if (labels.size() > 0 || !last.first.empty()) {
    text_ += '{';
    for (const auto& label : labels) append_label(text_, label);
    if (!last.first.empty()) append_label(text_, last);
    text_ += '}';
  }
  text_.append(" ").append(value).append("\n");
}

}  // namespace inkan::daemon
