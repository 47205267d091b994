// The files of a log that is judged: entries, tiles and a certificate to be found, all of them any octets. No
// crash, an end, and no verdict of good: the head is that of no such log.
#include <cstdlib>

#include "policy/log/log_audit.h"
#include "policy/types/error.h"

using namespace inkan::policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const BytesView octets(data + 3, size - 3);
  const std::uint64_t leaves = 1 + (std::uint64_t{data[0]} << 8 | data[1]) % 1000;
  GivenObjects given;
  try {
    given.add(GivenObject::parse(octets, "fuzz"));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) std::abort();
  }
  // Entries from the front, tiles from a place that the input names: cut to whole hashes now and then.
  const std::size_t cut = std::min<std::size_t>(octets.size(), data[2] * 32u);
  LogAudit audit(
      {leaves, empty_root()},
      [&](const TilePath& path) -> std::optional<BytesView> {
        if (path.entries) return octets;
        return octets.first(std::min<std::size_t>(cut, path.width * Sha256::k_size));
      },
      given);
  audit.run([](std::uint64_t) {});
  if (audit.good()) std::abort();
  return 0;
}
