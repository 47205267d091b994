#include "policy/log/story/signings.h"

#include <algorithm>
#include <utility>

#include "policy/log/story/leaf_values.h"
#include "policy/ocsp/ocsp_response.h"

namespace inkan::policy {
namespace {

constexpr std::string_view k_purpose_certificate = "certificate", k_purpose_crl = "crl",
                           k_purpose_canary = "canary", k_purpose_evidence = "evidence",
                           k_purpose_request = "certification-request", k_purpose_backup = "backup-proof",
                           k_purpose_ocsp = "ocsp";
constexpr std::uint64_t k_no_number = ~std::uint64_t{0};  // more than anything that is told

std::string text_at(const LeafReader& leaf, std::string_view object, std::string_view name) {
  return std::string(leaf.text(object, name).value_or(""));
}

bool has_own_outcome(std::string_view purpose) {
  return purpose == k_purpose_certificate || purpose == k_purpose_crl || purpose == k_purpose_canary ||
         purpose == k_purpose_evidence || purpose == k_purpose_request || purpose == k_purpose_backup ||
         purpose == k_purpose_ocsp;
}

}  // namespace

void Signings::append(LeafIndex index, const LeafReader& leaf, const KnownType* type, std::uint64_t run) {
  if (!type) return other(leaf);
  switch (type->type) {
    case EventType::sign_intent:
      return intent(index, leaf, run);
    case EventType::cert_issue:
      return certificate(index, leaf);
    case EventType::ca_issue:
      return authority(index, leaf);
    case EventType::key_backup:
      return bare(index, leaf, k_purpose_backup, counts_.canaries);
    case EventType::ca_request:
      return requested(index, leaf);
    case EventType::ca_import:
      return imported(index, leaf);
    case EventType::crl_issue:
      return crl(index, leaf);
    case EventType::ocsp_sign:
      return responses(index, leaf);
    case EventType::selftest:
      return bare(index, leaf, k_purpose_canary, counts_.canaries);
    case EventType::ceremony_step:
      return ceremony(index, leaf);
    case EventType::log_export:
      return bare(index, leaf, k_purpose_evidence, counts_.evidence);
    case EventType::sign_failed:
      return failed(index, leaf);
    case EventType::sign_possible:
      return possible(index, leaf);
    case EventType::sign_late:
      return late(index, leaf);
    case EventType::cert_revoke:
    case EventType::cert_hold:
    case EventType::cert_unhold:
      return status(index, leaf, type->type);
    case EventType::request_denied:
    case EventType::operator_auth:
    case EventType::operator_authz_denied:
    case EventType::key_generate:
    case EventType::role_grant:
    case EventType::role_revoke:
    case EventType::approval_request:
    case EventType::approval_vote:
    case EventType::approval_result:
    case EventType::issuing_stop:
    case EventType::issuing_start:
    case EventType::daemon_start:
    case EventType::daemon_stop:
    case EventType::daemon_crash:
    case EventType::log_start:
    case EventType::log_checkpoint:
    case EventType::log_stop:
    case EventType::token_login:
    case EventType::token_event:
    case EventType::organisation_create:
    case EventType::user_create:
    case EventType::user_change:
    case EventType::user_delete:
    case EventType::user_auth:
    case EventType::user_lock:
    case EventType::user_block:
    case EventType::user_unlock:
    case EventType::enrol_request:
    case EventType::enrol_cancel:
    case EventType::enrol_confirm:
    case EventType::enrol_decline:
    case EventType::notify_sent:
    case EventType::key_state:
    case EventType::key_destroy:
    case EventType::ca_activate:
    case EventType::ca_retire:
    case EventType::key_use_denied:
    case EventType::clock_change:
    case EventType::config_change:
    case EventType::profile_change:
    case EventType::blocklist_change:
    case EventType::software_update:
    case EventType::store_restore:
      return;
  }
}

void Signings::intent(LeafIndex index, const LeafReader& leaf, std::uint64_t run) {
  nothing_left_open(index, run);
  const auto tbs = read_octets<Sha256>(leaf.text("detail", "tbs_sha256"));
  if (!tbs) return faults_.at(index, "an intent without the hash of what is to be signed");
  Intent intent{.purpose = text_at(leaf, "detail", "purpose"), .tbs_sha256 = *tbs, .run = run};
  if (intent.purpose == k_purpose_ocsp) intent.count = leaf.number("detail", "count").value_or(0);
  if (intent.count < 1 || intent.count > k_most_responses)
    faults_.at(index, "an intent to sign " + std::to_string(intent.count) + " responses");
  intent.key = keys_.use(index, leaf, intent.purpose);
  if (intent.key) intent.key->intents += intent.count;
  if (intent.purpose == k_purpose_certificate) intent_of_certificate(index, leaf, intent);
  if (intent.purpose == k_purpose_crl) intent_of_crl(index, leaf, intent);
  open_.emplace(index, std::move(intent));
}

// A start closes what the run before left open, before it signs anything.
void Signings::nothing_left_open(LeafIndex index, std::uint64_t run) {
  if (run == signing_run_) return;
  signing_run_ = run;
  for (const auto& [of, intent] : open_)
    if (intent.run != run)
      faults_.at(index, "signing went on while intent " + std::to_string(of) +
                            " of an earlier run was open: neither its outcome nor sign.possible was written");
}

void Signings::intent_of_certificate(LeafIndex index, const LeafReader& leaf, Intent& intent) {
  intent.serial = text_at(leaf, "detail", "serial");
  intent.policy = text_at(leaf, "policy", "sha256");
  if (!is_serial(intent.serial)) return faults_.at(index, "an intent of a certificate without its serial");
  if (!serials_.insert(intent.serial)) faults_.at(index, "serial " + intent.serial + " was used before");
  if (intent.policy.empty())
    faults_.at(index, "an intent of a certificate without the profile that allowed it");
  const auto replaces = leaf.number("detail", "replaces");
  if (replaces && *replaces >= index) faults_.at(index, "it replaces an intent that comes after it");
  const auto shard = leaf.number("detail", "shard");
  if (shard && !shards_.contains({text_at(leaf, "detail", "authority"), *shard}))
    faults_.at(index, "it names a CRL that was never issued, that of shard " + std::to_string(*shard));
}

void Signings::intent_of_crl(LeafIndex index, const LeafReader& leaf, Intent& intent) {
  intent.authority = text_at(leaf, "target", "id");
  intent.number = leaf.number("detail", "number").value_or(0);
  intent.shard = leaf.number("detail", "shard").value_or(0);
  auto& last = intended_numbers_[intent.authority];
  // RFC 5280 §5.2.3: a number is spent with its intent, whatever becomes of that.
  if (intent.number <= last)
    faults_.at(index, "CRL number " + std::to_string(intent.number) + " of " + intent.authority +
                          " does not follow " + std::to_string(last));
  else
    last = intent.number;
}

std::optional<Signings::Intent> Signings::close(LeafIndex index, const LeafReader& leaf,
                                                std::string_view purpose) {
  const auto of = leaf.number("detail", "intent");
  const auto found = of ? open_.find(*of) : open_.end();
  if (found == open_.end()) {
    faults_.at(index, "an outcome of " + (of ? "leaf " + std::to_string(*of) : std::string("no leaf")) +
                          ", which is no open intent: there was none, or it has an outcome");
    return std::nullopt;
  }
  Intent intent = std::move(found->second);
  open_.erase(found);
  if (purpose.empty() || intent.purpose == purpose) return intent;
  faults_.at(index, "an outcome of a " + std::string(purpose) + " for an intent of a " + intent.purpose);
  return std::nullopt;
}

void Signings::certificate(LeafIndex index, const LeafReader& leaf) {
  const auto sha256 = read_octets<Sha256>(leaf.text("detail", "sha256"));
  const auto intent = close(index, leaf, k_purpose_certificate);
  last_certificates_[text_at(leaf, "detail", "ceremony_id")] = text_at(leaf, "detail", "sha256");
  ++counts_.certificates;
  if (!sha256) return faults_.at(index, "a certificate without its SHA-256");
  if (!intent) return;
  if (intent->key) ++intent->key->done;
  const auto serial = text_at(leaf, "detail", "serial");
  if (serial != intent->serial)
    faults_.at(index, "serial " + serial + " was issued, but the intent is for " + intent->serial);
  if (text_at(leaf, "target", "id") != serial) faults_.at(index, "its target is another serial");
  if (text_at(leaf, "policy", "sha256") != intent->policy)
    faults_.at(index, "it was issued under another profile than its intent names");
  hold_against_given(index, *sha256, intent->tbs_sha256, serial, 0);
}

void Signings::authority(LeafIndex index, const LeafReader& leaf) {
  const auto last = last_certificates_.find(text_at(leaf, "detail", "ceremony_id"));
  if (last == last_certificates_.end() || last->second != text_at(leaf, "detail", "sha256"))
    faults_.at(index, "a CA certificate that is not the certificate issued last");
}

void Signings::requested(LeafIndex index, const LeafReader& leaf) {
  bare(index, leaf, k_purpose_request, counts_.requests);
  if (!leaf.find("detail", "intent")) faults_.at(index, "a request that nothing signed");
  awaited_.insert(text_at(leaf, "detail", "spki_sha256"));
}

// Each request is answered once, and nothing comes that was not asked for.
void Signings::imported(LeafIndex index, const LeafReader& leaf) {
  if (awaited_.erase(text_at(leaf, "detail", "spki_sha256")) == 0)
    faults_.at(index, "a certificate was imported for a key that waits for none");
}

void Signings::crl(LeafIndex index, const LeafReader& leaf) {
  const auto sha256 = read_octets<Sha256>(leaf.text("detail", "sha256"));
  const auto intent = close(index, leaf, k_purpose_crl);
  ++counts_.crls;
  if (!sha256) return faults_.at(index, "a CRL without its SHA-256");
  if (!intent) return;
  if (intent->key) ++intent->key->done;
  const auto number = leaf.number("detail", "number").value_or(0);
  const auto authority = text_at(leaf, "target", "id");
  if (number != intent->number || authority != intent->authority)
    faults_.at(index, "CRL number " + std::to_string(number) + " of " + authority +
                          " was issued, but the intent is for " + std::to_string(intent->number) + " of " +
                          intent->authority);
  const auto shard = leaf.number("detail", "shard").value_or(0);
  if (shard != intent->shard)
    faults_.at(index, "a CRL of shard " + std::to_string(shard) + " was issued, but the intent is for " +
                          std::to_string(intent->shard));
  if (shard != 0) shards_.emplace(authority, shard);
  auto& last = issued_numbers_[authority];
  if (number <= last)
    faults_.at(index, "CRL number " + std::to_string(number) + " of " + authority + " does not follow " +
                          std::to_string(last));
  last = std::max(last, number);
  hold_against_given(index, *sha256, intent->tbs_sha256, "", number);
}

void Signings::bare(LeafIndex index, const LeafReader& leaf, std::string_view purpose, std::uint64_t& count) {
  if (!leaf.find("detail", "intent")) return;  // it signed nothing, or tells of what was signed for another
  const auto intent = close(index, leaf, purpose);
  ++count;
  if (intent && intent->key) ++intent->key->done;
}

// A batch is one intent, and each of its responses was signed, or not, or possibly.
void Signings::responses(LeafIndex index, const LeafReader& leaf) {
  const auto intent = close(index, leaf, k_purpose_ocsp);
  const auto part = [&](std::string_view name) { return leaf.number("detail", name).value_or(k_no_number); };
  const auto done = part("count"), failed = part("failed"), possible = part("possible");
  if (!intent) return;
  // One by one: no sum that could pass through the end of its type.
  if (done > intent->count || failed > intent->count - done || possible != intent->count - done - failed)
    return faults_.at(index, "of " + std::to_string(intent->count) +
                                 " responses that its intent names, it tells of another number");
  counts_.ocsp += done;
  counts_.failed += failed;
  counts_.possible += possible;
  if (!intent->key) return;
  intent->key->done += done;
  intent->key->failed += failed;
  intent->key->possible += possible;
}

// Its transcript is signed as it stands.
void Signings::ceremony(LeafIndex index, const LeafReader& leaf) {
  if (!leaf.find("detail", "intent")) return;
  const auto intent = close(index, leaf, k_purpose_evidence);
  ++counts_.evidence;
  if (intent && intent->key) ++intent->key->done;
  if (intent && read_octets<Sha256>(leaf.text("detail", "sha256")) != intent->tbs_sha256)
    faults_.at(index, "the transcript is not what its intent names");
}

void Signings::failed(LeafIndex index, const LeafReader& leaf) {
  const auto intent = close(index, leaf, "");
  counts_.failed += intent ? intent->count : 1;
  if (intent && intent->key) intent->key->failed += intent->count;
}

void Signings::possible(LeafIndex index, const LeafReader& leaf) {
  auto intent = close(index, leaf, "");
  counts_.possible += intent ? intent->count : 1;
  if (!intent) return;
  if (intent->key) intent->key->possible += intent->count;
  const LeafIndex of = *leaf.number("detail", "intent");
  if (!intent->serial.empty()) unrevoked_.emplace(intent->serial, of);
  possible_.emplace(of, Possible{std::move(intent->serial), intent->key, intent->tbs_sha256});
}

void Signings::late(LeafIndex index, const LeafReader& leaf) {
  const auto of = leaf.number("detail", "intent");
  const auto found = of ? possible_.find(*of) : possible_.end();
  ++counts_.late;
  if (found == possible_.end())
    return faults_.at(index, "sign.late of an intent that was not possibly signed before");
  auto& possible = found->second;
  if (std::exchange(possible.late, true)) faults_.at(index, "a second late signature of one intent");
  if (possible.key) ++possible.key->late;
  const auto sha256 = read_octets<Sha256>(leaf.text("detail", "sha256"));
  if (!sha256) return faults_.at(index, "a late signature without its SHA-256");
  hold_against_given(index, *sha256, possible.tbs_sha256, possible.serial, 0);
  if (auto* given = given_.find(*sha256)) given->late = true;
}

// Revoked is for good; what is on hold is released, or revoked; each is told once.
void Signings::status(LeafIndex index, const LeafReader& leaf, EventType type) {
  const auto serial = text_at(leaf, "detail", "serial");
  const bool unhold = type == EventType::cert_unhold;
  if (!unhold) ++counts_.revocations;
  if (!is_serial(serial) || !serials_.contains(serial))
    return faults_.at(index, "a revocation of serial " + serial + ", which this log never gave out");
  if (text_at(leaf, "target", "id") != serial) faults_.at(index, "its target is another serial");
  if (revoked_.contains(serial)) faults_.at(index, "serial " + serial + " was revoked before, for good");
  const bool was_held = held_.erase(serial) > 0;
  if (unhold && !was_held) faults_.at(index, "serial " + serial + " is released, and was not on hold");
  if (type == EventType::cert_hold) {
    if (was_held) faults_.at(index, "serial " + serial + " is put on hold twice");
    held_.insert(serial);
  }
  if (type == EventType::cert_revoke) {
    revoked_.insert(serial);
    unrevoked_.erase(serial);
  }
}

// An outcome that a later version writes closes an intent of a purpose that it brought, and no other.
void Signings::other(const LeafReader& leaf) {
  const auto of = leaf.number("detail", "intent");
  const auto found = of ? open_.find(*of) : open_.end();
  if (found == open_.end() || has_own_outcome(found->second.purpose)) return;
  if (found->second.key) found->second.key->done += found->second.count;
  open_.erase(found);
}

void Signings::hold_against_given(LeafIndex index, const Sha256& sha256, const Sha256& tbs,
                                  const std::string& serial, std::uint64_t number) {
  auto* given = given_.find(sha256);
  if (!given) return;
  given->found = true;
  if (given->tbs_sha256 != tbs)
    faults_.at(index, given->name + " is here, but what was signed is not what its intent names");
  const bool certificate = given->kind == GivenObject::Kind::certificate;
  if (certificate && given->serial != serial)
    faults_.at(index, given->name + " has serial " + given->serial + ", the log says " + serial);
  if (!certificate && number != 0 && static_cast<std::uint64_t>(given->number) != number)
    faults_.at(index, given->name + " has CRL number " + std::to_string(given->number) + ", the log says " +
                          std::to_string(number));
}

void Signings::finish() {
  for (const auto& [of, intent] : open_) {
    open_at_end_.emplace(of, intent.purpose + (intent.serial.empty() ? "" : " " + intent.serial));
    if (intent.key) intent.key->open += intent.count;
  }
  for (const auto& [serial, of] : unrevoked_)
    faults_.at(of, "serial " + serial + " may have been signed, and is not revoked");
  for (const auto& [sha256, object] : given_.all())
    if (!object.found)
      faults_.add(object.name, (object.kind == GivenObject::Kind::certificate ? "this certificate, SHA-256 "
                                                                              : "this CRL, SHA-256 ") +
                                   sha256.hex() + ", is not in the log");
}

}  // namespace inkan::policy
