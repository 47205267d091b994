#include "policy/evidence/summary.h"

#include <nlohmann/json.hpp>

#include "policy/log/story/catalogue.h"
#include "policy/types/revocation_reason.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_style =
    "body{font:11pt/1.45 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}"
    "h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #999}"
    "table{border-collapse:collapse;width:100%;font-size:.9em}"
    "th,td{text-align:left;vertical-align:top;padding:.2em .6em .2em 0;border-bottom:1px solid #ddd}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td{overflow-wrap:anywhere}"
    "@page{size:A4;margin:18mm}@media print{body{margin:0;max-width:none}thead{display:table-header-group}"
    "tr,h2{break-inside:avoid}h2{break-after:avoid}}";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // A control character has no place on a page, and XML allows none.
        out += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
    }
  }
  return out;
}

std::string cell(std::string_view text) {
  return "<td>" + escaped(text) + "</td>";
}
std::string cell(std::uint64_t number) {
  return "<td class=\"n\">" + std::to_string(number) + "</td>";
}

std::string text_in(const nlohmann::json& leaf, const char* object, const char* name) {
  const auto at = leaf.find(object);
  if (at == leaf.end() || !at->is_object()) return "";
  const auto value = at->find(name);
  return value != at->end() && value->is_string() ? value->get<std::string>() : "";
}

// A leaf may say much; the whole of it is in leaves.jsonl.
std::string shortened(std::string text) {
  constexpr std::size_t k_most = 1000;
  if (text.size() <= k_most) return text;
  std::size_t end = k_most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole characters
  return text.substr(0, end) + " \xe2\x80\xa6";
}

// "name value, name value": whatever a leaf tells beside who and when.
std::string about(const nlohmann::json& leaf) {
  std::string text = text_in(leaf, "target", "id");
  if (!text.empty()) text = text_in(leaf, "target", "kind") + " " + text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : "; ") + part; };
  if (const auto reason = leaf.find("reason"); reason != leaf.end() && reason->is_string())
    add(reason->get<std::string>());
  if (const auto detail = leaf.find("detail"); detail != leaf.end() && detail->is_object())
    for (const auto& [name, value] : detail->items())
      add(name + " " + (value.is_string() ? value.get<std::string>() : value.dump()));
  return shortened(std::move(text));
}

std::string counts(const char* title, const char* head, const std::map<std::string, std::uint64_t>& all) {
  if (all.empty()) return "";
  std::string text = "<h2>" + std::string(title) + "</h2>\n<table><thead><tr><th>" + head +
                     "</th><th class=\"n\">leaves</th></tr></thead><tbody>\n";
  for (const auto& [name, count] : all) text += "<tr>" + cell(name) + cell(count) + "</tr>\n";
  return text + "</tbody></table>\n";
}

std::string signatures(const PeriodBooks& books) {
  std::string text =
      "<h2>Signatures by key</h2>\n<p>For each key: carried in + intents = certificates + CRLs + OCSP "
      "responses + "
      "canaries + requests + evidence + failed + possibly signed + carried out. Nothing is signed before its "
      "intent is "
      "on disk. "
      "Checkpoints of the log are counted apart, by <code>inkan reconcile</code>.</p>\n<table><thead><tr>"
      "<th>key</th><th>purpose</th>";
  for (const char* head : {"carried in", "intents", "certificates", "CRLs", "OCSP", "canaries", "requests",
                           "evidence", "failed", "possibly signed", "carried out", "late"})
    text += "<th class=\"n\">" + std::string(head) + "</th>";
  text += "</tr></thead><tbody>\n";
  for (const auto& [key, a] : books.accounts()) {
    text += "<tr>" + cell(key.hex().substr(0, 8)) + cell(a.purpose.empty() ? "?" : a.purpose);
    for (const auto number : {a.carried_in, a.intents, a.certificates, a.crls, a.ocsp, a.canaries, a.requests,
                              a.evidence, a.failed, a.possible, a.carried_out, a.late})
      text += cell(number);
    text += "</tr>\n";
  }
  return text + "</tbody></table>\n";
}

std::string row(const char* name, const std::string& value) {
  return "<tr><th>" + std::string(name) + "</th>" + cell(value) + "</tr>\n";
}

}  // namespace

// Of what was before, only what the period rests on: not the leaves at its edges.
void Summary::add_before(LeafIndex index, const LeafReader& leaf, BytesView octets) {
  const auto which = list_of(leaf);
  if (which == List::keys || which == List::versions) note(*which, index, leaf, octets);
}

void Summary::add(LeafIndex index, const LeafReader& leaf, BytesView octets) {
  const std::string type(leaf.text("type").value_or("?"));
  ++types_[type];
  const auto* known = find_known_type(type);
  if (known && known->type == EventType::cert_issue)
    ++profiles_[std::string(leaf.text("policy", "profile").value_or("?"))];
  if (known && known->type == EventType::cert_revoke)
    ++reasons_[std::string(leaf.text("detail", "reason").value_or("?"))];
  if (known && known->type == EventType::cert_hold)
    ++reasons_[std::string(name(RevocationReason::certificate_hold))];
  if (known && known->type == EventType::request_denied)
    ++rules_[std::string(leaf.text("detail", "rule").value_or("?"))];
  if (const auto which = list_of(leaf)) note(*which, index, leaf, octets);
}

std::optional<Summary::List> Summary::list_of(const LeafReader& leaf) {
  const auto* known = find_known_type(leaf.text("type").value_or(""));
  if (!known) return std::nullopt;
  switch (known->type) {
    case EventType::key_generate:
    case EventType::key_state:
    case EventType::key_destroy:
    case EventType::key_backup:
    case EventType::key_use_denied:
    case EventType::ca_issue:
    case EventType::ca_request:
    case EventType::ca_import:
    case EventType::ca_activate:
    case EventType::ca_retire:
    case EventType::role_grant:
    case EventType::role_revoke:
    case EventType::ceremony_step:
    case EventType::approval_request:
    case EventType::approval_vote:
    case EventType::approval_result:
    case EventType::issuing_stop:
    case EventType::issuing_start:
      return List::keys;
    case EventType::config_change:
    case EventType::profile_change:
    case EventType::blocklist_change:
    case EventType::software_update:
    case EventType::daemon_start:
      return List::versions;
    case EventType::request_denied:
    case EventType::operator_auth:
    case EventType::operator_authz_denied:
      return List::refused;
    case EventType::sign_failed:
    case EventType::sign_possible:
    case EventType::sign_late:
    case EventType::daemon_crash:
    case EventType::store_restore:
    case EventType::token_event:
    case EventType::clock_change:
      return List::troubles;
    case EventType::log_export:
      return List::exports;
    default:
      return std::nullopt;
  }
}

void Summary::note(List which, LeafIndex index, const LeafReader& leaf, BytesView octets) {
  auto& lines = lists_[static_cast<std::size_t>(which)];
  if (++lines.count > k_most_lines) return;
  const auto whole = nlohmann::json::parse(octets.begin(), octets.end(), nullptr, false);
  if (!whole.is_object()) return;
  lines.kept.push_back({index, std::string(leaf.text("time").value_or("")), text_in(whole, "actor", "id"),
                        std::string(leaf.text("type").value_or("")), about(whole)});
}

std::string Summary::list(List which, const char* title) const {
  const auto& lines = lists_[static_cast<std::size_t>(which)];
  std::string text = "<h2>" + std::string(title) + "</h2>\n";
  if (lines.count == 0) return text + "<p>None.</p>\n";
  text +=
      "<table><thead><tr><th class=\"n\">leaf</th><th>time</th><th>who</th><th>what</th><th>about</th></tr>"
      "</thead><tbody>\n";
  for (const auto& line : lines.kept)
    text += "<tr>" + cell(line.index) + cell(line.time) + cell(line.actor) + cell(line.type) +
            cell(line.about) + "</tr>\n";
  text += "</tbody></table>\n";
  if (lines.count > lines.kept.size())
    text += "<p>And " + std::to_string(lines.count - lines.kept.size()) +
            " more: <code>leaves.jsonl</code> has them all.</p>\n";
  return text;
}

std::string Summary::page(const std::string& origin, const EvidenceScope& scope, LeafIndex first,
                          LeafIndex end, const PeriodBooks& books) const {
  const std::string title =
      "Evidence of " + origin + ", " + to_rfc3339(scope.from) + " to " + to_rfc3339(scope.to);
  const std::string leaves = first == end ? "none"
                                          : std::to_string(first) + " to " + std::to_string(end - 1) + " (" +
                                                std::to_string(end - first) + ")";
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>" + escaped(title) +
         "</title><style>" + std::string(k_style) + "</style></head><body>\n<h1>" + escaped(title) +
         "</h1>\n<table><tbody>\n" + row("log", origin) + row("from", to_rfc3339(scope.from)) +
         row("to, not included", to_rfc3339(scope.to)) + row("leaves of the period", leaves) +
         row("under the tree of",
             std::to_string(scope.tree.size) + " leaves, root " + to_base64(scope.tree.root.bytes())) +
         "</tbody></table>\n"
         "<p>This page says nothing of its own: <code>inkan-verify pack</code> proves the leaves in "
         "<code>leaves.jsonl</code> to be those of the signed log, all of them, and writes this page anew "
         "from them. Rows of leaves before the period are what it rests on: the births of its keys, and what "
         "it began with.</p>\n" +
         signatures(books) + counts("Certificates issued", "profile", profiles_) +
         counts("Certificates revoked", "reason", reasons_) + counts("Requests refused", "rule", rules_) +
         list(List::refused, "Refused requests") +
         list(List::keys, "Keys, authorities, roles, ceremonies and approvals") +
         list(List::versions, "Configuration, profiles and software") +
         list(List::troubles, "What went wrong") + list(List::exports, "Evidence given out") +
         counts("Leaves by type", "type", types_) + "</body></html>\n";
}

}  // namespace inkan::policy
