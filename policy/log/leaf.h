// One entry of the log: what happened, to what, by whom, in canonical JSON (RFC 8785). Never a secret, never
// a person's name.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "policy/log/event_type.h"
#include "policy/types/identity.h"
#include "policy/types/tree_head.h"
#include "policy/types/validity.h"

namespace inkan::policy {

// Who wrote the leaf: fixed for one run of the daemon.
struct LeafOrigin {
  std::string node;     // from the configuration
  std::string boot_id;  // UUID of this run
  std::string build;    // version
};

struct LeafTarget {
  std::string kind;  // "certificate", "key", "crl", "authority", "log", "operator", …
  std::string id;
};

struct Event {
  EventType type;
  std::string outcome = "success";  // "success", "failure", "denied"
  LeafTarget target{};
  std::string request_id{}, trace_id{};
  std::string profile{}, profile_sha256{};
  int profile_version = 0;
  std::string reason{};
  nlohmann::json detail = nlohmann::json::object();  // whole numbers, strings, booleans, arrays, objects
  // Instead of `detail`, for the leaves of every certificate: the same as text of JsonObject, whole numbers
  // up to 2^53 only.
  std::string written_detail{};
};

constexpr std::size_t k_max_leaf = 65535;  // octets: tlog-tiles' entry bundles count in 16 bits

// The leaf's octets. Empty members are left out; numbers beyond 2^53 in `detail` become text. Throws
// Error{internal} above k_max_leaf, or for a fraction or a key outside ASCII in `detail`.
std::string encode_leaf(const Event& event, const Identity& actor, const LeafOrigin& origin, LeafIndex index,
                        const std::string& uuid, InstantMicros time);

}  // namespace inkan::policy
