#include "policy/types/serial_list.h"

#include <algorithm>

namespace inkan::policy {

SerialList::SerialList(std::vector<Serial> serials) : serials_(std::move(serials)) {
  // Hexadecimal digits are in the order of their octets, and a shorter text comes before what it begins.
  std::sort(serials_.begin(), serials_.end());
  serials_.erase(std::unique(serials_.begin(), serials_.end()), serials_.end());
}

std::optional<SerialList> SerialList::parse(std::string_view text) {
  std::vector<Serial> serials;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    const auto serial = end == std::string_view::npos ? std::nullopt : Serial::parse(rest.substr(0, end));
    if (!serial) return std::nullopt;
    serials.push_back(*serial);
    rest.remove_prefix(end + 1);
  }
  SerialList list(std::move(serials));
  return list.text() == text ? std::optional(std::move(list)) : std::nullopt;
}

std::string SerialList::text() const {
  std::string text;
  text.reserve(serials_.size() * 40);
  for (const auto& serial : serials_) text += serial.hex() + '\n';
  return text;
}

}  // namespace inkan::policy
