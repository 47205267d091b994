#include <algorithm>
#include <iterator>

#include "policy/rules/key_rules.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_space = " \t\r";

std::string_view first_word(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::size_t start = line.find_first_not_of(k_space);
  if (start == line.npos) return {};
  line.remove_prefix(start);
  return line.substr(0, line.find_first_of(k_space));
}

}  // namespace

KeyBlocklist KeyBlocklist::parse(std::string_view text, std::string_view file_name) {
  KeyBlocklist list;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view word = first_word(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (word.empty()) continue;
    const auto hash = SpkiHash::from_hex(word);
    if (!hash)
      throw Error(ErrorCode::config,
                  std::string(file_name) + ":" + std::to_string(number) +
                      ": expected the SHA-256 of a SubjectPublicKeyInfo as 64 hex digits, found \"" +
                      std::string(word.substr(0, 80)) + "\"; '#' starts a comment");
    list.hashes_.push_back(*hash);
  }
  return of(std::move(list.hashes_));
}

KeyBlocklist KeyBlocklist::of(std::vector<SpkiHash> hashes) {
  KeyBlocklist list;
  list.hashes_ = std::move(hashes);
  std::sort(list.hashes_.begin(), list.hashes_.end());
  list.hashes_.erase(std::unique(list.hashes_.begin(), list.hashes_.end()), list.hashes_.end());
  return list;
}

bool KeyBlocklist::contains(const SpkiHash& key) const {
  return std::binary_search(hashes_.begin(), hashes_.end(), key);
}

void KeyBlocklist::remove(const KeyBlocklist& other) {
  std::erase_if(hashes_, [&](const SpkiHash& hash) { return other.contains(hash); });
}

Sha256 KeyBlocklist::sha256() const {
  std::string lines;
  lines.reserve(hashes_.size() * 65);
  for (const auto& hash : hashes_) lines += hash.hex() + "\n";
  return inkan::policy::sha256(as_bytes(lines));
}

void KeyBlocklist::merge(const KeyBlocklist& other) {
  std::vector<SpkiHash> merged;
  merged.reserve(hashes_.size() + other.hashes_.size());
  std::set_union(hashes_.begin(), hashes_.end(), other.hashes_.begin(), other.hashes_.end(),
                 std::back_inserter(merged));
  hashes_ = std::move(merged);
}

}  // namespace inkan::policy
