#include "policy/evidence/contents.h"

#include <nlohmann/json.hpp>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using nlohmann::ordered_json;

ordered_json texts(const std::vector<Sha256>& hashes) {
  auto all = ordered_json::array();
  for (const auto& hash : hashes) all.push_back(to_base64(hash.bytes()));
  return all;
}

Sha256 hash_of(const ordered_json& text) {
  const auto octets = from_base64(text.get<std::string>());
  const auto hash = octets ? Sha256::from(*octets) : std::nullopt;
  if (!hash) throw Error(ErrorCode::invalid_input, "evidence.json holds a hash that is none");
  return *hash;
}

std::vector<Sha256> hashes_of(const ordered_json& texts) {
  std::vector<Sha256> all;
  for (const auto& text : texts) all.push_back(hash_of(text));
  return all;
}

// A fraction, or a number beyond 64 bits, is kept as a floating-point one, and has no value here.
std::uint64_t number_of(const ordered_json& number) {
  if (!number.is_number_unsigned())
    throw Error(ErrorCode::invalid_input, "evidence.json holds a number that is not whole");
  return number.get<std::uint64_t>();
}

Instant instant_of(const ordered_json& text) {
  const auto instant = from_rfc3339_seconds(text.get<std::string>());
  if (!instant) throw Error(ErrorCode::invalid_input, "evidence.json holds a time that is none");
  return *instant;
}

EvidenceContents contents_of(const ordered_json& json) {
  if (json.at("v") != 1)
    throw Error(ErrorCode::invalid_input, "evidence.json is of another version: use the newer program");
  const auto& tree = json.at("tree");
  const auto& leaves = json.at("leaves");
  EvidenceContents contents{json.at("origin").get<std::string>(),
                            json.at("verifier_key").get<std::string>(),
                            {{number_of(tree.at("size")), hash_of(tree.at("root"))},
                             instant_of(json.at("from")),
                             instant_of(json.at("to"))},
                            number_of(leaves.at("begin")),
                            number_of(leaves.at("end")),
                            hashes_of(leaves.at("proof")),
                            {}};
  for (const auto& each : json.at("beside"))
    contents.beside.push_back({number_of(each.at("index")), hashes_of(each.at("proof"))});
  return contents;
}

}  // namespace

std::string profile_member(const Sha256& sha256) {
  return "profiles/" + sha256.hex() + ".toml";
}
std::string config_member(const Sha256& sha256) {
  return "config/" + sha256.hex() + ".toml";
}

std::string EvidenceContents::json() const {
  auto around = ordered_json::array();
  for (const auto& each : beside) around.push_back({{"index", each.index}, {"proof", texts(each.proof)}});
  return ordered_json{{"v", 1},
                      {"origin", origin},
                      {"verifier_key", verifier_key},
                      {"tree", {{"size", scope.tree.size}, {"root", to_base64(scope.tree.root.bytes())}}},
                      {"from", to_rfc3339(scope.from)},
                      {"to", to_rfc3339(scope.to)},
                      {"leaves", {{"begin", begin}, {"end", end}, {"proof", texts(range_proof)}}},
                      {"beside", around}}
             .dump(1) +
         "\n";
}

EvidenceContents EvidenceContents::parse(std::string_view json) {
  try {
    auto contents = contents_of(ordered_json::parse(json));
    if (contents.json() != json)
      throw Error(ErrorCode::invalid_input, "evidence.json holds more than it says, or in another form");
    return contents;
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorCode::invalid_input, std::string("evidence.json cannot be read: ") + error.what());
  }
}

}  // namespace inkan::policy
