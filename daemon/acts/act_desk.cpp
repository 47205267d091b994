#include "daemon/acts/act_desk.h"

#include <algorithm>

#include "daemon/acts/policy_acts.h"
#include "daemon/acts/revocation_acts.h"
#include "daemon/acts/role_acts.h"
#include "daemon/acts/service_key_acts.h"
#include "daemon/authority/issuing_switch.h"
#include "daemon/clock.h"
#include "daemon/store/authority_rows.h"
#include "daemon/store/key_rows.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {

using policy::Act;
using policy::ActKind;
using policy::ActParameters;
using policy::Denial;

namespace {

constexpr std::string_view k_link_profile = "root-link";

Denial no(const std::string& rule, const std::string& detail, const std::string& mend) {
  return {rule, "dual control", detail, mend};
}

bool makes_key(ActKind kind) {
  return kind == ActKind::create_authority || kind == ActKind::roll_over ||
         kind == ActKind::request_authority;
}

std::optional<KeyRow> find_key(Database& database, const policy::KeyId& id) {
  for (auto& key : KeyRow::all(database))
    if (key.record.id == id) return std::move(key);
  return std::nullopt;
}

// The one whose name, token and algorithm a new authority has unless the officer says otherwise: the one it
// takes over from, or the one that will have signed it.
std::optional<AuthorityRow> model_of(Database& database, ActKind kind, const std::string& issuer) {
  const bool from_issuer = kind == ActKind::create_authority && !issuer.empty();
  return AuthorityRow::find(database, from_issuer ? issuer : issuing_authority(database));
}

// For people, beside the very certificates: what is too long for a parameter is cut, at a whole character.
std::string in_few_octets(std::string text) {
  if (text.empty()) return "(an empty name)";
  if (text.size() <= policy::k_most_plain_text) return text;
  std::size_t end = policy::k_most_plain_text - 4;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + " ...";
}

policy::OrDenial<policy::Name> subject_like(const AuthorityRow& model, const std::string& common_name) {
  auto attributes = policy::Certificate::parse(model.certificate).subject().attributes();
  const auto cn =
      std::find_if(attributes.begin(), attributes.end(), [](const auto& a) { return a.type == "CN"; });
  if (cn == attributes.end())
    attributes.push_back({"CN", common_name});
  else
    cn->value = common_name;
  return policy::Name::build(attributes);
}

policy::Name subject_of(Database& database, const Act& act) {
  const auto model = AuthorityRow::find(database, act.parameter("named_like"));
  auto subject =
      model ? subject_like(*model, act.parameter("common_name")) : policy::OrDenial<policy::Name>(Denial{});
  if (policy::denied(subject))
    throw policy::Error(policy::ErrorCode::store, "the name of authority " + act.parameter("authority") +
                                                      " cannot be made: " + policy::denied(subject)->detail);
  return std::get<policy::Name>(std::move(subject));
}

std::int64_t count_unexpired(Database& database, const std::string& authority) {
  auto row = database.prepare(
      "SELECT count(*) FROM certificates WHERE authority = ? AND state != 2 AND "
      "(revoked_at IS NULL OR reason = 6) AND not_after >= ?");
  row.bind(authority).bind(now().time_since_epoch().count());
  return row.step() ? row.integer(0) : 0;
}

// Certificates may begin at a civil midnight: an authority that is younger could issue none of them, and
// nobody else would.
std::optional<Denial> fault_in_begin(const AuthorityRow& row, const policy::ProfileSet& profiles) {
  const auto begins = policy::Certificate::parse(row.certificate).validity().not_before();
  for (const auto& profile : profiles.all()) {
    const auto wanted = profile.validity.validity(now()).not_before();
    if (!profile.ca && wanted < begins)
      return no("ca.begins",
                "authority " + row.id + " is valid from " + policy::to_rfc3339(begins) +
                    ", and certificates under profile " + profile.name + " begin at " +
                    policy::to_rfc3339(wanted) + ": it could not issue them today",
                "activate it tomorrow, or have its certificate made to begin earlier");
  }
  return std::nullopt;
}

std::optional<Denial> fault_in_activating(const AuthorityRow& row, Database& database,
                                          const policy::ProfileSet& profiles) {
  if (row.is_root())
    return no("ca.root", "authority " + row.id + " is a root: it signs CA certificates only", "name another");
  if (row.state != AuthorityState::active)
    return no("ca.state", "authority " + row.id + " is " + std::string(name(row.state)),
              "name one that is active, or create one");
  if (issuing_authority(database) == row.id)
    return no("approval.nothing-to-do", "authority " + row.id + " issues already",
              "nothing needs to be done");
  return fault_in_begin(row, profiles);
}

std::optional<Denial> fault_in_retiring(const AuthorityRow& row, Database& database) {
  if (issuing_authority(database) == row.id)
    return no("ca.issuing", "authority " + row.id + " issues to callers",
              "roll over, or activate another, before it is retired");
  if (row.state != AuthorityState::active)
    return no("ca.state", "authority " + row.id + " is " + std::string(name(row.state)),
              "only an active one is retired");
  for (const auto& other : AuthorityRow::all(database))
    if (other.issuer == row.id && other.id == issuing_authority(database))
      return no("ca.issuing", "authority " + row.id + " has signed " + other.id + ", which issues to callers",
                "roll over to one of another issuer first");
  return std::nullopt;
}

std::optional<Denial> fault_in_destroying(const Act& act, Database& database) {
  const auto id = policy::KeyId::from_hex(act.parameter("key"));
  const auto key = id ? find_key(database, *id) : std::nullopt;
  if (!key) return no("key.unknown", "there is no key " + act.parameter("key"), "GET /v1/keys lists them");
  if (key->state == KeyState::destroyed)
    return no("approval.nothing-to-do", "key " + id->hex() + " is destroyed already",
              "nothing needs to be done");
  const auto request = CaRequestRow::find(database, act.parameter("authority"));
  if (request && request->key == *id) return std::nullopt;  // it is given up
  const auto row = AuthorityRow::find(database, act.parameter("authority"));
  if (!row || row->key != *id)
    return no("key.purpose", "key " + key->record.label + " is not the key of a certificate authority",
              "only these are destroyed by an act");
  if (row->state != AuthorityState::retired && row->state != AuthorityState::closed)
    return no("ca.state", "authority " + row->id + " is " + std::string(name(row->state)),
              "retire it first: a key in use is not destroyed");
  if (const auto left = count_unexpired(database, row->id))
    return no("key.in-use",
              std::to_string(left) + " certificates of authority " + row->id +
                  " are neither expired nor revoked: their status could not be published any more",
              "wait until they have expired, or revoke them");
  return std::nullopt;
}

}  // namespace

policy::OrDenial<Act> ActDesk::complete(Database& database, const api::ApprovalOrder& order) const {
  auto filled = fill(database, order);
  if (const auto* denial = policy::denied(filled)) return *denial;
  auto act = Act::make(order.kind, order.reason, std::get<ActParameters>(std::move(filled)));
  if (policy::denied(act)) return act;
  if (auto denial = fault_in(database, std::get<Act>(act))) return *std::move(denial);
  return act;
}

policy::OrDenial<ActParameters> ActDesk::fill(Database& database, const api::ApprovalOrder& order) const {
  if (order.kind == ActKind::grant_role || order.kind == ActKind::revoke_role)
    return fill_role_act(database, order.kind, order.parameters);
  if (order.kind == ActKind::change_profile || order.kind == ActKind::change_blocklist)
    return fill_policy_act(database, order.kind, order.parameters);
  if (order.kind == ActKind::revoke_certificates) return fill_revocation_act(order.parameters);
  if (order.kind == ActKind::generate_key) return fill_service_key_act(database, order.parameters);
  ActParameters filled = order.parameters;
  if (order.kind == ActKind::destroy_key) {
    const auto id = policy::KeyId::from_hex(filled["key"]);
    for (const auto& row : AuthorityRow::all(database))
      if (id && row.key == *id) filled["authority"] = row.id;
    for (const auto& row : CaRequestRow::all(database))
      if (id && row.key == *id) filled["authority"] = row.authority;
    if (!filled.contains("authority"))
      return no("key.unknown", "key " + filled["key"] + " is the key of no authority",
                "GET /v1/keys lists them; only a certificate authority's is destroyed by an act");
  }
  if (order.kind == ActKind::import_authority) {
    const auto outside = policy::OutsideCertificate::parse(filled["certificate"], filled["chain"]);
    if (const auto* denial = policy::denied(outside)) return *denial;
    const auto& given = std::get<policy::OutsideCertificate>(outside);
    filled["certificate_sha256"] = given.certificate().fingerprint().hex();
    filled["not_after"] = policy::to_rfc3339(given.certificate().validity().not_after());
    filled["root"] = in_few_octets(given.root().subject().text());
    filled["root_sha256"] = given.root().fingerprint().hex();
    filled["subject"] = in_few_octets(given.certificate().subject().text());
  }
  if (!makes_key(order.kind)) return filled;
  const auto model = model_of(database, order.kind, filled.contains("issuer") ? filled["issuer"] : "");
  if (!model)
    return no("ca.issuer", "there is no authority \"" + filled["issuer"] + "\"",
              "GET /v1/authorities lists them");
  const auto key = find_key(database, model->key);
  if (order.kind == ActKind::roll_over && !model->outside_issuers.empty() && !filled.contains("issuer"))
    return no("ca.outside", "the certificate of authority " + model->id + " was made outside",
              "ask for another one there: ca.request, ca.import, ca.activate; or name an `issuer` here");
  if (order.kind == ActKind::roll_over && model->issuer) filled.try_emplace("issuer", *model->issuer);
  filled["named_like"] = model->id;
  filled.try_emplace("profile", order.kind == ActKind::request_authority || filled.contains("issuer")
                                    ? "issuing-ca"
                                    : "root-ca");
  if (key) filled.try_emplace("token", key->record.token);
  if (key)
    filled.try_emplace("algorithm", PlannedKey::algorithm_name(key->record.algorithm, key->record.bits));
  const auto subject = subject_like(*model, filled["common_name"]);
  if (const auto* denial = policy::denied(subject)) return *denial;
  filled["subject"] = std::get<policy::Name>(subject).text();
  return filled;
}

std::optional<Denial> ActDesk::fault_in(Database& database, const Act& act) const {
  const auto row = AuthorityRow::find(database, act.parameter("authority"));
  switch (act.kind()) {
    case ActKind::start_issuing:
      if (!stopped_issuing(database))
        return no("approval.nothing-to-do", "issuing is not stopped", "nothing needs to be done");
      return std::nullopt;
    case ActKind::create_authority:
    case ActKind::roll_over:
    case ActKind::request_authority:
      return fault_in_making(database, act);
    case ActKind::import_authority:
      return fault_in_importing(database, act);
    case ActKind::activate_authority:
    case ActKind::retire_authority:
      if (!row)
        return no("ca.unknown", "there is no authority \"" + act.parameter("authority") + "\"",
                  "GET /v1/authorities lists them");
      return act.kind() == ActKind::activate_authority
                 ? fault_in_activating(*row, database, policies_.now().profiles())
                 : fault_in_retiring(*row, database);
    case ActKind::destroy_key:
      return fault_in_destroying(act, database);
    case ActKind::grant_role:
      return fault_in_granting(database, act, policies_.now(), authorities_.issuing().issuer);
    case ActKind::revoke_role:
      return fault_in_revoking_role(database, act, config_.approval.votes);
    case ActKind::change_profile:
      return fault_in_profile_change(database, act);
    case ActKind::change_blocklist:
      return fault_in_blocklist_change(database, act);
    case ActKind::generate_key:
      if (auto fault = fault_in_service_key(database, act)) return fault;
      return fault_in_place(act);
    case ActKind::revoke_certificates:
      return fault_in_revocations(database, act, policies_.now().profiles());
  }
  return std::nullopt;
}

std::optional<Denial> ActDesk::fault_in_importing(Database& database, const Act& act) const {
  const std::string id = act.parameter("authority");
  const auto request = CaRequestRow::find(database, id);
  if (!request)
    return no("ca.not-requested", "no certificate of authority " + id + " is awaited from outside",
              "GET /v1/authorities lists the requests; an approved request makes one");
  const auto parsed = policy::CertificationRequest::parse(request->request);
  const auto outside =
      policy::OutsideCertificate::parse(act.parameter("certificate"), act.parameter("chain"));
  if (const auto* denial = policy::denied(parsed)) return *denial;
  if (const auto* denial = policy::denied(outside)) return *denial;
  const auto& asked = std::get<policy::CertificationRequest>(parsed);
  const auto& subject = std::get<policy::OutsideCertificate>(outside).certificate().subject();
  for (const auto& row : AuthorityRow::all(database))
    if (row.state != AuthorityState::undone &&
        policy::Certificate::parse(row.certificate).subject() == subject)
      return no("ca.subject", "authority " + row.id + " has this very name by now",
                "give the request up by key.destroy, and ask for another name");
  return policies_.now().fault_in_outside(std::get<policy::OutsideCertificate>(outside), asked.public_key(),
                                          asked.subject(), request->profile, now());
}

std::optional<Denial> ActDesk::fault_in_making(Database& database, const Act& act) const {
  const std::string id = act.parameter("authority");
  if (!PlannedAuthority::is_id(id))
    return no("ca.id", "\"" + id + "\" cannot be an authority's id",
              "give 1 to 64 of a-z, 0-9 and -: it stands in URLs");
  const auto subject = subject_of(database, act);
  for (const auto& row : AuthorityRow::all(database)) {
    if (row.id == id)
      return no("ca.id", "there is, or was, an authority " + id + ": its URLs stand in certificates",
                "name another");
    if (policy::Certificate::parse(row.certificate).subject() == subject &&
        row.state != AuthorityState::undone)
      return no("ca.subject", "authority " + row.id + " has this very name",
                "give another common_name: chains and CRLs are found by it (RFC 5280 §4.1.2.4)");
  }
  for (const auto& row : CaRequestRow::all(database))
    if (row.authority == id)
      return no("ca.id", "the certificate of an authority " + id + " is awaited from outside",
                "name another, or give that request up by key.destroy");
  const std::string issuer = act.parameter("issuer");
  const auto signs = AuthorityRow::find(database, issuer);
  if (!issuer.empty() && (!signs || signs->state != AuthorityState::active))
    return no("ca.issuer", "authority \"" + issuer + "\" is not there, or not active",
              "GET /v1/authorities lists them");
  const bool root = issuer.empty() && act.kind() != ActKind::request_authority;
  const auto* profile = policies_.now().profiles().find(act.parameter("profile"));
  if (!profile || !profile->ca || profile->self_signed != root)
    return no("ca.profile",
              "profile \"" + act.parameter("profile") + "\" is not one for " +
                  (root ? "a root" : "an authority with an issuer"),
              "GET /v1/profiles lists them");
  if (profile->name == k_link_profile)
    return no("ca.profile", "profile \"" + profile->name + "\" is for links between roots",
              "GET /v1/profiles lists the others");
  if (auto fault = fault_in_links(database, act)) return fault;
  return fault_in_place(act);
}

std::optional<Denial> ActDesk::fault_in_links(Database& database, const Act& act) {
  const std::string old = act.parameter("links");
  if (old.empty()) return std::nullopt;
  if (!act.parameter("issuer").empty())
    return no("ca.links", "authority " + act.parameter("authority") + " would be no root",
              "leave out `issuer`, or `links`: only roots are linked");
  const auto row = AuthorityRow::find(database, old);
  if (!row || !row->is_root() || row->state != AuthorityState::active)
    return no("ca.links", "\"" + old + "\" is no root, or not active",
              "name the active root it takes over from");
  if (policy::Certificate::parse(row->certificate).validity().not_after() <= now())
    return no("ca.links", "the root " + old + " has ended",
              "leave out `links`: nobody can trust it any more");
  return std::nullopt;
}

// Where the key would be, and of what kind.
std::optional<Denial> ActDesk::fault_in_place(const Act& act) const {
  const std::string token = act.parameter("token");
  if (PlannedKey key; !key.set_algorithm(act.parameter("algorithm")))
    return no("ca.algorithm", "\"" + act.parameter("algorithm") + "\" is no algorithm for a CA's key",
              std::string("give one of ") + PlannedKey::k_algorithms);
  const auto known = std::find_if(config_.tokens.begin(), config_.tokens.end(),
                                  [&](const auto& each) { return each.token.name == token; });
  if (known == config_.tokens.end() || !known->standby_for.empty())
    return no("ca.token", "\"" + token + "\" is no token of the configuration, or a standby",
              "GET /v1/tokens lists them");
  for (const auto& each : config_.tokens)
    if (each.standby_for == token)
      return no(
          "ca.token",
          "token " + token + " has a standby, " + each.token.name +
              ", which would not have the new key, so that nothing could be signed there",
          "name a token without one; or take the standby out of the configuration, roll over, clone the "
          "token by its vendor's means, and put it back");
  return std::nullopt;
}

// An authority's certificate never changes, so the name is the one that was voted on.
PlannedAuthority ActDesk::planned(Database& database, const Act& act) const {
  const std::string issuer = act.parameter("issuer");
  return {act.parameter("authority"), issuer.empty() ? std::nullopt : std::optional(issuer),
          act.parameter("profile"), planned_key(act), subject_of(database, act)};
}

PlannedKey ActDesk::planned_key(const Act& act) {
  PlannedKey key;
  key.token = act.parameter("token");
  key.set_algorithm(act.parameter("algorithm"));
  return key;
}

}  // namespace inkan::daemon
