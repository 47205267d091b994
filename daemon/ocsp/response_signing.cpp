#include "daemon/ocsp/response_signing.h"

#include <algorithm>

#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::CertStatus;
using policy::Error;
using policy::ErrorCode;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t k_most_asked = 1'000, k_most_later = 100'000;
constexpr int k_most_turns = 3;
constexpr std::chrono::seconds k_signing_patience(5);
// A certificate that is not known may be issued at any moment.
constexpr std::chrono::minutes k_unknown_validity(1);

bool has_unknown(const policy::OcspResponseData::Fields& fields) {
  return std::any_of(fields.responses.begin(), fields.responses.end(),
                     [](const auto& each) { return each.status.value == CertStatus::Value::unknown; });
}

}  // namespace

ResponseSigning::ResponseSigning(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished,
                                 Store& store, pkcs11::OcspSigner& signer,
                                 const ResponderCertificates& responders, ResponseCache& cache,
                                 const Live<OcspSettings>& settings)
    : engine_(engine),
      ledger_(ledger),
      unfinished_(unfinished),
      store_(store),
      signer_(signer),
      responders_(responders),
      cache_(cache),
      settings_(settings) {}

void ResponseSigning::start(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

ResponseSigning::~ResponseSigning() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  for (auto& item : asked_)
    item->answer.set_exception(
        std::make_exception_ptr(Error(ErrorCode::unavailable, "the daemon is stopping")));
}

ResponseCache::Answer ResponseSigning::ask(OcspQuestion question, steady_clock::time_point deadline) {
  auto item = std::make_unique<Item>();
  item->question = std::move(question);
  item->deadline = deadline;
  auto answer = item->answer.get_future();
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || asked_.size() >= k_most_asked)
      throw Error(ErrorCode::unavailable, "too many OCSP responses wait to be signed");
    asked_.push_back(std::move(item));
  }
  wake_.notify_one();
  if (answer.wait_until(deadline) != std::future_status::ready)
    throw Error(ErrorCode::unavailable, "no OCSP response was signed in time");
  return answer.get();
}

void ResponseSigning::sign_later(OcspQuestion question) {
  auto item = std::make_unique<Item>();
  item->question = std::move(question);
  item->deadline = steady_clock::time_point::max();
  {
    const std::lock_guard lock(mutex_);
    if (later_.size() >= k_most_later) return;
    later_.push_back(std::move(item));
  }
  wake_.notify_one();
}

void ResponseSigning::run() {
  while (true) {
    auto batch = take_batch();
    if (batch.empty()) return;
    sign(std::move(batch));
  }
}

// Empty: it is time to stop.
ResponseSigning::Batch ResponseSigning::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !asked_.empty() || !later_.empty(); });
  Batch batch;
  if (stopping_) return batch;
  auto& queue = asked_.empty() ? later_ : asked_;
  while (!queue.empty() && batch.size() < policy::k_most_responses) {
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return batch;
}

void ResponseSigning::sign(Batch batch) {
  std::vector<Prepared> prepared;
  std::vector<policy::Approved<policy::OcspResponseData>> approved;
  for (auto& item : batch) {
    Prepared one{std::move(item), nullptr, 0};
    try {
      if (steady_clock::now() >= one.item->deadline) continue;  // whoever asked has gone
      approved.push_back(compose(one));
      prepared.push_back(std::move(one));
    } catch (...) {
      fail(*one.item, std::current_exception());
    }
  }
  if (approved.empty()) return;
  try {
    auto recorded = ledger_.record(std::move(approved));
    const auto intent = recorded.front().intent();
    fault_point("ocsp.before-sign");
    OcspTally tally;
    for (std::size_t i = 0; i < prepared.size(); ++i) {
      // A token that is busy, out or hanging would take its time over each of the others too, and hold up a
      // stop: whoever still asks is told to try later.
      if (tally.failed + tally.possible > 0)
        give_up(prepared[i], tally);
      else
        sign_one(std::move(prepared[i]), std::move(recorded[i]), tally);
    }
    fault_point("ocsp.after-sign");
    unfinished_.close(intent, std::move(tally));
  } catch (...) {
    for (auto& each : prepared)
      if (each.item) fail(*each.item, std::current_exception());
  }
}

void ResponseSigning::fail(Item& item, std::exception_ptr why) {
  try {
    std::rethrow_exception(why);
  } catch (const std::exception& error) {
    const std::lock_guard lock(mutex_);
    failure_ = error.what();
  }
  item.answer.set_exception(std::move(why));
}

std::string ResponseSigning::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

policy::Approved<policy::OcspResponseData> ResponseSigning::compose(Prepared& prepared) {
  const auto& question = prepared.item->question;
  const std::string& id = question.authority->issuer.id;
  // No intent is spent on a key that cannot sign now.
  if (const auto why = signer_.out_of_service(); !why.empty())
    throw Error(ErrorCode::unavailable, "the OCSP key is out of service: " + why);
  if (signer_.needs_canary()) throw Error(ErrorCode::unavailable, "the OCSP key awaits its canary");
  prepared.responder = responders_.find(id);
  if (!prepared.responder)
    throw Error(ErrorCode::unavailable, "authority " + id + " has no valid OCSP responder certificate");
  // First when, then what: a change that comes between is seen when the answer is to be released.
  prepared.read_at = ~ResponseCache::Epoch{0};
  const auto until = std::min(prepared.item->deadline, steady_clock::now() + k_signing_patience);
  for (const auto& each : question.ids) {
    const auto settled = cache_.settled(each.serial, until);
    if (!settled) throw Error(ErrorCode::unavailable, "the status of " + each.serial.hex() + " is changing");
    prepared.read_at = std::min(prepared.read_at, *settled);
  }
  const auto& key = signer_.key();
  policy::OcspResponseData::Fields fields{prepared.responder->key_hash, now(), {}, question.nonce, key.id,
                                          key.signature_algorithm};
  for (const auto& each : question.ids) {
    auto status = status_of(*question.authority, each.serial);
    // The log's time goes on when the clock is set back: what is revoked is told nevertheless.
    status.revoked_at = std::min(status.revoked_at, fields.produced_at);
    const auto validity =
        status.value == CertStatus::Value::unknown ? k_unknown_validity : settings_.get()->validity;
    fields.responses.push_back(
        {each, status, fields.produced_at,
         std::min(fields.produced_at + validity, prepared.responder->validity.not_after())});
  }
  auto decision = engine_.decide(policy::OcspResponseData(std::move(fields)), *prepared.responder);
  if (const auto* denial = policy::denied(decision))
    throw Error(ErrorCode::internal, "an OCSP response fails " + denial->rule + ": " + denial->detail);
  return std::get<policy::Approved<policy::OcspResponseData>>(std::move(decision));
}

// What was never issued is unknown, whatever its number looks like; what may have been signed is revoked.
CertStatus ResponseSigning::status_of(const CertificateAuthority& authority, const policy::Serial& serial) {
  const auto record = store_.find_certificate(serial, now());
  if (!record || record->authority != authority.issuer.id) return {};
  if (record->revocation)
    return {CertStatus::Value::revoked, record->revocation->revoked_at, record->revocation->reason};
  if (record->der.empty()) return {};
  return {CertStatus::Value::good, {}, {}};
}

void ResponseSigning::give_up(Prepared& prepared, OcspTally& tally) {
  ++tally.failed;
  fail(*prepared.item,
       std::make_exception_ptr(
           Error(ErrorCode::unavailable, "the token did not sign the response before: " + tally.reason)));
}

void ResponseSigning::sign_one(Prepared prepared, policy::Recorded<policy::OcspResponseData> recorded,
                               OcspTally& tally) {
  const auto fields = recorded.tbs().fields();
  const auto data = policy::to_bytes(recorded.tbs().to_be_signed());
  pkcs11::SignOutcome outcome;
  try {
    outcome = signer_.sign(std::move(recorded), steady_clock::now() + k_signing_patience);
  } catch (const std::exception& error) {
    outcome = pkcs11::PossiblySigned{error.what(), 0, 1};
  }
  const auto fail_with = [&](std::uint64_t& count, const std::string& reason, int tries) {
    ++count;
    tally.retries += static_cast<std::uint64_t>(std::max(tries - 1, 0));
    if (tally.reason.empty()) tally.reason = reason;
    fail(*prepared.item, std::make_exception_ptr(Error(
                             ErrorCode::unavailable, "the token did not sign an OCSP response: " + reason)));
  };
  if (const auto* failed = std::get_if<pkcs11::NotSigned>(&outcome))
    return fail_with(tally.failed, failed->reason, failed->tries);
  if (const auto* unknown = std::get_if<pkcs11::PossiblySigned>(&outcome))
    return fail_with(tally.possible, unknown->reason, unknown->tries);
  const auto& done = std::get<pkcs11::Signed>(outcome);
  ++tally.made;
  tally.retries += static_cast<std::uint64_t>(std::max(done.tries - 1, 0));
  auto der = policy::successful_response(data, fields.signature_algorithm, done.signature,
                                         prepared.responder->certificate);
  release(std::move(prepared), fields, std::move(der));
}

// An answer that was overtaken by a revocation is nobody's: it is made anew.
void ResponseSigning::release(Prepared prepared, const policy::OcspResponseData::Fields& fields,
                              policy::Bytes der) {
  auto& item = prepared.item;
  const bool overtaken = std::any_of(fields.responses.begin(), fields.responses.end(), [&](const auto& each) {
    return !cache_.unchanged_since(each.id.serial, prepared.read_at);
  });
  if (overtaken) {
    if (++item->turns >= k_most_turns)
      return fail(*item, std::make_exception_ptr(
                             Error(ErrorCode::unavailable,
                                   "the status of a certificate changes faster than it can be told")));
    const std::lock_guard lock(mutex_);
    asked_.push_front(std::move(item));
    return wake_.notify_one();
  }
  {
    const std::lock_guard lock(mutex_);
    failure_.clear();
  }
  const bool keepable = fields.responses.size() == 1 && !fields.nonce && !has_unknown(fields);
  const auto& first = fields.responses.front();
  const auto answer = std::make_shared<const api::OcspAnswer>(
      api::OcspAnswer{std::move(der), keepable ? std::chrono::seconds::max() : std::chrono::seconds(0),
                      first.this_update, first.next_update});
  if (keepable) cache_.put(first.id, answer, prepared.read_at);
  item->answer.set_value(answer);
}

}  // namespace inkan::daemon
