#include "policy/log/reconciliation.h"

#include <array>
#include <string_view>

#include "policy/log/event_type.h"
#include "policy/ocsp/ocsp_response.h"
#include "policy/types/error.h"
#include "policy/types/revocation_reason.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

constexpr std::size_t k_most_kept =
    100;  // differences: enough to see the pattern; broken books would fill the memory

std::string leaf_name(LeafIndex index) {
  return "leaf " + std::to_string(index);
}

// How an intent of each purpose ends when the token signed, and where that is counted.
struct Ending {
  EventType type;
  std::string_view purpose;
  std::uint64_t KeyAccount::*count;
};
constexpr std::array k_endings = {
    Ending{EventType::cert_issue, "certificate", &KeyAccount::certificates},
    Ending{EventType::crl_issue, "crl", &KeyAccount::crls},
    Ending{EventType::ocsp_sign, "ocsp", &KeyAccount::ocsp},
    Ending{EventType::selftest, "canary", &KeyAccount::canaries},
    Ending{EventType::key_backup, "backup-proof", &KeyAccount::canaries},
    Ending{EventType::ca_request, "certification-request", &KeyAccount::requests},
    Ending{EventType::log_export, "evidence", &KeyAccount::evidence},
    Ending{EventType::ceremony_step, "evidence", &KeyAccount::evidence},
    Ending{EventType::sign_failed, "", &KeyAccount::failed},
    Ending{EventType::sign_possible, "", &KeyAccount::possible},
};

const Ending* ending_of(const std::string& type) {
  for (const auto& each : k_endings)
    if (name(each.type) == type) return &each;
  return nullptr;
}

std::string text(const json& detail, const char* name) {
  const auto at = detail.find(name);
  return at != detail.end() && at->is_string() ? at->get<std::string>() : "";
}

std::uint64_t number(const json& detail, const char* name) {
  const auto at = detail.find(name);
  return at != detail.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

Instant time_of(const json& leaf) {
  return std::chrono::floor<std::chrono::seconds>(from_rfc3339(text(leaf, "time")));
}

Posting::Kind kind_of(const std::string& type) {
  if (type == name(EventType::sign_failed)) return Posting::Kind::failed;
  return type == name(EventType::sign_possible) ? Posting::Kind::possible : Posting::Kind::issued;
}

std::optional<Posting::Kind> status_kind_of(const std::string& type) {
  if (type == name(EventType::cert_revoke)) return Posting::Kind::revocation;
  if (type == name(EventType::cert_hold)) return Posting::Kind::hold;
  if (type == name(EventType::cert_unhold)) return Posting::Kind::release;
  return std::nullopt;
}

}  // namespace

void Reconciliation::differ(std::string what) {
  ++found_;
  if (differences_.size() < k_most_kept) differences_.push_back(std::move(what));
}

std::optional<Posting> Reconciliation::append(LeafIndex index, BytesView octets) {
  if (index != next_)
    differ(leaf_name(next_) + (index == next_ + 1 ? " is" : " to " + std::to_string(index - 1) + " are") +
           " missing");
  next_ = index + 1;
  const auto leaf = json::parse(octets.begin(), octets.end(), nullptr, false);
  if (!leaf.is_object() || number(leaf, "index") != index) {
    differ(leaf_name(index) + " is not a leaf of that index");
    return std::nullopt;
  }
  try {
    return post(index, leaf);
  } catch (const std::exception& malformed) {
    differ(leaf_name(index) + " cannot be read: " + malformed.what());
    return std::nullopt;
  }
}

std::optional<Posting> Reconciliation::post(LeafIndex index, const json& leaf) {
  const std::string type = text(leaf, "type");
  if (type == name(EventType::sign_intent)) {
    begin(index, leaf);
    return std::nullopt;
  }
  if (type == name(EventType::sign_late)) return come_late(index, leaf);
  if (const auto kind = status_kind_of(type)) {
    const auto& detail = leaf.at("detail");
    Posting status{*kind, index};
    status.id = text(detail, "serial");
    status.reason = *kind == Posting::Kind::hold ? std::string(name(RevocationReason::certificate_hold))
                                                 : text(detail, "reason");
    status.invalidity_date = text(detail, "invalidity_date");
    status.time = time_of(leaf);
    return status;
  }
  // A self-test without an intent is no signature, nor is an export of what was signed for another, nor a
  // ceremony's step that is not its transcript.
  const bool bare = type == name(EventType::selftest) || type == name(EventType::log_export) ||
                    type == name(EventType::key_backup) || type == name(EventType::ceremony_step);
  const bool signing = ending_of(type) && (!bare || leaf.at("detail").contains("intent"));
  return signing ? end(index, leaf, type) : std::nullopt;
}

void Reconciliation::begin(LeafIndex index, const json& leaf) {
  const auto& detail = leaf.at("detail");
  Intent intent{text(detail, "key_id"),  text(detail, "purpose"),
                text(detail, "serial"),  1,
                number(detail, "shard"), !run_.empty() && text(leaf, "boot_id") == run_};
  if (intent.purpose == OcspResponseData::k_purpose) intent.count = number(detail, "count");
  if (intent.count < 1 || intent.count > k_most_responses)
    differ(leaf_name(index) + " is an intent to sign " + std::to_string(intent.count) + " responses");
  auto& account = accounts_[intent.key];
  account.intents += intent.count;
  account.run_intents += intent.of_this_run ? intent.count : 0;
  open_.emplace(index, std::move(intent));
}

std::optional<Posting> Reconciliation::end(LeafIndex index, const json& leaf, const std::string& type) {
  const auto& detail = leaf.at("detail");
  const LeafIndex of = detail.at("intent").get<LeafIndex>();
  const auto found = open_.extract(of);
  if (!found) {
    differ(leaf_name(index) + " (" + type + ") ends intent " + std::to_string(of) +
           ", which has ended before or never was");
    return std::nullopt;
  }
  const Intent& intent = found.mapped();
  const Ending& ending = *ending_of(type);
  if (!ending.purpose.empty() && ending.purpose != intent.purpose)
    differ(leaf_name(index) + " (" + type + ") ends intent " + std::to_string(of) + ", whose purpose is " +
           intent.purpose);
  auto& account = accounts_[intent.key];
  if (ending.type == EventType::ocsp_sign)
    end_responses(index, detail, intent);
  else
    account.*ending.count += intent.count;
  const auto tries = number(detail, "tries");
  const auto retries = tries > 1 ? tries - 1 : number(detail, "retries");
  account.retries += retries;
  account.run_retries += intent.of_this_run ? retries : 0;
  if (type == name(EventType::sign_possible)) possible_.emplace(of, intent);

  if (intent.purpose != "certificate" && type != name(EventType::crl_issue)) return std::nullopt;
  Posting posting{kind_of(type), index, of, intent.serial, text(detail, "sha256")};
  posting.time = time_of(leaf);
  posting.shard = intent.shard;
  if (type == name(EventType::crl_issue)) {
    posting.kind = Posting::Kind::crl;
    posting.id = text(leaf.at("target"), "id");
    posting.number = number(detail, "number");
  } else if (text(leaf.at("target"), "id") != intent.serial) {
    differ(leaf_name(index) + " (" + type + ") names another serial number than its intent " +
           std::to_string(of));
  }
  return posting;
}

// Of a batch, each response was signed, or not, or possibly.
void Reconciliation::end_responses(LeafIndex index, const json& detail, const Intent& intent) {
  auto& account = accounts_[intent.key];
  const auto done = number(detail, "count"), failed = number(detail, "failed"),
             possible = number(detail, "possible");
  if (done > intent.count || failed > intent.count - done || possible != intent.count - done - failed)
    differ(leaf_name(index) + " tells of other responses than the " + std::to_string(intent.count) +
           " that its intent names");
  account.ocsp += done;
  account.failed += failed;
  account.possible += possible;
}

std::optional<Posting> Reconciliation::come_late(LeafIndex index, const json& leaf) {
  const auto& detail = leaf.at("detail");
  const LeafIndex of = detail.at("intent").get<LeafIndex>();
  const auto found = possible_.extract(of);
  if (!found) {
    differ(leaf_name(index) + " (sign.late) tells of intent " + std::to_string(of) +
           ", which was not possibly signed");
    return std::nullopt;
  }
  ++accounts_[found.mapped().key].late;
  if (found.mapped().purpose != "certificate") return std::nullopt;
  return Posting{Posting::Kind::late, index, of, found.mapped().serial, text(detail, "sha256")};
}

void Reconciliation::append(const CheckpointIntent& checkpoint) {
  using Outcome = CheckpointIntent::Outcome;
  auto& account = accounts_[checkpoint.key];
  const std::uint64_t retries = checkpoint.tries > 1 ? checkpoint.tries - 1 : 0;
  ++account.intents;
  account.retries += retries;
  account.run_intents += checkpoint.of_this_run ? 1 : 0;
  account.run_retries += checkpoint.of_this_run ? retries : 0;
  account.open += checkpoint.outcome == Outcome::open ? 1 : 0;
  account.checkpoints += checkpoint.outcome == Outcome::made ? 1 : 0;
  account.failed += checkpoint.outcome == Outcome::failed ? 1 : 0;
  account.possible += checkpoint.outcome == Outcome::possible || checkpoint.outcome == Outcome::late ? 1 : 0;
  account.late += checkpoint.outcome == Outcome::late ? 1 : 0;
}

void Reconciliation::open_intent(LeafIndex intent, const std::string& key) {
  const auto found = open_.extract(intent);
  if (!found)
    return differ("intent " + std::to_string(intent) +
                  " is kept as open, and the leaves tell of its end or not of it");
  if (found.mapped().key != key)
    differ("intent " + std::to_string(intent) + " is kept as open for key " + key + "; its leaf names key " +
           found.mapped().key);
  accounts_[found.mapped().key].open += found.mapped().count;
}

void Reconciliation::finish() {
  for (const auto& [index, intent] : open_)
    differ("intent " + std::to_string(index) + " (" + intent.purpose +
           (intent.serial.empty() ? "" : " " + intent.serial) + ") has no outcome and is not kept as open");
  for (const auto& [key, account] : accounts_)
    if (account.intents != account.outcomes() + account.open)
      differ("key " + key + " has " + std::to_string(account.intents) + " intents, " +
             std::to_string(account.outcomes()) + " outcomes and " + std::to_string(account.open) + " open");
}

void Reconciliation::signatures(const std::string& key, std::uint64_t made) {
  const KeyAccount& account = accounts_[key];
  const std::uint64_t allowed = account.run_intents + account.run_retries;
  if (made > allowed)
    differ("key " + key + " signed " + std::to_string(made) +
           " times in this run; its intents and their retries allow " + std::to_string(allowed));
}

}  // namespace inkan::policy
