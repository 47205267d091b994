#include "daemon/ocsp/ocsp_desk.h"

#include <algorithm>
#include <utility>

#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::CertIdHash;
using policy::OcspFailure;
using policy::OcspRequest;

namespace {

constexpr std::chrono::seconds k_client_patience(4);  // of a client that waits for a signature

ResponseCache::Answer failure(OcspFailure why) {
  return std::make_shared<const api::OcspAnswer>(api::OcspAnswer{policy::failure_response(why), {}, {}, {}});
}

}  // namespace

OcspDesk::OcspDesk(const policy::Engine& engine, IntentLedger& ledger, Unfinished& unfinished, Store& store,
                   Issuance& issuance, const Authorities& authorities, pkcs11::OcspSigner& signer,
                   const OcspSettings& settings)
    : store_(store),
      authorities_(authorities),
      settings_(settings),
      responders_(store, issuance, authorities, signer.key()),
      cache_(settings.cache),
      limit_(settings.on_demand, settings.on_demand_per_address),
      signing_(engine, ledger, unfinished, store, signer, responders_, cache_, settings_) {}

void OcspDesk::follow(const OcspSettings& settings) {
  limit_.set(settings.on_demand, settings.on_demand_per_address);
  auto next = settings;
  next.cache = settings_.get()->cache;
  settings_.set(next);
}

void OcspDesk::start(int sessions) {
  signing_.start(std::max(1, sessions / 4));
}

api::OcspAnswer OcspDesk::answer(policy::BytesView request, const std::string& address) {
  const auto told = tell(request, address);
  ++counts_[static_cast<std::size_t>(told.how)];
  auto answer = *told.answer;
  // No cache keeps it for longer than it is true (RFC 5019 §6.1).
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(answer.next_update - now());
  answer.max_age =
      std::clamp(left, std::chrono::seconds(0), std::min(answer.max_age, settings_.get()->max_age));
  return answer;
}

OcspDesk::Told OcspDesk::tell(policy::BytesView octets, const std::string& address) {
  const auto request = OcspRequest::parse(octets);
  if (!request) return {failure(OcspFailure::malformed_request), How::malformed};
  if (!request->nonce)
    if (auto ready = prepared(*request)) return {std::move(ready), How::from_memory};
  const auto* const authority = authority_of(*request);
  if (!authority) return {failure(OcspFailure::unauthorized), How::unauthorized};  // RFC 5019 §2.2.3
  if (limit_.take(address, RateLimit::Clock::now())) try {
      return {signing_.ask({authority, request->ids, request->nonce},
                           std::chrono::steady_clock::now() + k_client_patience),
              How::signed_for_it};
    } catch (const std::exception&) {
      // Why is told once for all of them: by the job's turn.
    }
  // Whoever asks too often, or while the token is out, gets what there is: without his nonce (RFC 9654 §2.1).
  if (auto ready = prepared(*request)) return {std::move(ready), How::from_memory};
  return {failure(OcspFailure::try_later), How::try_later};
}

ResponseCache::Answer OcspDesk::prepared(const OcspRequest& request) {
  return request.ids.size() == 1 ? cache_.find(request.ids.front(), now()) : nullptr;
}

// Nothing if they are not all of one authority: nobody's certificate lets him answer for two.
const CertificateAuthority* OcspDesk::authority_of(const OcspRequest& request) {
  const auto* const first = authority_of(request.ids.front().issuer);
  for (const auto& each : request.ids)
    if (authority_of(each.issuer) != first) return nullptr;
  return first;
}

const CertificateAuthority* OcspDesk::authority_of(const policy::IssuerId& issuer) {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = issuers_.find(issuer); found != issuers_.end()) return found->second;
  }
  const auto all = authorities_.all();
  const std::unique_lock lock(mutex_);
  if (issuers_.size() == 2 * all.size()) return nullptr;
  for (const auto* authority : all)
    for (const auto hash : {CertIdHash::sha1, CertIdHash::sha256})
      issuers_.emplace(policy::IssuerId::of(hash, authority->issuer.subject, authority->issuer.public_key),
                       authority);
  const auto found = issuers_.find(issuer);
  return found == issuers_.end() ? nullptr : found->second;
}

void OcspDesk::turn() {
  std::exception_ptr failed;
  try {
    responders_.renew_due();
  } catch (const std::exception&) {
    failed = std::current_exception();
  }
  if (!std::exchange(begun_, true)) sign_newest();
  sign_changed();
  for (const auto& id : cache_.due(now()))
    if (const auto* authority = authority_of(id.issuer)) signing_.sign_later({authority, {id}, std::nullopt});
  if (failed) std::rethrow_exception(failed);
  if (const auto why = signing_.failure(); !why.empty())
    throw policy::Error(policy::ErrorCode::unavailable, "an OCSP response was not made: " + why);
}

// After a start: before all ask at once.
void OcspDesk::sign_newest() {
  api::ListFilter filter;
  filter.limit = static_cast<int>(std::min<std::size_t>(settings_.get()->cache / 2, 10'000));
  for (const auto& found : store_.certificates(filter, 0, now())) {
    const auto& record = found.second;
    if (record.der.empty() || record.validity.not_after() < now()) continue;
    if (const auto* authority = authorities_.find(record.authority)) sign_later(*authority, record.serial);
  }
}

// By SHA-1, which is what clients ask by (RFC 5019 §2.1.1).
void OcspDesk::sign_later(const CertificateAuthority& authority, const policy::Serial& serial) {
  const policy::CertId id{
      policy::IssuerId::of(CertIdHash::sha1, authority.issuer.subject, authority.issuer.public_key), serial};
  signing_.sign_later({&authority, {id}, std::nullopt});
}

std::shared_ptr<void> OcspDesk::status_changes(const policy::Serial& serial) {
  {
    const std::lock_guard lock(changed_mutex_);
    if (changed_.size() < settings_.get()->cache) changed_.push_back(serial);
  }
  return std::make_shared<ResponseCache::Change>(cache_, serial);
}

void OcspDesk::sign_changed() {
  std::vector<policy::Serial> changed;
  {
    const std::lock_guard lock(changed_mutex_);
    changed.swap(changed_);
  }
  for (const auto& serial : changed) {
    const auto record = store_.find_certificate(serial, now());
    const auto* authority = record ? authorities_.find(record->authority) : nullptr;
    if (authority) sign_later(*authority, serial);
  }
}

}  // namespace inkan::daemon
