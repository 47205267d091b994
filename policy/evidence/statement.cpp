#include "policy/evidence/statement.h"

#include <array>
#include <charconv>

#include "policy/log/verifier.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_form = "inkan-evidence/v1";

std::string key_name(const std::string& origin) {
  return origin + "/evidence";
}

std::string compact(Instant instant) {
  std::string text = to_rfc3339(instant);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

// "20261101T000000Z" with the signs that RFC 3339 has between.
std::string spread(std::string_view text) {
  if (text.size() != 16) return "";
  const auto part = [&](std::size_t at, std::size_t count) { return std::string(text.substr(at, count)); };
  return part(0, 4) + "-" + part(4, 2) + "-" + part(6, 5) + ":" + part(11, 2) + ":" + part(13, 3);
}

std::optional<std::uint64_t> read_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool plain = !text.empty() && (text.size() == 1 || text.front() != '0');
  return plain && error == std::errc() && end == text.data() + text.size() ? std::optional(size)
                                                                           : std::nullopt;
}

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::invalid_input, "the signature of the pack: " + what);
}

// Exactly `N` parts between single separators.
template <std::size_t N>
std::array<std::string_view, N> parts_of(std::string_view text, std::string_view separator,
                                         const char* what) {
  std::array<std::string_view, N> parts;
  for (std::size_t i = 0; i < N; ++i) {
    const auto end = i + 1 < N ? text.find(separator) : text.size();
    if (end == std::string_view::npos) fail(std::string(what) + " has too few parts");
    parts[i] = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + separator.size()));
  }
  return parts;
}

TreeHead read_tree(std::string_view line) {
  const auto [size_text, root_text] = parts_of<2>(line, " ", "its fourth line");
  const auto size = read_size(size_text);
  const auto root = from_base64(root_text);
  const auto hash = root ? Sha256::from(*root) : std::nullopt;
  if (!size || !hash) fail("its fourth line is no tree size and root");
  return {*size, *hash};
}

}  // namespace

std::string EvidenceScope::id() const {
  return std::to_string(tree.size) + "-" + compact(from) + "-" + compact(to);
}

std::optional<EvidenceId> EvidenceId::parse(std::string_view text) {
  const auto first = text.find('-'), second = text.rfind('-');
  if (first == std::string_view::npos || first == second) return std::nullopt;
  const auto size = read_size(text.substr(0, first));
  const auto from = from_rfc3339_seconds(spread(text.substr(first + 1, second - first - 1)));
  const auto to = from_rfc3339_seconds(spread(text.substr(second + 1)));
  if (!size || !from || !to || *from >= *to) return std::nullopt;
  return EvidenceId{*size, *from, *to};
}

EvidenceStatement::EvidenceStatement(const std::string& origin, const EvidenceScope& scope,
                                     const Sha256& pack, const PublicKey& public_key, const KeyId& key,
                                     SignatureAlgorithm algorithm)
    : pack_(pack), key_(key), algorithm_(algorithm) {
  text_ = key_name(origin) + "\n" + std::string(k_form) + "\n" +
          evidence_verifier(origin, public_key).verifier_key() + "\n" + std::to_string(scope.tree.size) +
          " " + to_base64(scope.tree.root.bytes()) + "\n" + to_rfc3339(scope.from) + " " +
          to_rfc3339(scope.to) + "\n" + pack.hex() + "  " + scope.id() + ".tar\n";
}

NoteVerifier evidence_verifier(const std::string& origin, const PublicKey& key) {
  return {key_name(origin), key};
}

SignedStatement open_statement(const std::string& origin, std::string_view note) {
  const auto body = note.substr(0, note.find("\n\n"));
  const auto [name, form, key, tree, period, sum] = parts_of<6>(body, "\n", "its text");
  if (name != key_name(origin))
    fail("its first line is \"" + std::string(name.substr(0, 100)) + "\", not " + key_name(origin));
  if (form != k_form) fail("its second line is not " + std::string(k_form) + ": use the newer program");
  NoteVerifier verifier = parse_verifier_key(key);
  if (verifier.origin() != key_name(origin)) fail("the key on its third line is another's");
  const auto text = verifier.open_text(note);
  if (!text || text->size() != body.size() + 1) fail("the key it names did not sign it");
  const auto [from_text, to_text] = parts_of<2>(period, " ", "its fifth line");
  const auto from = from_rfc3339_seconds(from_text), to = from_rfc3339_seconds(to_text);
  if (!from || !to || *from >= *to) fail("its fifth line is no period");
  const EvidenceScope scope{read_tree(tree), *from, *to};
  const auto [digest, file] = parts_of<2>(sum, "  ", "its last line");
  const auto pack = Sha256::from_hex(digest);
  if (!pack || pack->hex() != digest || file != scope.id() + ".tar")
    fail("its last line is not the SHA-256 of " + scope.id() + ".tar");
  return {std::move(verifier), scope, *pack};
}

}  // namespace inkan::policy
