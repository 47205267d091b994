// What readiness is made of: each part with what is wrong, for those who may know.
#include "daemon/authority/service.h"
#include "daemon/clock.h"

namespace inkan::daemon {
namespace {

constexpr std::chrono::seconds k_oldest_probe(60);
constexpr std::chrono::days k_ca_end_warning(400);  // rule A02
constexpr std::uint64_t k_most_uncovered = 10'000;

// A token that another stands in for, or that stands by unused, may be out: someone should look, and all
// works.
api::Part token_part(const TokenSettings& settings, const Tokens& tokens) {
  const auto& name = settings.token.name;
  const auto token = tokens.find(name);
  const auto status = token->status();
  const bool standby = !settings.standby_for.empty();
  const bool in_use = tokens.is_in_use(settings);
  const std::string role = standby && in_use ? "; stands in for " + settings.standby_for
                           : standby         ? "; stands by for " + settings.standby_for
                           : in_use          ? ""
                                             : "; " + token->standby()->config().name + " stands in for it";
  return {
      "token " + name, status.state == pkcs11::TokenState::ready || !in_use,
      std::string(pkcs11::name(status.state)) + (status.detail.empty() ? "" : ": " + status.detail) + role};
}

api::Part probe_part(const KeyKeeper& keeper) {
  const auto age = keeper.probe_age();
  const bool fresh = age && *age <= k_oldest_probe;
  const std::string when =
      age ? "last good signature " + std::to_string(age->count()) + " s ago" : "no good signature yet";
  const std::string failure = keeper.probe_failure();
  return {"probe", fresh, failure.empty() ? when : when + "; " + failure};
}

api::Part store_part(Core& core) {
  try {
    const auto size = core.store.size();
    const auto unsettled = core.unfinished.size();
    return {"store", unsettled == 0,
            std::to_string(size) + " leaves" +
                (unsettled ? ", " + std::to_string(unsettled) + " outcomes not written yet" : "")};
  } catch (const std::exception& error) {
    return {"store", false, error.what()};
  }
}

api::Part ledger_part(Core& core) {
  const auto head = core.writer->head().size, covered = core.checkpoints.covered();
  return {"ledger", covered > 0 && head - covered < k_most_uncovered,
          "checkpoint covers " + std::to_string(covered) + " of " + std::to_string(head) + " leaves"};
}

api::Part authority_part(const CertificateAuthority& authority) {
  const auto end = authority.issuer.validity.not_after();
  const bool soon = now() + k_ca_end_warning > end;
  const auto why = authority.signer->out_of_service();
  const bool usable = why.empty() && !authority.signer->needs_canary() && now() <= end;
  const std::string state = !why.empty()                       ? "out of service: " + why
                            : authority.signer->needs_canary() ? "awaits its canary"
                                                               : "in service";
  return {"authority " + authority.issuer.id, usable,
          state + ", ends " + policy::to_rfc3339(end) +
              (soon ? "; it ends within 400 days: roll over to a new one (rule A02)" : "")};
}

api::Part crl_part(const CertificateAuthority& authority, const CrlPublisher& crls) {
  const auto crl = crls.newest(authority.issuer.id);
  if (!crl) return {"crl " + authority.issuer.id, false, "none published yet"};
  return {"crl " + authority.issuer.id, now() < crl->next_update,
          "number " + std::to_string(crl->number) + ", next update " + policy::to_rfc3339(crl->next_update)};
}

// Those that certificates may name; none, if its CRL is in one piece.
std::optional<api::Part> crl_shards_part(const CertificateAuthority& authority, const CrlPublisher& crls) {
  auto shards = crls.newest_of(authority.issuer.id);
  shards.erase(policy::k_full_crl);
  if (shards.empty()) return std::nullopt;
  auto first = policy::Instant::max();
  for (const auto& [shard, crl] : shards) first = std::min(first, crl.next_update);
  return api::Part{"crl shards " + authority.issuer.id, now() < first,
                   std::to_string(shards.size()) + " published, " + std::to_string(authority.crl_shards) +
                       " for new certificates; the first next update is " + policy::to_rfc3339(first)};
}

api::Part ocsp_part(const CertificateAuthority& authority, const OcspDesk& ocsp,
                    const pkcs11::OcspSigner& signer) {
  const auto responder = ocsp.responders().find(authority.issuer.id);
  const auto why = signer.out_of_service();
  return {"ocsp " + authority.issuer.id, responder && why.empty(),
          !why.empty() ? "its key is out of service: " + why
          : !responder
              ? "no valid responder certificate"
              : "responder certificate until " + policy::to_rfc3339(responder->validity.not_after())};
}

// A witness that is out, or that refuses, is a matter for people: it must not take the service away.
api::Part witness_part(const CosignerStatus& status) {
  const std::string when =
      status.at ? "cosigned " + std::to_string(status.size) + " leaves at " + policy::to_rfc3339(*status.at)
                : "nothing cosigned yet in this run";
  return {"witness " + status.name, status.failure.empty(),
          status.failure.empty() ? when : (status.refused ? "REFUSED: " : "") + status.failure + "; " + when};
}

}  // namespace

api::Readiness Service::readiness() {
  api::Readiness readiness;
  auto& parts = readiness.parts;
  parts.push_back(store_part(core_));
  for (const auto& settings : core_.config.tokens) parts.push_back(token_part(settings, core_.tokens));
  parts.push_back(probe_part(core_.key_keeper));
  parts.push_back(ledger_part(core_));
  for (const auto& authority : core_.authorities.signing()) {
    parts.push_back(authority_part(*authority));
    parts.push_back(crl_part(*authority, core_.crls));
    if (auto shards = crl_shards_part(*authority, core_.crls)) parts.push_back(std::move(*shards));
    if (core_.ocsp) parts.push_back(ocsp_part(*authority, *core_.ocsp, *core_.ocsp_signer));
  }
  // Stopping is an officer's will, not a failure: an unready node would lose the calls that start it again.
  if (const auto stopped = stopped_issuing())
    parts.push_back({"issuing", true,
                     "STOPPED by " + stopped->by + " since " + policy::to_rfc3339(stopped->since) + ": " +
                         stopped->reason});
  // Law 3: what may have been signed is not forgotten; it does not make the service unready.
  if (const auto possible = core_.store.possibly_signed(); possible > 0)
    parts.push_back({"possibly signed", true,
                     std::to_string(possible) +
                         " certificates, all revoked: GET /v1/certificates?status=possibly-signed"});
  readiness.ready = true;
  for (const auto& part : parts) readiness.ready &= part.ok;
  for (const auto& cosigner : core_.cosigning.all()) parts.push_back(witness_part(cosigner->status()));
  return readiness;
}

}  // namespace inkan::daemon
