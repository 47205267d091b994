#include "api/json/service_json.h"

#include "api/json/pem.h"

namespace inkan::api {

Json encode(const AuthorityRecord& authority) {
  Json json;
  json["id"] = authority.id;
  json["subject"] = authority.subject;
  json["issuer"] = authority.issuer ? Json(*authority.issuer) : Json(nullptr);
  json["not_before"] = policy::to_rfc3339(authority.validity.not_before());
  json["not_after"] = policy::to_rfc3339(authority.validity.not_after());
  json["key_algorithm"] = authority.key_algorithm;
  json["signature_algorithm"] = authority.signature_algorithm;
  json["spki_sha256"] = authority.spki_sha256.hex();
  json["state"] = authority.state;
  json["issuing"] = authority.issuing;
  json["key_state"] = authority.key_state;
  json["certificate"] = to_pem(authority.certificate);
  json["outside_issuers"] = Json::array();
  for (const auto& each : authority.outside_issuers) json["outside_issuers"].push_back(to_pem(each));
  json["crl"] = {
      {"number", authority.crl_number ? Json(*authority.crl_number) : Json(nullptr)},
      {"next_update",
       authority.crl_next_update ? Json(policy::to_rfc3339(*authority.crl_next_update)) : Json(nullptr)},
      {"shards", Json::array()}};
  for (const auto& each : authority.crl_shards)
    json["crl"]["shards"].push_back({{"shard", each.shard},
                                     {"number", each.crl_number},
                                     {"next_update", policy::to_rfc3339(each.crl_next_update)}});
  return json;
}

Json encode(const CaRequestRecord& request) {
  return {{"id", request.id},
          {"subject", request.subject},
          {"key", request.key_id},
          {"profile", request.profile},
          {"approval", request.approval},
          {"sha256", policy::sha256(request.request).hex()},
          {"ledger", {{"index", request.leaf}}}};
}

Json encode(const KeyDetails& key) {
  Json json;
  json["id"] = key.id;
  json["purpose"] = key.purpose;
  json["label"] = key.label;
  json["token"] = key.token;
  json["algorithm"] = key.algorithm;
  json["bits"] = key.bits;
  json["state"] = key.state;
  json["created"] = policy::to_rfc3339(key.created);
  json["spki_sha256"] = key.spki_sha256;
  json["attributes"] = key.attributes;
  json["ceremony"] = key.ceremony.empty() ? Json(nullptr) : Json(key.ceremony);
  json["authority"] = key.authority.empty() ? Json(nullptr) : Json(key.authority);
  json["certificate_expires"] =
      key.certificate_expires ? Json(policy::to_rfc3339(*key.certificate_expires)) : Json(nullptr);
  return json;
}

Json encode(const ProfileRecord& profile) {
  Json json;
  json["name"] = profile.name;
  json["version"] = profile.version;
  json["sha256"] = profile.sha256;
  json["description"] = profile.description;
  json["roles"] = profile.roles;
  json["document"] = profile.document;
  json["in_force"] = profile.in_force;
  json["since"] = profile.since ? Json(policy::to_rfc3339(*profile.since)) : Json(nullptr);
  json["by"] = profile.request.empty() ? Json(nullptr) : Json(profile.request);
  return json;
}

Json encode(const ProfileOffer& offer) {
  return {
      {"name", offer.name}, {"version", offer.version}, {"sha256", offer.sha256}, {"source", offer.source}};
}

Json encode(const LedgerHead& ledger) {
  Json json;
  json["size"] = ledger.head.size;
  json["root"] = policy::to_base64(ledger.head.root.bytes());
  json["checkpoint"] = ledger.checkpoint.empty() ? Json(nullptr) : Json(ledger.checkpoint);
  json["verifier_key"] = ledger.verifier_key;
  return json;
}

Json encode(const LedgerEntry& entry) {
  Json json;
  json["index"] = entry.index;
  // The very octets that were hashed; `leaf` is the same, for reading.
  json["octets"] = policy::to_base64(entry.leaf);
  auto leaf = Json::parse(entry.leaf.begin(), entry.leaf.end(), nullptr, false);
  if (!leaf.is_discarded()) json["leaf"] = std::move(leaf);
  return json;
}

namespace {

Json encode(const KeptCount& kept) {
  return {{"store", kept.store}, {"leaves", kept.leaves}};
}

Json encode(const TokenKeyRecord& key) {
  return {{"id", key.id}, {"purpose", key.purpose}, {"label", key.label}, {"signatures", key.signatures}};
}

Json encode(const KeyReconciliation& key) {
  Json json;
  json["id"] = key.id;
  json["purpose"] = key.purpose;
  json["token"] = key.token;
  json["label"] = key.label;
  json["intents"] = key.intents;
  json["certificates"] = key.certificates;
  json["crls"] = key.crls;
  json["ocsp"] = key.ocsp;
  json["canaries"] = key.canaries;
  json["requests"] = key.requests;
  json["evidence"] = key.evidence;
  json["checkpoints"] = key.checkpoints;
  json["failed"] = key.failed;
  json["possible"] = key.possible;
  json["open"] = key.open;
  json["late"] = key.late;
  json["signatures"] = key.signatures;
  json["allowed"] = key.allowed;
  return json;
}

}  // namespace

Json encode(const ReconciliationRecord& books) {
  Json json;
  json["reconciled"] = books.differences_found == 0;
  json["leaves"] = books.leaves;
  json["run"] = books.run;
  json["keys"] = Json::array();
  for (const auto& key : books.keys) json["keys"].push_back(encode(key));
  json["apart"] = Json::array();
  for (const auto& key : books.apart) json["apart"].push_back(encode(key));
  json["kept"] = {{"certificates", encode(books.certificates)},
                  {"revocations", encode(books.revocations)},
                  {"crls", encode(books.crls)},
                  {"checkpoints", encode(books.checkpoints)}};
  json["differences_found"] = books.differences_found;
  json["differences"] = books.differences;
  return json;
}

Json encode(const TokenRecord& token) {
  Json json;
  json["name"] = token.name;
  json["state"] = token.state;
  json["detail"] = token.detail;
  json["label"] = token.label;
  json["serial"] = token.serial;
  json["manufacturer"] = token.manufacturer;
  json["model"] = token.model;
  json["firmware"] = token.firmware;
  json["sessions"] = token.sessions;
  json["in_flight"] = token.in_flight;
  json["stuck"] = token.stuck;
  json["queued"] = token.queued;
  json["sign_ms"] = token.sign_ms;
  json["logins"] = token.logins;
  json["recoveries"] = token.recoveries;
  json["standby_for"] = token.standby_for.empty() ? Json(nullptr) : Json(token.standby_for);
  json["in_use"] = token.in_use;
  json["keys"] = Json::array();
  for (const auto& key : token.keys) json["keys"].push_back(encode(key));
  return json;
}

Json encode(const Readiness& readiness) {
  Json json;
  json["ready"] = readiness.ready;
  json["parts"] = Json::array();
  for (const auto& part : readiness.parts)
    json["parts"].push_back({{"name", part.name}, {"ok", part.ok}, {"detail", part.detail}});
  return json;
}

}  // namespace inkan::api
