// Writes the Prometheus text exposition format, version 0.0.4. It knows no metric.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/metrics/histogram.h"

namespace inkan::daemon {

class Exposition {
 public:
  using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Begins a family; its samples follow, each with other labels.
  void gauge(std::string_view name, std::string_view help) { family(name, "gauge", help); }
  void counter(std::string_view name, std::string_view help) { family(name, "counter", help); }
  void histogram(std::string_view name, std::string_view help) { family(name, "histogram", help); }

  template <std::integral Number>
  void sample(Labels labels, Number value) {
    line("", labels, {}, std::to_string(value));
  }
  void sample(Labels labels, double value);
  void sample(Labels labels, const Histogram& histogram);

  std::string take() { return std::move(text_); }

 private:
  using Label = std::pair<std::string_view, std::string_view>;

  void family(std::string_view name, std::string_view type, std::string_view help);
  void line(std::string_view suffix, Labels labels, Label last, std::string_view value);

  std::string text_;
  std::string name_;  // of the family at hand
};

}  // namespace inkan::daemon
