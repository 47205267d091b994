// The service's calls about its authorities, and what each of them publishes.
#include <limits>

#include "daemon/authority/service.h"
#include "daemon/clock.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {

std::vector<api::AuthorityRecord> Service::authorities() {
  std::vector<api::AuthorityRecord> all;
  for (const auto* authority : core_.authorities.all()) {
    const auto& issuer = authority->issuer;
    const auto crl = core_.crls.newest(issuer.id);
    const auto state = authority->state.load();
    if (state == AuthorityState::pending || state == AuthorityState::undone) continue;
    const auto why = authority->signer ? authority->signer->out_of_service() : "";
    all.push_back({issuer.id,
                   issuer.subject.text(),
                   issuer.validity,
                   std::string(policy::name(issuer.public_key.algorithm())),
                   std::string(policy::name(issuer.signature_algorithm)),
                   issuer.public_key.spki_hash(),
                   authority->certificate,
                   authority->parent,
                   !authority->signer || !authority->signs() ? "destroyed"
                   : !why.empty()                            ? "out-of-service"
                   : authority->signer->needs_canary()       ? "unavailable"
                                                             : "ready",
                   crl ? std::optional(crl->number) : std::nullopt,
                   crl ? std::optional(crl->next_update) : std::nullopt,
                   std::string(name(state)),
                   core_.authorities.is_issuing(*authority),
                   authority->outside_issuers,
                   {}});
    for (const auto& [shard, newest] : core_.crls.newest_of(issuer.id))
      if (shard != policy::k_full_crl)
        all.back().crl_shards.push_back({shard, newest.number, newest.next_update});
  }
  return all;
}

std::optional<policy::Bytes> Service::find_link(const std::string& new_root, Link link) {
  const auto* const fresh = core_.authorities.find(new_root);
  if (!fresh || fresh->parent || fresh->state == AuthorityState::undone) return std::nullopt;
  api::ListFilter filter;
  filter.profile = "root-link";
  if (link == Link::old_with_new)
    filter.authority = new_root;
  else
    filter.spki_sha256 = fresh->issuer.public_key.spki_hash().hex();
  for (const auto& each : core_.store.certificates(filter, std::numeric_limits<std::int64_t>::max(), now())) {
    const auto& record = each.second;
    if (record.der.empty() || record.revocation) continue;
    // A root may have been linked twice: to the one before it, and to the one after.
    for (const auto* old : core_.authorities.all()) {
      const bool meant = link == Link::old_with_new
                             ? policy::Certificate::parse(record.der).public_key() == old->issuer.public_key
                             : record.authority == old->issuer.id;
      if (meant && is_older(old->issuer.id, new_root)) return record.der;
    }
  }
  return std::nullopt;
}

// Authorities stand in the order in which they were made.
bool Service::is_older(const std::string& one, const std::string& other) const {
  for (const auto* each : core_.authorities.all()) {
    if (each->issuer.id == one) return true;
    if (each->issuer.id == other) return false;
  }
  return false;
}

std::vector<api::CaRequestRecord> Service::ca_requests() {
  return core_.store.read([](Database& database) {
    std::vector<api::CaRequestRecord> all;
    for (const auto& row : CaRequestRow::all(database)) {
      const auto parsed = policy::CertificationRequest::parse(row.request);
      const auto* const request = std::get_if<policy::CertificationRequest>(&parsed);
      all.push_back({row.authority, request ? request->subject().text() : "", row.key.hex(), row.profile,
                     row.approval, row.request, row.leaf});
    }
    return all;
  });
}

std::optional<api::OcspAnswer> Service::answer_ocsp(policy::BytesView request, const std::string& address) {
  if (!core_.ocsp) return std::nullopt;
  return core_.ocsp->answer(request, address);
}

std::optional<api::PublishedCrl> Service::find_crl(const std::string& authority_id, int shard) {
  auto crl = core_.crls.newest(authority_id, shard);
  if (!crl) return std::nullopt;
  return api::PublishedCrl{std::move(crl->der), crl->sha256, crl->this_update};
}

}  // namespace inkan::daemon
