// OCSP responses are signed in batches: one intent and one outcome for many signatures.
#include "daemon/ledger/intent_ledger.h"
#include "daemon/store/certificate_rows.h"
#include "policy/log/merkle_tree.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::LeafIndex;
using policy::OcspResponseData;

namespace {

const policy::Identity& ocsp_job() {
  static const auto job = policy::Identity::system_job("ocsp");
  return job;
}

policy::Sha256 root_of(const std::vector<policy::Approved<OcspResponseData>>& batch) {
  std::vector<policy::Sha256> hashes;
  hashes.reserve(batch.size());
  for (const auto& each : batch) hashes.push_back(policy::hash_leaf(each.tbs().to_be_signed()));
  return policy::root_of(hashes);
}

}  // namespace

std::vector<policy::Recorded<OcspResponseData>> IntentLedger::record(
    std::vector<policy::Approved<OcspResponseData>>&& approved) {
  if (approved.empty()) throw Error(ErrorCode::internal, "an intent to sign no OCSP response");
  const auto& key = approved.front().tbs().signing_key();
  for (const auto& each : approved)
    if (each.tbs().signing_key() != key)
      throw Error(ErrorCode::internal, "one batch of OCSP responses for two keys");
  const LeafIndex intent = writer_.write([&](Writing& w) {
    policy::Event event{.type = policy::EventType::sign_intent, .target = {"key", key.hex()}};
    event.detail = {{"purpose", OcspResponseData::k_purpose},
                    {"key_id", key.hex()},
                    {"count", approved.size()},
                    {"tbs_sha256", root_of(approved).hex()}};
    const LeafIndex index = w.append(event, ocsp_job());
    insert_open_intent(w.database(), index, OcspResponseData::k_purpose, key, std::nullopt, BytesView(),
                       "{}");
    return index;
  });
  std::vector<policy::Recorded<OcspResponseData>> recorded;
  recorded.reserve(approved.size());
  for (auto& each : approved) recorded.emplace_back(policy::RecordingKey(), std::move(each), intent);
  return recorded;
}

void IntentLedger::complete_ocsp(LeafIndex intent, const OcspTally& tally) {
  writer_.write([&](Writing& w) {
    close_intent(w.database(), intent);
    policy::Event event{.type = policy::EventType::ocsp_sign, .target = {"intent", std::to_string(intent)}};
    if (tally.failed + tally.possible > 0) event.outcome = "failure";
    event.reason = tally.reason;
    event.detail = {{"intent", intent},
                    {"count", tally.made},
                    {"failed", tally.failed},
                    {"possible", tally.possible},
                    {"retries", tally.retries}};
    w.append(event, ocsp_job());
  });
}

}  // namespace inkan::daemon
