#include "policy/x509/pem.h"

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_begin = "-----BEGIN ";
constexpr std::string_view k_end = "-----END ";
constexpr std::string_view k_dashes = "-----";

[[noreturn]] void refuse_pem(const std::string& why) {
  throw Error(ErrorCode::invalid_input, "PEM: " + why);
}

// A boundary stands at the start of a line; dashes elsewhere are explanatory text.
std::size_t find_boundary(std::string_view text, std::string_view boundary, std::size_t from) {
  for (std::size_t at = text.find(boundary, from); at != text.npos; at = text.find(boundary, at + 1))
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return at;
  return text.npos;
}

// The label of the boundary at `at`, and where its line ends.
std::string_view label_at(std::string_view text, std::size_t at, std::string_view boundary,
                          std::size_t& end) {
  const std::size_t start = at + boundary.size();
  const std::size_t dashes = text.find(k_dashes, start);
  const std::string_view label = text.substr(start, dashes == text.npos ? 0 : dashes - start);
  // RFC 7468 §3: printable characters; a long one is not a label but a boundary that was never closed.
  if (dashes == text.npos || label.size() > 64 || label.find_first_of("\r\n") != label.npos)
    refuse_pem("a boundary line that does not end in \"-----\"");
  end = dashes + k_dashes.size();
  return label;
}

Bytes decode_body(std::string_view body, std::string_view label) {
  std::string base64;
  for (const char c : body) {
    if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
    // RFC 7468 §2: no headers, unlike RFC 1421.
    if (c == ':')
      refuse_pem("headers inside \"" + std::string(label) + "\"; encrypted or old-style PEM is not taken");
    base64 += c;
  }
  const auto der = from_base64(base64);
  if (!der || der->empty())
    refuse_pem("the content of \"" + std::string(label) + "\" is not base64, or is cut short");
  return *der;
}

}  // namespace

bool is_pem(std::string_view text) {
  return find_boundary(text, k_begin, 0) != text.npos;
}

std::vector<PemBlock> pem_decode_all(std::string_view text) {
  std::vector<PemBlock> blocks;
  std::size_t at = 0;
  while ((at = find_boundary(text, k_begin, at)) != text.npos) {
    std::size_t body = 0, after = 0;
    const std::string label(label_at(text, at, k_begin, body));
    if (label.ends_with("PRIVATE KEY"))
      refuse_pem(
          "there is a private key in this text; it belongs to nobody but its owner: replace it and send the "
          "rest alone");
    const std::size_t end = find_boundary(text, k_end, body);
    if (end == text.npos) refuse_pem("\"-----END " + label + "-----\" is missing");
    if (label_at(text, end, k_end, after) != label)
      refuse_pem("\"" + label + "\" begins, but another label ends it");
    blocks.push_back({label, decode_body(text.substr(body, end - body), label)});
    at = after;
  }
  if (blocks.empty()) refuse_pem("no \"-----BEGIN ...-----\" line");
  return blocks;
}

PemBlock pem_decode(std::string_view text) {
  auto blocks = pem_decode_all(text);
  if (blocks.size() != 1) refuse_pem(std::to_string(blocks.size()) + " blocks where one is expected");
  return std::move(blocks.front());
}

Bytes pem_decode_certificate(std::string_view text) {
  auto block = pem_decode(text);
  if (block.label != "CERTIFICATE") refuse_pem("\"" + block.label + "\" found, \"CERTIFICATE\" expected");
  return std::move(block.der);
}

std::string pem_encode(std::string_view label, BytesView der) {
  const std::string base64 = to_base64(der);
  std::string text = std::string(k_begin) + std::string(label) + "-----\n";
  // RFC 7468 §2: 64 characters a line.
  for (std::size_t i = 0; i < base64.size(); i += 64) text += base64.substr(i, 64) + "\n";
  return text + std::string(k_end) + std::string(label) + "-----\n";
}

}  // namespace inkan::policy
