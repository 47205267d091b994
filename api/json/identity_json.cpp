#include "api/json/identity_json.h"

namespace inkan::api {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json encode(const OperatorKey& key) {
  Json json;
  json["spki_sha256"] = key.spki_sha256;
  json["granted"] = policy::to_rfc3339(key.granted);
  json["by"] = text_or_null(key.by);
  json["certificate"] = nullptr;
  if (const auto& certificate = key.certificate)
    json["certificate"] = {
        {"serial", certificate->serial.hex()},
        {"subject", certificate->subject},
        {"not_after", policy::to_rfc3339(certificate->validity.not_after())},
        {"status", name(certificate->status)},
        {"revoked_at", certificate->revocation ? Json(policy::to_rfc3339(certificate->revocation->revoked_at))
                                               : Json(nullptr)}};
  return json;
}

Json encode(const IdentityReview& review) {
  Json json = encode(review.identity);
  json["ledger"] = {{"granted", review.granted}, {"revoked", review.revoked}};
  json["acts"] = review.acts;
  json["votes"] = review.votes;
  json["last_act"] = nullptr;
  if (review.last_act)
    json["last_act"] = {
        {"index", *review.last_act}, {"at", review.last_act_at}, {"type", review.last_act_type}};
  json["findings"] = Json::array();
  for (const auto& finding : review.findings)
    json["findings"].push_back({{"rule", finding.rule}, {"detail", finding.detail}});
  return json;
}

}  // namespace

Json encode(const IdentityDetails& identity) {
  Json json;
  json["id"] = identity.id;
  json["role"] = policy::name(identity.role);
  json["since"] =
      identity.keys.empty() ? Json(nullptr) : Json(policy::to_rfc3339(identity.keys.front().granted));
  json["by"] = identity.keys.empty() ? Json(nullptr) : text_or_null(identity.keys.front().by);
  json["ended"] = identity.ended ? Json(policy::to_rfc3339(*identity.ended)) : Json(nullptr);
  json["ended_by"] = text_or_null(identity.ended_by);
  json["keys"] = Json::array();
  for (const auto& key : identity.keys) json["keys"].push_back(encode(key));
  return json;
}

Json encode(const AccountReview& review) {
  Json json;
  json["at"] = policy::to_rfc3339(review.at);
  json["leaves"] = review.leaves;
  json["items"] = Json::array();
  for (const auto& item : review.items) json["items"].push_back(encode(item));
  return json;
}

}  // namespace inkan::api
