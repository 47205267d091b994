#include "policy/dual_control/ceremony.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace inkan::policy {
namespace {

Denial ceremony_denial(const char* rule, std::string detail, std::string mend) {
  return {rule, "dual control", std::move(detail), std::move(mend)};
}

const CeremonyOfficer* officer_of(const std::vector<CeremonyOfficer>& officers, const SpkiHash& key) {
  const auto found = std::find_if(officers.begin(), officers.end(),
                                  [&](const CeremonyOfficer& officer) { return officer.key == key; });
  return found == officers.end() ? nullptr : &*found;
}

OrDenial<CountedVote> judge_vote(const CeremonyRequest& request, const std::vector<CeremonyOfficer>& officers,
                                 const GivenVote& given) {
  const auto key = key_in_vote(given.cms);
  if (!key)
    return ceremony_denial("ceremony.vote",
                           given.file + " is no CMS signature in DER with the certificate of its one signer",
                           "sign with `openssl cms -sign -binary -outform DER`, or `inkan ceremony vote`");
  const auto* const officer = officer_of(officers, *key);
  if (!officer)
    return ceremony_denial(
        "ceremony.vote",
        given.file + " is by a key of no security officer of the plan (SHA-256 " + key->hex() + ")",
        "sign with the key of the request (csr) that the plan names for you");
  const Ballot approval = request.ballot(officer->key, true);
  const auto fault = fault_in_vote(approval, given.cms);
  if (!fault) return CountedVote{*officer, approval.document(), given.cms};
  if (!fault_in_vote(request.ballot(officer->key, false), given.cms))
    return ceremony_denial("ceremony.refused", officer->id + " refuses (" + given.file + ")",
                           "find out why; then ask for votes anew, on a plan that all of them approve");
  return ceremony_denial("ceremony.vote",
                         given.file + " is by " + officer->id +
                             "'s key, but not for this ceremony: it was made for another one, or before the "
                             "plan or a file of it was changed (" +
                             fault->detail + ")",
                         "have " + officer->id + " sign the document of this ceremony");
}

}  // namespace

std::string CeremonyRequest::document() const {
  return nlohmann::json{{"expires", to_rfc3339(expires)},
                        {"id", id},
                        {"ledger_origin", ledger_origin},
                        {"nonce", nonce},
                        {"officers", officers},
                        {"plan_sha256", plan_sha256.hex()},
                        {"v", 1},
                        {"votes", votes}}
      .dump();
}

std::optional<CeremonyRequest> CeremonyRequest::parse(std::string_view document) {
  try {
    const auto json = nlohmann::json::parse(document);
    const auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
    const auto plan = Sha256::from_hex(text("plan_sha256"));
    const auto expires = from_rfc3339_seconds(text("expires"));
    if (!plan || !expires) return std::nullopt;
    CeremonyRequest request{
        text("id"), text("nonce"),        *plan, json.at("votes").get<int>(), json.at("officers").get<int>(),
        *expires,   text("ledger_origin")};
    return request.document() == document ? std::optional(std::move(request)) : std::nullopt;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Ballot CeremonyRequest::ballot(const SpkiHash& officer, bool approve) const {
  return {id, nonce, plan_sha256, approve, officer, expires, ledger_origin};
}

OrDenial<std::vector<CountedVote>> judge_votes(const CeremonyRequest& request,
                                               const std::vector<CeremonyOfficer>& officers,
                                               const std::vector<GivenVote>& given, Instant now) {
  if (now >= request.expires)
    return ceremony_denial("ceremony.expired",
                           "the votes could be used until " + to_rfc3339(request.expires) + ", which is past",
                           "ask for votes anew");
  std::vector<CountedVote> counted;
  for (const auto& each : given) {
    auto vote = judge_vote(request, officers, each);
    if (const auto* denial = denied(vote)) return *denial;
    const auto& officer = std::get<CountedVote>(vote).officer;
    if (std::any_of(counted.begin(), counted.end(),
                    [&](const CountedVote& other) { return other.officer.key == officer.key; }))
      return ceremony_denial("ceremony.twice", officer.id + " has voted twice (" + each.file + " again)",
                             "give one vote of each officer");
    counted.push_back(std::get<CountedVote>(std::move(vote)));
  }
  if (request.votes < 2 || counted.size() < static_cast<std::size_t>(request.votes))
    return ceremony_denial("ceremony.votes",
                           std::to_string(counted.size()) + " of the " + std::to_string(request.votes) +
                               " votes that are needed are there",
                           "have other officers sign their documents too");
  return counted;
}

}  // namespace inkan::policy
