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
  json["key_state"] = authority.key_state;
  json["certificate"] = to_pem(authority.certificate);
  json["crl"] = {
      {"number", authority.crl_number ? Json(*authority.crl_number) : Json(nullptr)},
      {"next_update",
       authority.crl_next_update ? Json(policy::to_rfc3339(*authority.crl_next_update)) : Json(nullptr)}};
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
  return json;
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
  json["logins"] = token.logins;
  json["recoveries"] = token.recoveries;
  json["keys"] = Json::array();
  for (const auto& key : token.keys)
    json["keys"].push_back(
        {{"id", key.id}, {"purpose", key.purpose}, {"label", key.label}, {"signatures", key.signatures}});
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
