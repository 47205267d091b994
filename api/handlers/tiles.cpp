// The ledger's static files (C2SP tlog-tiles): hashes for everyone, entries for auditors.
#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"

namespace inkan::api {
namespace {

// What a name stands for never changes; the entries are not for shared caches.
constexpr const char* k_hashes_cache = "public, max-age=31536000, immutable";
constexpr const char* k_entries_cache = "private, max-age=31536000, immutable";

Answer find_tile(const PublicExchange& exchange, const std::string& name, bool entries, const char* cache) {
  const auto path = policy::TilePath::parse(name);
  auto octets = path && path->entries == entries ? exchange.authority.find_tile(*path) : std::nullopt;
  if (!octets)
    return Problem{ProblemType::not_found,
                   "the tree under the newest checkpoint has no such tile",
                   {},
                   {},
                   "names are those of C2SP tlog-tiles, such as tile/0/x001/067 or tile/0/x001/068.p/5",
                   {},
                   {}};
  return cacheable(exchange.request, "application/octet-stream", std::move(*octets), cache);
}

}  // namespace

Answer get_tile(const PublicExchange& exchange) {
  return find_tile(exchange, "tile/" + exchange.parameters[0], false, k_hashes_cache);
}

Answer get_entry_bundle(const Exchange& exchange) {
  return find_tile(exchange, "tile/entries/" + exchange.parameters[0], true, k_entries_cache);
}

}  // namespace inkan::api
