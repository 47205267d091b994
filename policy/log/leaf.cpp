#include "policy/log/leaf.h"

#include <algorithm>
#include <utility>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

using nlohmann::json;

bool is_exact(const json& number) {
  constexpr std::int64_t k_most = std::int64_t{1} << 53;
  if (number.is_number_unsigned()) return number.get<std::uint64_t>() <= static_cast<std::uint64_t>(k_most);
  return number.get<std::int64_t>() <= k_most && number.get<std::int64_t>() >= -k_most;
}

// RFC 8785 §3.2.3 sorts by UTF-16 units, nlohmann by octets: the same as long as keys are ASCII.
void require_ascii(const std::string& key) {
  if (std::any_of(key.begin(), key.end(), [](char c) { return c < ' ' || c >= 0x7f; }))
    throw Error(ErrorCode::internal, "a leaf's keys are printable ASCII");
}

// RFC 8785 §3.2.2.3 writes numbers as ECMAScript does; whole numbers up to 2^53 are the ones both write
// alike. Larger ones (a token's return code may be any 64 bits) become text, as its Appendix D advises.
void make_canonical(json& value) {
  if (value.is_number_float()) throw Error(ErrorCode::internal, "a leaf holds whole numbers only");
  if (value.is_number() && !is_exact(value)) value = value.dump();
  if (value.is_object())
    for (const auto& [key, each] : value.items()) require_ascii(key);
  if (value.is_structured())
    for (auto& each : value) make_canonical(each);
}

void put(json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

json actor_json(const Identity& actor) {
  json object = {{"id", actor.id()},
                 {"kind", actor.role() == Role::system ? "system" : "operator"},
                 {"role", name(actor.role())}};
  if (actor.certificate()) {
    object["auth"] = "mtls";
    object["cert_fp"] = actor.certificate()->hex();
  }
  put(object, "ip", actor.address());
  return object;
}

}  // namespace

std::string encode_leaf(const Event& event, const Identity& actor, const LeafOrigin& origin, LeafIndex index,
                        const std::string& uuid, InstantMicros time) {
  json detail = event.detail;
  make_canonical(detail);
  json leaf = {
      {"v", 1},
      {"index", index},
      {"id", uuid},
      {"time", to_rfc3339(time)},
      {"node", origin.node},
      {"boot_id", origin.boot_id},
      {"build", origin.build},
      {"type", event.type},
      {"outcome", event.outcome},
      {"actor", actor_json(actor)},
  };
  if (!event.target.kind.empty()) leaf["target"] = {{"kind", event.target.kind}, {"id", event.target.id}};
  put(leaf, "request_id", event.request_id);
  put(leaf, "trace_id", event.trace_id);
  if (!event.profile.empty())
    leaf["policy"] = {
        {"profile", event.profile}, {"version", event.profile_version}, {"sha256", event.profile_sha256}};
  put(leaf, "reason", event.reason);
  if (!detail.empty()) leaf["detail"] = std::move(detail);
  // nlohmann's objects are ordered by key and its dump has no spaces: with ASCII keys that is RFC 8785's
  // form.
  std::string text = leaf.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > k_max_leaf)
    throw Error(ErrorCode::internal,
                "a leaf of " + std::to_string(text.size()) + " octets; 65535 is the limit");
  return text;
}

}  // namespace inkan::policy
