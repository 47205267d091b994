// No RecordingKey out of an octet.
// expect: no matching function for call to 'bit_cast|is_trivially_copyable
#include <bit>
#include <cstdint>
#include <type_traits>

#include "policy/approval.h"

using inkan::policy::RecordingKey;
struct Octet {
  std::uint8_t value;
};

#ifdef MISUSE
const RecordingKey& forged = std::bit_cast<RecordingKey>(Octet{0});
#else
static_assert(!std::is_trivially_copyable_v<RecordingKey>);
const Octet octet = std::bit_cast<Octet>(std::uint8_t{0});
#endif
