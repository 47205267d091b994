#include "daemon/acts/role_acts.h"

#include <algorithm>

#include "daemon/authority/revocation.h"
#include "daemon/authority/serial_source.h"
#include "daemon/clock.h"
#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Act;
using policy::ActKind;
using policy::ActParameters;
using policy::CertificationRequest;
using policy::Denial;
using policy::Error;
using policy::ErrorCode;

namespace {

Denial role_denial(const std::string& rule, const std::string& detail, const std::string& mend) {
  return {rule, "dual control", detail, mend};
}

policy::OrDenial<CertificationRequest> parse_request(const std::string& text) {
  const auto der = policy::from_base64(text);
  if (!der)
    return role_denial("csr.parse", "the request is not base64 of its DER",
                       "give the PKCS#10 request as `openssl req -outform DER | base64 -w0` prints it");
  return CertificationRequest::parse(*der);
}

std::string value_of(const ActParameters& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "" : found->second;
}

// A specimen, for a judgement that signs nothing.
policy::Serial specimen_serial() {
  policy::Serial::Random random;
  random_octets(random);
  return policy::Serial::from(now_milliseconds(), random);
}

std::optional<Denial> fault_in_identity(Database& database, const std::string& id, const std::string& role,
                                        const std::string& standing) {
  if (!policy::role(role))
    return role_denial("role.unknown", "\"" + role + "\" is no role",
                       "give web-tier, bank-staff, security-officer or auditor");
  const auto known = IdentityRow::find(database, id);
  if ((standing == policy::k_standing_new) == known.has_value())
    return role_denial("role.standing",
                       "identity " + id + (known ? " has been registered meanwhile" : " is not registered"),
                       "ask for it anew");
  if (!known && !IdentityRow::is_id(id))
    return role_denial("role.id", "\"" + id + "\" cannot be the name of a new identity",
                       "give 1 to 64 of a-z, 0-9, '-', '_' and '.', beginning with a letter or digit");
  if (known && known->ended)
    return role_denial("role.ended",
                       "identity " + id + " has ended on " + policy::to_rfc3339(*known->ended) +
                           ": its name stands for what it did",
                       "name another");
  if (known && policy::name(known->role) != role)
    return role_denial("role.other", "identity " + id + " is " + std::string(policy::name(known->role)),
                       "an identity keeps its role: register another one");
  return std::nullopt;
}

}  // namespace

policy::OrDenial<ActParameters> fill_role_act(Database& database, ActKind kind, ActParameters given) {
  const auto known = IdentityRow::find(database, value_of(given, "identity"));
  if (kind == ActKind::revoke_role) {
    if (!known)
      return role_denial("role.unknown", "there is no identity \"" + value_of(given, "identity") + "\"",
                         "GET /v1/identities lists them");
    given["role"] = policy::name(known->role);
    return given;
  }
  const auto request = parse_request(value_of(given, "csr"));
  if (const auto* denial = policy::denied(request)) return *denial;
  given["spki_sha256"] = std::get<CertificationRequest>(request).public_key().spki_hash().hex();
  given["subject"] = std::get<CertificationRequest>(request).subject().text();
  given["standing"] = known ? policy::k_standing_another_key : policy::k_standing_new;
  return given;
}

std::optional<Denial> fault_in_granting(Database& database, const Act& act, const policy::Engine& engine,
                                        const policy::Issuer& issuer) {
  const std::string id = act.parameter("identity");
  if (auto fault = fault_in_identity(database, id, act.parameter("role"), act.parameter("standing")))
    return fault;
  const auto parsed = parse_request(act.parameter("csr"));
  if (const auto* denial = policy::denied(parsed)) return *denial;
  const auto& request = std::get<CertificationRequest>(parsed);
  const auto key = request.public_key().spki_hash();
  if (const auto owner = owner_of(database, key))
    return role_denial("key.operator", "this key is, or was, that of identity " + *owner,
                       "make a new key for each certificate");
  return engine
      .examine(policy::IssuanceRequest::from("operator", request, std::nullopt), issuer, policy::Role::system,
               specimen_serial(), now())
      .denial;
}

std::optional<Denial> fault_in_revoking_role(Database& database, const Act& act, int votes) {
  const auto known = IdentityRow::find(database, act.parameter("identity"));
  if (!known)
    return role_denial("role.unknown", "there is no identity \"" + act.parameter("identity") + "\"",
                       "GET /v1/identities lists them");
  if (known->ended)
    return role_denial("approval.nothing-to-do", "identity " + known->id + " has ended already",
                       "nothing needs to be done");
  const int left = IdentityRow::count(database, policy::Role::security_officer) - 1;
  if (known->role == policy::Role::security_officer && left < votes)
    return role_denial(
        "role.officers",
        "an act takes " + std::to_string(votes) + " votes, and " + std::to_string(left) +
            " officers would be left",
        "register another officer first; to stop this one at once, revoke his certificate: one "
        "officer may do that alone");
  return std::nullopt;
}

std::optional<Denial> fault_in_new_key(Store& store, const ActParameters& parameters) {
  const auto request = parse_request(value_of(parameters, "csr"));
  if (policy::denied(request)) return std::nullopt;  // told by others
  api::ListFilter filter;
  filter.spki_sha256 = std::get<CertificationRequest>(request).public_key().spki_hash().hex();
  for (const auto& [id, record] : store.certificates(filter, std::numeric_limits<std::int64_t>::max(), now()))
    // An operator's is told by owner_of().
    if (!record.revocation && record.status != api::CertificateStatus::failed && record.profile != "operator")
      return role_denial(
          "key.certified",
          "certificate " + record.serial.hex() + " of profile " + record.profile + " is on this key already",
          "make a new key for an operator's certificate");
  return std::nullopt;
}

CertificationRequest request_in(const Act& act) {
  auto request = parse_request(act.parameter("csr"));
  if (const auto* denial = policy::denied(request))
    throw Error(ErrorCode::store, "the request of a grant is damaged: " + denial->detail);
  return std::get<CertificationRequest>(std::move(request));
}

void revoke_role(Writing& w, const std::string& identity, const std::string& request,
                 const policy::Identity& actor) {
  const auto known = IdentityRow::find(w.database(), identity);
  if (!known) throw Error(ErrorCode::store, "the store knows no identity " + identity);
  IdentityRow::end(w.database(), identity, w.now(), request);
  policy::Event event{.type = policy::EventType::role_revoke, .target = {"operator", identity}};
  event.detail = {{"request", request}, {"role", policy::name(known->role)}};
  w.append(event, actor);
  const api::Call call{actor, "", "", {}};
  for (const auto& key : known->keys)
    if (key.serial && !is_revoked(w.database(), *key.serial))
      write_revocation(w, call, {*key.serial, policy::RevocationReason::privilege_withdrawn, {}}, request);
}

std::optional<Denial> fault_in_officer(Database& database, const policy::Identity& officer) {
  const auto known = IdentityRow::find(database, officer.id());
  if (!known || !known->ended) return std::nullopt;
  return role_denial("role.ended", "identity " + officer.id() + " has ended", "ask another officer");
}

}  // namespace inkan::daemon
