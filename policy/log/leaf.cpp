#include "policy/log/leaf.h"

#include <algorithm>
#include <utility>

#include "policy/types/error.h"
#include "policy/types/json_object.h"

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
bool is_canonical(const json& value) {
  if (value.is_number_float()) throw Error(ErrorCode::internal, "a leaf holds whole numbers only");
  if (value.is_number()) return is_exact(value);
  if (value.is_object())
    for (const auto& [key, each] : value.items()) require_ascii(key);
  bool canonical = true;
  if (value.is_structured())
    for (const auto& each : value) canonical &= is_canonical(each);
  return canonical;
}

void make_canonical(json& value) {
  if (value.is_number() && !is_exact(value)) value = value.dump();
  if (value.is_structured())
    for (auto& each : value) make_canonical(each);
}

// nlohmann's objects are ordered by key and its dump has no spaces: with ASCII keys that is RFC 8785's form.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// The envelope is written member by member: it is the same few members for every signature.
void put_actor(JsonObject actor, const Identity& identity) {
  const auto& certificate = identity.certificate();
  if (certificate) actor.text("auth", "mtls");
  if (certificate) actor.text("cert_fp", certificate->hex());
  actor.text("id", identity.id());
  actor.optional_text("ip", identity.address());
  actor.text("kind", identity.role() == Role::system ? "system" : "operator");
  actor.text("role", name(identity.role()));
  actor.end();
}

void put_detail(JsonObject& leaf, const Event& event) {
  const json& detail = event.detail;
  if (!event.written_detail.empty()) {
    if (!detail.empty()) throw Error(ErrorCode::internal, "a leaf's details are written twice");
    return leaf.raw("detail", event.written_detail);
  }
  if (detail.empty()) return;
  if (is_canonical(detail)) return leaf.raw("detail", dump(detail));
  json changed = detail;
  make_canonical(changed);
  leaf.raw("detail", dump(changed));
}

void put_policy(JsonObject policy, const Event& event) {
  policy.text("profile", event.profile);
  policy.text("sha256", event.profile_sha256);
  policy.number("version", event.profile_version);
  policy.end();
}

void put_target(JsonObject target, const LeafTarget& of) {
  target.text("id", of.id);
  target.text("kind", of.kind);
  target.end();
}

}  // namespace

std::string encode_leaf(const Event& event, const Identity& actor, const LeafOrigin& origin, LeafIndex index,
                        const std::string& uuid, InstantMicros time) {
  std::string text;
  text.reserve(1024);
  JsonObject leaf(text);
  put_actor(leaf.object("actor"), actor);
  leaf.text("boot_id", origin.boot_id);
  leaf.text("build", origin.build);
  put_detail(leaf, event);
  leaf.text("id", uuid);
  leaf.number("index", index);
  leaf.text("node", origin.node);
  leaf.text("outcome", event.outcome);
  if (!event.profile.empty()) put_policy(leaf.object("policy"), event);
  leaf.optional_text("reason", event.reason);
  leaf.optional_text("request_id", event.request_id);
  if (!event.target.kind.empty()) put_target(leaf.object("target"), event.target);
  leaf.text("time", to_rfc3339(time));
  leaf.optional_text("trace_id", event.trace_id);
  leaf.text("type", name(event.type));
  leaf.raw("v", "1");
  leaf.end();
  if (text.size() > k_max_leaf)
    throw Error(ErrorCode::internal,
                "a leaf of " + std::to_string(text.size()) + " octets; 65535 is the limit");
  return text;
}

}  // namespace inkan::policy
