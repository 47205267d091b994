#include "policy/log/receipt.h"

#include <charconv>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_first_line = "c2sp.org/tlog-proof@v1", k_extra = "extra ", k_index = "index ";
constexpr std::size_t k_longest_proof = 64;  // a tree's height: indices have 64 bits

[[noreturn]] void refuse(int line, const std::string& what) {
  throw Error(ErrorCode::invalid_input, "receipt: line " + std::to_string(line) + ": " + what +
                                            " (the form is C2SP tlog-proof's, with the leaf in `extra`)");
}

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::string_view next(const char* wanted) {
    ++number_;
    const auto end = rest_.find('\n');
    if (end == std::string_view::npos)
      refuse(number_, std::string("ends too early, ") + wanted + " is missing");
    const auto line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  std::string_view next(std::string_view start, const char* wanted) {
    const auto line = next(wanted);
    if (!line.starts_with(start)) refuse(number_, std::string("is not ") + wanted);
    return line.substr(start.size());
  }
  int number() const { return number_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  int number_ = 0;
};

LeafIndex parse_index(std::string_view text, int line) {
  LeafIndex index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || std::to_string(index) != text)
    refuse(line, "the index is not a plain decimal number");
  return index;
}

Sha256 parse_hash(std::string_view text, int line) {
  const auto octets = from_base64(text);
  const auto hash = octets ? Sha256::from(*octets) : std::nullopt;
  if (!hash) refuse(line, "is not the base64 of a SHA-256 hash");
  return *hash;
}

}  // namespace

std::string Receipt::text() const {
  std::string text(k_first_line);
  text += "\n" + std::string(k_extra) + to_base64(leaf);
  text += "\n" + std::string(k_index) + std::to_string(index) + "\n";
  for (const auto& hash : proof) text += to_base64(hash.bytes()) + "\n";
  return text + "\n" + checkpoint;
}

Receipt Receipt::parse(std::string_view text) {
  Lines lines(text);
  if (lines.next("the first line") != k_first_line) refuse(1, "is not " + std::string(k_first_line));
  Receipt receipt;
  const auto leaf = from_base64(lines.next(k_extra, "`extra` with the leaf"));
  if (!leaf || leaf->size() > k_max_leaf)
    refuse(lines.number(), "the leaf is not base64 of at most 65535 octets");
  receipt.leaf = *leaf;
  const auto index = lines.next(k_index, "`index` of the leaf");
  receipt.index = parse_index(index, lines.number());
  for (auto line = lines.next("the proof"); !line.empty();
       line = lines.next("the blank line after the proof")) {
    if (receipt.proof.size() == k_longest_proof) refuse(lines.number(), "the proof has more than 64 hashes");
    receipt.proof.push_back(parse_hash(line, lines.number()));
  }
  receipt.checkpoint = lines.rest();
  return receipt;
}

std::optional<std::string> fault_in(const Receipt& receipt, const NoteVerifier& verifier) {
  const auto head = verifier.open(receipt.checkpoint);
  if (!head) return "its checkpoint is not signed by " + verifier.verifier_key();
  if (receipt.index >= head->size)
    return "its leaf " + std::to_string(receipt.index) + " is beyond the " + std::to_string(head->size) +
           " leaves of its checkpoint";
  if (!verify_inclusion(*head, receipt.index, hash_leaf(receipt.leaf), receipt.proof))
    return "its proof does not lead from the leaf to the checkpoint's root: leaf, index, proof or checkpoint "
           "was "
           "changed";
  return std::nullopt;
}

}  // namespace inkan::policy
