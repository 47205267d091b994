#include "daemon/acts/authority_making.h"

#include <algorithm>

#include "daemon/acts/acts_call.h"
#include "daemon/acts/authority_acts.h"
#include "daemon/authority/revocation.h"
#include "daemon/clock.h"
#include "daemon/fault_point.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// A stop of the daemon waits for the act under way, so no step may take as long as in a set-up.
constexpr std::chrono::seconds k_generation_patience(60);

}  // namespace

void AuthorityMaking::make(const ApprovalRow& request) {
  const auto planned =
      core_.store.read([&](Database& database) { return core_.desk.planned(database, request.act); });
  const auto key = make_key(request, planned.key, policy::KeyPurpose::ca, planned.id);
  auto made = open(planned, key);
  core_.key_keeper.make_canary(*made);
  fault_point("act.after-canary");
  certify(request, planned, *made);
  fault_point("act.after-certificate");
  CertificateAuthority& authority = announce(request, key, std::move(made));
  fault_point("act.after-announce");
  core_.crls.publish(authority);
  fault_point("act.after-crl");
  link(request, authority);
  finish(request, key, authority);
  fault_point("act.after-finish");
}

// Its id is on disk before the token is asked for it: no crash leaves a key behind that nobody knows of.
pkcs11::KeyRecord AuthorityMaking::make_key(const ApprovalRow& request, const PlannedKey& planned,
                                            policy::KeyPurpose purpose, const std::string& name) {
  std::array<std::uint8_t, 16> octets;
  random_octets(octets);
  const UnbornKey unborn{policy::KeyId(octets), planned.token, request.id};
  core_.writer->write([&](Writing& w) { unborn.insert(w.database()); });
  fault_point("act.after-plan");
  auto key = pkcs11::generate_key(*core_.tokens.find(planned.token), purpose, planned.algorithm,
                                  planned.rsa_bits, name, unborn.id, std::nullopt, k_generation_patience);
  fault_point("act.after-generate");
  core_.writer->write(
      [&](Writing& w) { record_birth(w, key, KeyState::pre_active, request.id, acts_job()); });
  fault_point("act.after-birth");
  return key;
}

void AuthorityMaking::make_service_key(const ApprovalRow& request) {
  const auto key =
      make_key(request, ActDesk::planned_key(request.act), policy::KeyPurpose::ocsp, PlannedKey::k_ocsp_name);
  pkcs11::OcspSigner signer(core_.tokens.find(key.token), key);
  core_.key_keeper.make_canary(signer);
  fault_point("act.after-canary");
  core_.writer->write([&](Writing& w) {
    change_state(w, key, KeyState::pre_active, KeyState::active, acts_job());
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
  fault_point("act.after-finish");
}

std::unique_ptr<CertificateAuthority> AuthorityMaking::open(const PlannedAuthority& planned,
                                                            const pkcs11::KeyRecord& key) {
  const auto& profile = *core_.policies.now().profiles().find(planned.profile);
  auto made = std::make_unique<CertificateAuthority>(
      issuer_of(planned.id, key, planned.subject, profile.validity.validity(now()), profile.path_length,
                core_.published_at()),
      planned.issuer, policy::Bytes{}, std::make_unique<pkcs11::CaSigner>(core_.tokens.find(key.token), key),
      AuthorityState::pending);
  core_.hear_late(*made);
  return made;
}

void AuthorityMaking::certify(const ApprovalRow& request, const PlannedAuthority& planned,
                              CertificateAuthority& authority) {
  CertificateAuthority& issuer = planned.issuer ? *core_.authorities.find(*planned.issuer) : authority;
  const auto wanted = policy::IssuanceRequest::for_token_key(planned.profile, authority.issuer.public_key,
                                                             planned.subject, {});
  auto outcome = core_.issuance.issue(acts_call(), wanted, issuer, std::nullopt, request.id);
  if (const auto* denial = policy::denied(outcome))
    throw Error(ErrorCode::config, "authority " + planned.id + ": " + denial->rule + " (" + denial->clause +
                                       "): " + denial->detail + "; " + denial->mend);
  auto& issued = std::get<api::IssuedCertificate>(outcome).record;
  authority.certificate = std::move(issued.der);
  authority.issuer.validity = issued.validity;
}

// From here on it can be found by its id, as what its certificate names must be.
CertificateAuthority& AuthorityMaking::announce(const ApprovalRow& request, const pkcs11::KeyRecord& key,
                                                std::unique_ptr<CertificateAuthority> authority) {
  core_.writer->write([&](Writing& w) {
    AuthorityRow{authority->issuer.id, key.id, authority->parent, authority->certificate,
                 AuthorityState::pending}
        .insert(w.database());
    policy::Event event{.type = policy::EventType::ca_issue, .target = {"authority", authority->issuer.id}};
    event.detail = {{"ceremony_id", request.id},
                    {"sha256", policy::fingerprint_of(authority->certificate).hex()}};
    w.append(event, acts_job());
  });
  return core_.authorities.add(std::move(authority));
}

// RFC 4210 §4.4: old with new, new with old. Neither outlives one of the two roots.
void AuthorityMaking::link(const ApprovalRow& request, CertificateAuthority& made) {
  const std::string id = request.act.parameter("links");
  if (id.empty()) return;
  auto* const old = core_.authorities.find(id);
  if (!old) throw Error(ErrorCode::config, "there is no root " + id);
  const auto latest = std::min(old->issuer.validity.not_after(), made.issuer.validity.not_after());
  certify_link(request, *old, made, latest);
  fault_point("act.after-old-with-new");
  certify_link(request, made, *old, latest);
  fault_point("act.after-new-with-old");
}

void AuthorityMaking::certify_link(const ApprovalRow& request, const CertificateAuthority& subject,
                                   CertificateAuthority& issuer, policy::Instant latest) {
  const auto wanted = policy::IssuanceRequest::for_link("root-link", subject.issuer.public_key,
                                                        subject.issuer.subject, latest);
  const auto outcome = core_.issuance.issue(acts_call(), wanted, issuer, std::nullopt, request.id);
  if (const auto* denial = policy::denied(outcome))
    throw Error(ErrorCode::config, "the link of " + subject.issuer.id + " by " + issuer.issuer.id + ": " +
                                       denial->rule + " (" + denial->clause + "): " + denial->detail + "; " +
                                       denial->mend);
}

void AuthorityMaking::finish(const ApprovalRow& request, const pkcs11::KeyRecord& key,
                             CertificateAuthority& authority) {
  const std::string& id = authority.issuer.id;
  core_.writer->write([&](Writing& w) {
    change_state(w, key, KeyState::pre_active, KeyState::active, acts_job());
    AuthorityRow::set_state(w.database(), id, AuthorityState::active);
    if (request.act.kind() == policy::ActKind::roll_over) activate_authority(w, id, request.id, acts_job());
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
  trust_(authority.certificate);
  follow_store(core_.authorities, core_.store);
}

void AuthorityMaking::undo(const ApprovalRow& request) {
  const auto keys =
      core_.store.read([&](Database& database) { return KeyRow::of_ceremony(database, request.id); });
  revoke_certificates(request, keys);
  fault_point("undo.after-revoke");
  erase_keys(request, keys);
  fault_point("undo.after-erase");
  core_.writer->write([&](Writing& w) {
    const auto& id = request.act.parameter("authority");
    if (const auto asked = CaRequestRow::find(w.database(), id); asked && asked->approval == request.id)
      CaRequestRow::remove(w.database(), id);
    if (const auto row = AuthorityRow::find(w.database(), id); row && row->state == AuthorityState::pending)
      AuthorityRow::set_state(w.database(), id, AuthorityState::undone);
    tell_failed(w, request.id, "undone", request.failure);
  });
  follow_store(core_.authorities, core_.store);
}

void AuthorityMaking::revoke_certificates(const ApprovalRow& request, const std::vector<KeyRow>& keys) {
  std::vector<api::ListFilter> filters(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    filters[i].spki_sha256 = policy::spki_hash_of(keys[i].record.spki).hex();
  // What the key has signed for another: the link of the root before. Another act's authority of that id is
  // not this one's to revoke.
  const auto& id = request.act.parameter("authority");
  const auto row = core_.store.read([&](Database& database) { return AuthorityRow::find(database, id); });
  if (row &&
      std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return key.record.id == row->key; })) {
    filters.emplace_back();
    filters.back().authority = id;
  }
  for (const auto& filter : filters) {
    for (const auto& each :
         core_.store.certificates(filter, std::numeric_limits<std::int64_t>::max(), now())) {
      const auto& record = each.second;  // no binding: clang lets no lambda capture one
      if (record.revocation || record.der.empty()) continue;
      const auto call = acts_call();
      core_.writer->write([&](Writing& w) {
        write_revocation(w, call, {record.serial, policy::RevocationReason::cessation_of_operation, {}},
                         request.id);
      });
      core_.crls.changed(record.authority);
    }
  }
}

void AuthorityMaking::erase_keys(const ApprovalRow& request, const std::vector<KeyRow>& keys) {
  for (const auto& key : keys) {
    if (key.state == KeyState::destroyed) continue;
    // First on disk that it is not to be looked for at the next start.
    if (key.state != KeyState::deactivated)
      core_.writer->write(
          [&](Writing& w) { change_state(w, key.record, key.state, KeyState::deactivated, acts_job()); });
    fault_point("undo.after-deactivate");
    pkcs11::erase_key(*core_.tokens.find(key.record.token), key.record.id);
    core_.writer->write([&](Writing& w) { record_destruction(w, key.record, request.id, acts_job()); });
  }
  erase_unborn(
      core_.store.read([&](Database& database) { return UnbornKey::of_ceremony(database, request.id); }));
}

void AuthorityMaking::erase_left_unborn() {
  erase_unborn(core_.store.read([](Database& database) { return UnbornKey::all(database); }));
}

// One that is not there may still come: a token may finish what it was asked for after the process that asked
// has died. So its row stays, and each start looks once more.
void AuthorityMaking::erase_unborn(const std::vector<UnbornKey>& keys) {
  for (const auto& key : keys) {
    if (!pkcs11::erase_key(*core_.tokens.find(key.token), key.id)) continue;
    core_.writer->write([&](Writing& w) {
      tell_step(w, key.ceremony, "unborn key destroyed", "done",
                "key " + key.id.hex() + " was in token " + key.token + ", without a birth in the log");
      key.remove(w.database());
    });
  }
}

}  // namespace inkan::daemon
