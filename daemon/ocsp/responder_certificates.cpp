#include "daemon/ocsp/responder_certificates.h"

#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

constexpr const char* k_profile = "ocsp-responder";
constexpr std::chrono::hours k_after_refusal(1);
constexpr std::size_t k_longest_id = 48;  // so that a common name of 64 characters holds it (RFC 5280 App. A)

policy::Name subject_for(const policy::Issuer& issuer) {
  std::vector<policy::NameAttribute> attributes;
  for (const auto& each : issuer.subject.attributes())
    if (each.type == "C" || each.type == "O") attributes.push_back(each);
  attributes.push_back({"CN", "OCSP responder " + issuer.id.substr(0, k_longest_id)});
  auto name = policy::Name::build(attributes);
  if (const auto* denial = policy::denied(name)) throw Error(ErrorCode::config, denial->detail);
  return std::get<policy::Name>(std::move(name));
}

}  // namespace

ResponderCertificates::ResponderCertificates(Store& store, Issuance& issuance, const Authorities& authorities,
                                             const pkcs11::KeyRecord& key)
    : issuance_(issuance), authorities_(authorities), public_key_(public_key_of(key)) {
  for (const auto* authority : authorities.all()) {
    api::ListFilter filter;
    filter.profile = k_profile;
    filter.authority = authority->issuer.id;
    filter.spki_sha256 = public_key_.spki_hash().hex();
    filter.status = api::name(api::CertificateStatus::valid);
    filter.limit = 1;
    for (const auto& found : store.certificates(filter, 0, now())) keep(authority->issuer.id, found.second);
  }
}

void ResponderCertificates::keep(const std::string& authority, const api::CertificateRecord& record) {
  auto responder = std::make_shared<const policy::OcspResponder>(policy::OcspResponder::of(record.der));
  const std::lock_guard lock(mutex_);
  current_.insert_or_assign(authority, Current{std::move(responder), record.renewal_from});
}

bool ResponderCertificates::is_due(const CertificateAuthority& authority) const {
  const auto& lasts = authority.issuer.validity;
  const auto state = authority.state.load();
  if (!lasts.covers(now()) || (state != AuthorityState::active && state != AuthorityState::retired))
    return false;
  const std::lock_guard lock(mutex_);
  const auto found = current_.find(authority.issuer.id);
  if (found == current_.end()) return true;
  // One that ends with its authority is the last.
  const auto ends = found->second.responder->validity.not_after();
  return now() >= found->second.renew_from && ends < lasts.not_after();
}

std::string ResponderCertificates::refusal(const std::string& authority) const {
  const std::lock_guard lock(mutex_);
  const auto found = refused_.find(authority);
  return found != refused_.end() && now() < found->second.until ? found->second.why : "";
}

void ResponderCertificates::renew_due() {
  // An authority whose key is out must not keep the others from theirs.
  std::exception_ptr first;
  for (auto* const authority : authorities_.signing()) {
    try {
      if (is_due(*authority)) renew(*authority);
    } catch (const std::exception&) {
      if (!first) first = std::current_exception();
    }
  }
  if (first) std::rethrow_exception(first);
}

void ResponderCertificates::renew(CertificateAuthority& authority) {
  const std::string& id = authority.issuer.id;
  if (authority.signer->needs_canary())
    throw Error(ErrorCode::unavailable, "no OCSP responder for " + id + ": its key awaits its canary");
  if (const auto why = refusal(id); !why.empty()) throw Error(ErrorCode::config, why);
  const api::Call call{policy::Identity::system_job("ocsp"), uuid_v7(now_micros()), "",
                       std::chrono::steady_clock::now() + std::chrono::seconds(10)};
  const auto wanted = policy::IssuanceRequest::for_link(k_profile, public_key_, subject_for(authority.issuer),
                                                        authority.issuer.validity.not_after());
  const auto outcome = issuance_.issue(call, wanted, authority, std::nullopt);
  if (const auto* denial = policy::denied(outcome)) {
    const std::string why = "no OCSP responder for " + id + ": " + denial->rule + " (" + denial->clause +
                            "): " + denial->detail + "; " + denial->mend;
    const std::lock_guard lock(mutex_);
    refused_.insert_or_assign(id, Refused{now() + k_after_refusal, why});
    throw Error(ErrorCode::config, why);
  }
  keep(id, std::get<api::IssuedCertificate>(outcome).record);
}

std::shared_ptr<const policy::OcspResponder> ResponderCertificates::find(const std::string& authority) const {
  const std::lock_guard lock(mutex_);
  const auto found = current_.find(authority);
  const bool valid = found != current_.end() && found->second.responder->validity.covers(now());
  return valid ? found->second.responder : nullptr;
}

}  // namespace inkan::daemon
