// The part of making an authority that a CA outside has a hand in: the request, and what came of it.
#include "daemon/acts/acts_call.h"
#include "daemon/acts/authority_acts.h"
#include "daemon/acts/authority_making.h"
#include "daemon/fault_point.h"
#include "policy/rules/outside_certificate.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::OutsideCertificate;

namespace {

OutsideCertificate given_in(const policy::Act& act) {
  auto outside = OutsideCertificate::parse(act.parameter("certificate"), act.parameter("chain"));
  if (const auto* denial = policy::denied(outside))
    throw Error(ErrorCode::config, denial->rule + ": " + denial->detail);
  return std::get<OutsideCertificate>(std::move(outside));
}

KeyRow key_of(Database& database, const CaRequestRow& request) {
  for (auto& key : KeyRow::all(database))
    if (key.record.id == request.key) return std::move(key);
  throw Error(ErrorCode::store, "request " + request.authority + " names a key that the store does not know");
}

std::vector<policy::Bytes> ders_of(const std::vector<policy::Certificate>& certificates) {
  std::vector<policy::Bytes> all;
  all.reserve(certificates.size());
  for (const auto& each : certificates) all.push_back(each.der());
  return all;
}

policy::Event import_event(const std::string& id, const OutsideCertificate& outside,
                           const pkcs11::KeyRecord& key, const std::string& approval) {
  policy::Event event{.type = policy::EventType::ca_import, .target = {"authority", id}};
  auto chain = nlohmann::json::array();
  for (const auto& each : outside.issuers()) chain.push_back(each.fingerprint().hex());
  event.detail = {{"chain", chain},
                  {"key_id", key.id.hex()},
                  {"request", approval},
                  {"sha256", outside.certificate().fingerprint().hex()},
                  {"spki_sha256", policy::spki_hash_of(key.spki).hex()}};
  return event;
}

}  // namespace

void AuthorityMaking::make_request(const ApprovalRow& request) {
  const auto planned =
      core_.store.read([&](Database& database) { return core_.desk.planned(database, request.act); });
  const auto key = make_key(request, planned.key, policy::KeyPurpose::ca, planned.id);
  const auto made = open(planned, key);
  core_.key_keeper.make_canary(*made);
  fault_point("act.after-canary");
  auto decision = core_.policies.now().decide_request(planned.profile, made->issuer);
  if (const auto* denial = policy::denied(decision))
    throw Error(ErrorCode::config, "the request of " + planned.id + " fails " + denial->rule + ": " +
                                       denial->detail + "; " + denial->mend);
  auto& approved = std::get<policy::Approved<policy::TbsCertificationRequest>>(decision);
  const auto fields = approved.tbs().fields();
  auto recorded = core_.ledger.record(std::move(approved), request.id);
  const policy::LeafIndex intent = recorded.intent();
  fault_point("act.before-request");
  const auto done = core_.unfinished.sign(*made->signer, std::move(recorded),
                                          std::chrono::steady_clock::now() + k_signature_patience, acts_job(),
                                          "no request of " + planned.id);
  fault_point("act.after-request");
  core_.unfinished.complete(intent, acts_job(), [&] {
    core_.ledger.complete_request(intent, request.id, planned.id, planned.profile, fields, done);
  });
  fault_point("act.after-outcome");
  core_.writer->write([&](Writing& w) {
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
  fault_point("act.after-finish");
}

std::unique_ptr<CertificateAuthority> AuthorityMaking::open_outside(const std::string& id,
                                                                    const pkcs11::KeyRecord& key,
                                                                    const OutsideCertificate& outside) {
  const auto& certificate = outside.certificate();
  auto made = std::make_unique<CertificateAuthority>(
      issuer_of(id, key, certificate.subject(), certificate.validity(),
                policy::ca_path_length(certificate).value_or(-1), core_.published_at()),
      std::nullopt, certificate.der(), std::make_unique<pkcs11::CaSigner>(core_.tokens.find(key.token), key));
  made->issuer.outside_identifier = policy::subject_key_identifier(certificate);
  made->outside_issuers = ders_of(outside.issuers());
  core_.hear_late(*made);
  return made;
}

void AuthorityMaking::adopt(const ApprovalRow& request) {
  const std::string id = request.act.parameter("authority");
  const auto outside = given_in(request.act);
  const auto key = core_.store.read([&](Database& database) {
    const auto asked = CaRequestRow::find(database, id);
    if (!asked) throw Error(ErrorCode::config, "no certificate of authority " + id + " is awaited");
    return key_of(database, *asked);
  });
  auto made = open_outside(id, key.record, outside);
  core_.key_keeper.make_canary(*made);  // a key that cannot sign is found before anything is changed
  fault_point("import.after-canary");
  core_.writer->write([&](Writing& w) {
    AuthorityRow{id, key.record.id, std::nullopt, outside.certificate().der()}.insert(w.database());
    const auto leaf = w.append(import_event(id, outside, key.record, request.id), acts_job());
    insert_outside_issuers(w.database(), id, made->outside_issuers, leaf);
    change_state(w, key.record, key.state, KeyState::active, acts_job());
    CaRequestRow::remove(w.database(), id);
  });
  fault_point("import.after-adopt");
  core_.authorities.add(std::move(made));
}

void AuthorityMaking::finish_import(const ApprovalRow& request) {
  auto* const authority = core_.authorities.find(request.act.parameter("authority"));
  if (!authority)
    throw Error(ErrorCode::internal, "authority " + request.act.parameter("authority") + " is not open");
  if (!core_.crls.newest(authority->issuer.id)) {
    core_.key_keeper.make_canary(*authority);
    core_.crls.publish(*authority);
  }
  fault_point("import.after-crl");
  core_.writer->write([&](Writing& w) {
    tell_step(w, request.id, "done", "done");
    ApprovalRow::set_work(w.database(), request.id, ActWork::done);
  });
  fault_point("import.after-finish");
  trust_(authority->certificate);
}

}  // namespace inkan::daemon
