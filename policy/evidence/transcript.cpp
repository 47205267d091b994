#include "policy/evidence/transcript.h"

#include <algorithm>

namespace inkan::policy {
namespace {

constexpr std::string_view k_first_line = "INKAN KEY CEREMONY TRANSCRIPT v1";
constexpr std::size_t k_width = 14;  // of what stands before a value

class Lines {
 public:
  void line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    text_ += text + "\n";
  }
  void field(std::string name, const std::string& value) {
    name.resize(std::max(name.size() + 1, k_width), ' ');
    line("  " + name + value);
  }
  void head(const std::string& title) { text_ += "\n" + title + "\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_opening(Lines& lines, const TranscriptContent& content) {
  lines.line(std::string(k_first_line));
  if (content.rehearsal)
    lines.line(
        "REHEARSAL: tokens and officers' keys were thrown away after it; nothing that follows is in use");
  lines.head("CEREMONY");
  lines.field("name", content.name);
  lines.field("id", content.ceremony);
  lines.field("log's key", content.verifier_key);
  lines.field("node", content.node);
  lines.field("program", "inkan " + content.build);
}

void write_approval(Lines& lines, const TranscriptContent& content) {
  lines.head("WHAT WAS PLANNED (SHA-256 of each file; the officers signed for this list, files.sha256)");
  for (std::size_t at = 0; at < content.files.size();) {
    const auto end = std::min(content.files.find('\n', at), content.files.size());
    lines.line("  " + content.files.substr(at, end - at));
    at = end + 1;
  }
  lines.field("list", sha256(as_bytes(content.files)).hex());
  lines.head("WHO APPROVED IT (" + std::to_string(content.votes.size()) + " votes; " +
             std::to_string(content.votes_needed) + " of " + std::to_string(content.officers) +
             " officers were needed, until " + to_rfc3339(content.expires) + ")");
  for (const auto& vote : content.votes) {
    lines.line("  " + vote.officer + ": approve, leaf " + std::to_string(vote.leaf) + ", " + vote.time);
    lines.field("  key", vote.key.hex() + " (SHA-256 of SubjectPublicKeyInfo)");
    lines.field("  document", vote.document.hex());
    lines.field("  signature", vote.cms.hex());
  }
}

void write_results(Lines& lines, const TranscriptContent& content) {
  lines.head("STEPS, AS THE LOG HAS THEM");
  for (const auto& step : content.steps)
    lines.line("  " + step.time + "  " + std::to_string(step.leaf) + "  " + step.type + "  " + step.about +
               "  by " + step.actor);
  lines.head("KEYS, EACH MADE IN ITS TOKEN");
  for (const auto& key : content.keys) {
    lines.line("  " + key.label);
    lines.field("  purpose", key.purpose + ", for no other, for ever");
    lines.field("  algorithm", key.algorithm);
    lines.field("  token", key.token);
    lines.field("  CKA_ID", key.id.hex());
    lines.field("  SPKI SHA-256", key.spki.hex());
    std::string attributes;
    for (const auto& [name, value] : key.attributes)
      attributes.append(attributes.empty() ? "" : ", ").append(name).append(" ").append(value);
    lines.field("  attributes", attributes);
  }
  lines.head("CERTIFICATES");
  for (const auto& certificate : content.certificates) {
    lines.line("  " + certificate.of);
    lines.field("  subject", certificate.subject);
    lines.field("  serial", certificate.serial);
    lines.field("  valid", to_rfc3339(certificate.validity.not_before()) + " to " +
                               to_rfc3339(certificate.validity.not_after()));
    lines.field("  SHA-256", certificate.sha256.hex());
  }
  lines.head("THE LOG AT THE END OF ALL THIS");
  lines.field("size", std::to_string(content.tree.size));
  lines.field("root", to_base64(content.tree.root.bytes()));
}

}  // namespace

Transcript::Transcript(const TranscriptContent& content, const KeyId& key, SignatureAlgorithm algorithm)
    : key_(key), algorithm_(algorithm) {
  Lines lines;
  write_opening(lines, content);
  write_approval(lines, content);
  write_results(lines, content);
  text_ = lines.take();
}

}  // namespace inkan::policy
