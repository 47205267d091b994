// The one clock and the one source of chance of the daemon; policy gets both as values.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "policy/types/serial.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

policy::InstantMicros now_micros();
policy::Instant now();
std::int64_t now_milliseconds();

// Fills with octets of the operating system's CSPRNG (getrandom). Throws Error{internal} if it fails.
void random_octets(std::span<std::uint8_t> out);

std::string uuid_v7(policy::InstantMicros at);  // RFC 9562 §5.7
std::string uuid_v4();                          // RFC 9562 §5.4

}  // namespace inkan::daemon
