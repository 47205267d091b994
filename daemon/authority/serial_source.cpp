#include "daemon/authority/serial_source.h"

#include "daemon/clock.h"

namespace inkan::daemon {

policy::Serial SerialSource::draw() {
  policy::Serial::Random ours, theirs;
  random_octets(ours);
  token_->random(theirs);
  for (std::size_t i = 0; i < ours.size(); ++i) ours[i] = static_cast<std::uint8_t>(ours[i] ^ theirs[i]);
  return policy::Serial::from(now_milliseconds(), ours);
}

}  // namespace inkan::daemon
