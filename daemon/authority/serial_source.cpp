#include "daemon/authority/serial_source.h"

#include "daemon/clock.h"

namespace inkan::daemon {

policy::Serial SerialSource::draw(pkcs11::Deadline deadline) {
  policy::Serial::Random ours, theirs;
  random_octets(ours);
  token_->random(theirs, deadline);
  for (std::size_t i = 0; i < ours.size(); ++i) ours[i] = static_cast<std::uint8_t>(ours[i] ^ theirs[i]);
  return policy::Serial::from(now_milliseconds(), ours);
}

}  // namespace inkan::daemon
