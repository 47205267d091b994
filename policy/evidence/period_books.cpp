#include "policy/evidence/period_books.h"

#include <nlohmann/json.hpp>

#include "policy/log/story/catalogue.h"
#include "policy/log/story/leaf_values.h"
#include "policy/ocsp/ocsp_response.h"
#include "policy/types/identity.h"

namespace inkan::policy {
namespace {

std::string text_of(const std::optional<std::string_view>& text) {
  return std::string(text.value_or(""));
}

std::optional<EventType> type_of(const LeafReader& leaf) {
  const auto* known = find_known_type(leaf.text("type").value_or(""));
  return known ? std::optional(known->type) : std::nullopt;
}

}  // namespace

void PeriodBooks::add_before(LeafIndex index, const LeafReader& leaf) {
  const auto type = type_of(leaf);
  if (type == EventType::key_generate) birth(leaf);
  if (type == EventType::role_grant) grant(leaf);
  if (type == EventType::role_revoke) revoke(leaf);
  if (type == EventType::sign_intent) intent(index, leaf, true);
  if (type == EventType::daemon_start || type == EventType::config_change) configuration(leaf, true);
}

std::optional<PeriodObject> PeriodBooks::add(LeafIndex index, const LeafReader& leaf) {
  for (const auto& [what, sha256] : std::exchange(configs_before_, {})) configs_.insert(sha256);
  const auto type = type_of(leaf);
  if (!type) return std::nullopt;
  switch (*type) {
    case EventType::key_generate:
      birth(leaf);
      return std::nullopt;
    case EventType::role_grant:
      grant(leaf);
      return std::nullopt;
    case EventType::role_revoke:
      revoke(leaf);
      return std::nullopt;
    case EventType::daemon_start:
    case EventType::config_change:
      configuration(leaf, false);
      return std::nullopt;
    case EventType::sign_intent:
      intent(index, leaf, false);
      return std::nullopt;
    case EventType::cert_issue:
      if (const auto profile = read_octets<Sha256>(leaf.text("policy", "sha256"))) profiles_.insert(*profile);
      return end(index, leaf, "certificate", &PeriodAccount::certificates);
    case EventType::crl_issue:
      return end(index, leaf, "crl", &PeriodAccount::crls);
    case EventType::ocsp_sign:
      return end(index, leaf, "ocsp", &PeriodAccount::ocsp);
    case EventType::key_backup:
      return told_of(leaf) ? end(index, leaf, "backup-proof", &PeriodAccount::canaries) : std::nullopt;
    case EventType::ca_request:
      return end(index, leaf, "certification-request", &PeriodAccount::requests);
    case EventType::selftest:
      return told_of(leaf) ? end(index, leaf, "canary", &PeriodAccount::canaries) : std::nullopt;
    case EventType::log_export:
    case EventType::ceremony_step:  // the transcript
      return told_of(leaf) ? end(index, leaf, "evidence", &PeriodAccount::evidence) : std::nullopt;
    case EventType::sign_failed:
      return end(index, leaf, "", &PeriodAccount::failed);
    case EventType::sign_possible:
      return end(index, leaf, "", &PeriodAccount::possible);
    case EventType::sign_late:
      return come_late(index, leaf);
    case EventType::approval_vote:
      return vote(index, leaf);
    default:
      return std::nullopt;
  }
}

std::optional<LeafIndex> PeriodBooks::told_of(const LeafReader& leaf) {
  return leaf.number("detail", "intent");
}

void PeriodBooks::birth(const LeafReader& leaf) {
  const auto key = read_octets<KeyId>(leaf.text("detail", "key_id"));
  if (!key) return;
  auto& account = accounts_[*key];
  account.purpose = text_of(leaf.text("detail", "purpose"));
  const auto spki = read_octets<SpkiHash>(leaf.text("detail", "spki_sha256"));
  if (spki && account.purpose == "evidence") evidence_keys_.insert(*spki);
}

void PeriodBooks::grant(const LeafReader& leaf) {
  const auto key = read_octets<SpkiHash>(leaf.text("detail", "spki_sha256"));
  if (key && leaf.text("detail", "role") == name(Role::security_officer))
    officers_.insert_or_assign(text_of(leaf.text("target", "id")), *key);
}

void PeriodBooks::revoke(const LeafReader& leaf) {
  officers_.erase(text_of(leaf.text("target", "id")));
}

std::optional<SpkiHash> PeriodBooks::officer_key(std::string_view identity) const {
  const auto found = officers_.find(identity);
  return found == officers_.end() ? std::nullopt : std::optional(found->second);
}

// Of a start, or of a change, which a reload makes without one.
void PeriodBooks::configuration(const LeafReader& leaf, bool before) {
  const auto changed = leaf.text("detail", "key");
  const std::string what = text_of(changed ? changed : "file");
  if (what != "file" && what != "pack") return;  // a profile: certificates name those
  const auto sha256 = read_octets<Sha256>(leaf.text("detail", changed ? "new" : "config_sha256"));
  if (!sha256) return;
  if (before)
    configs_before_.insert_or_assign(what, *sha256);
  else
    configs_.insert(*sha256);
}

void PeriodBooks::intent(LeafIndex index, const LeafReader& leaf, bool before) {
  const auto key = read_octets<KeyId>(leaf.text("detail", "key_id"));
  if (!key) return faults_.at(index, "an intent that names no key");
  const auto known = accounts_.find(*key);
  if (known == accounts_.end() || known->second.purpose.empty())
    faults_.at(index, "an intent of key " + key->hex() + ", whose birth is not in this pack");
  const bool responses = text_of(leaf.text("detail", "purpose")) == OcspResponseData::k_purpose;
  const auto count = responses ? leaf.number("detail", "count").value_or(0) : 1;
  if (count < 1 || count > k_most_responses)
    faults_.at(index, "an intent to sign " + std::to_string(count) + " responses");
  if (!before) accounts_[*key].intents += count;
  open_.emplace(index,
                Intent{*key, text_of(leaf.text("detail", "purpose")), text_of(leaf.text("detail", "serial")),
                       read_octets<Sha256>(leaf.text("detail", "tbs_sha256")), count, before});
}

PeriodBooks::Intent* PeriodBooks::intent_of(LeafIndex index, const LeafReader& leaf) {
  const auto of = told_of(leaf);
  const auto found = of ? open_.find(*of) : open_.end();
  if (found != open_.end()) return &found->second;
  faults_.at(index, "it tells of intent " + (of ? std::to_string(*of) : std::string("(none)")) +
                        ", which is not in this pack, or has ended before");
  return nullptr;
}

std::optional<PeriodObject> PeriodBooks::end(LeafIndex index, const LeafReader& leaf,
                                             std::string_view purpose, std::uint64_t PeriodAccount::*count) {
  Intent* const intent = intent_of(index, leaf);
  if (!intent) return std::nullopt;
  if (!purpose.empty() && intent->purpose != purpose)
    faults_.at(index, "the outcome of a " + std::string(purpose) + " for an intent of a " + intent->purpose);
  if (std::exchange(intent->ended, true)) faults_.at(index, "a second outcome of one intent");
  auto& account = accounts_[intent->key];
  if (count == &PeriodAccount::ocsp)
    end_responses(index, leaf, *intent);
  else
    account.*count += intent->count;
  account.carried_in += intent->carried_in ? intent->count : 0;
  const auto tries = leaf.number("detail", "tries").value_or(1);
  account.retries += tries > 1 ? tries - 1 : leaf.number("detail", "retries").value_or(0);
  std::optional<PeriodObject> object;
  if (purpose == "certificate")
    object =
        object_of(index, leaf, *intent, "certificates/" + text_of(leaf.text("detail", "serial")) + ".der");
  if (purpose == "crl")
    object = object_of(index, leaf, *intent,
                       "crls/" + text_of(leaf.text("target", "id")) + "-" +
                           std::to_string(leaf.number("detail", "number").value_or(0)) + ".crl");
  if (count != &PeriodAccount::possible) open_.erase(*told_of(leaf));
  return object;
}

// Of a batch, each response was signed, or not, or possibly.
void PeriodBooks::end_responses(LeafIndex index, const LeafReader& leaf, const Intent& intent) {
  const auto part = [&](std::string_view name) {
    return leaf.number("detail", name).value_or(~std::uint64_t{0});
  };
  const auto done = part("count"), failed = part("failed"), possible = part("possible");
  if (done > intent.count || failed > intent.count - done || possible != intent.count - done - failed)
    return faults_.at(index, "it tells of other responses than the " + std::to_string(intent.count) +
                                 " that its intent names");
  auto& account = accounts_[intent.key];
  account.ocsp += done;
  account.failed += failed;
  account.possible += possible;
}

std::optional<PeriodObject> PeriodBooks::come_late(LeafIndex index, const LeafReader& leaf) {
  const Intent* const intent = intent_of(index, leaf);
  if (!intent) return std::nullopt;
  ++accounts_[intent->key].late;
  if (intent->serial.empty()) return std::nullopt;  // only certificates are kept
  auto object = object_of(index, leaf, *intent, "late/" + intent->serial + ".der");
  open_.erase(*told_of(leaf));
  return object;
}

std::optional<PeriodObject> PeriodBooks::vote(LeafIndex index, const LeafReader& leaf) {
  if (const auto sha256 = read_octets<Sha256>(leaf.text("detail", "cms_sha256")))
    return PeriodObject{"votes/" + std::to_string(index) + ".p7s", *sha256, std::nullopt, true};
  faults_.at(index, "a vote without the SHA-256 of its signature");
  return std::nullopt;
}

std::optional<PeriodObject> PeriodBooks::object_of(LeafIndex index, const LeafReader& leaf,
                                                   const Intent& intent, std::string file) {
  if (const auto sha256 = read_octets<Sha256>(leaf.text("detail", "sha256")))
    return PeriodObject{std::move(file), *sha256, intent.tbs_sha256};
  faults_.at(index, "what was signed, without its SHA-256");
  return std::nullopt;
}

std::map<KeyId, PeriodAccount> PeriodBooks::accounts() const {
  auto all = accounts_;
  for (const auto& [index, intent] : open_)
    if (!intent.ended && !intent.carried_in) all[intent.key].carried_out += intent.count;
  return all;
}

std::string PeriodBooks::reconcile_json() const {
  nlohmann::ordered_json keys = nlohmann::ordered_json::array(), open = nlohmann::ordered_json::array();
  for (const auto& [key, account] : accounts())
    keys.push_back({{"key_id", key.hex()},
                    {"purpose", account.purpose},
                    {"carried_in", account.carried_in},
                    {"intents", account.intents},
                    {"certificates", account.certificates},
                    {"crls", account.crls},
                    {"ocsp", account.ocsp},
                    {"canaries", account.canaries},
                    {"requests", account.requests},
                    {"evidence", account.evidence},
                    {"failed", account.failed},
                    {"possibly_signed", account.possible},
                    {"carried_out", account.carried_out},
                    {"late", account.late},
                    {"retries", account.retries}});
  for (const auto& [index, intent] : open_)
    if (!intent.ended && !intent.carried_in) open.push_back(index);
  return nlohmann::ordered_json{{"v", 1}, {"keys", keys}, {"open_intents", open}}.dump(1) + "\n";
}

}  // namespace inkan::policy
