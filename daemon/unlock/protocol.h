// What `inkan unlock` and a waiting inkand say to each other over a local socket: one request, one answer.
// Every length is an octet, so nothing is ever large; the PIN goes from one locked page to the other, by way
// of the kernel's socket buffer only.
//
//   request   1, length of the name, the token's name, length of the PIN, the PIN
//   answer    a verdict's letter, then text to the end of the stream
//
// A request with neither name nor PIN asks which tokens wait: one name a line.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pkcs11/pin.h"

namespace inkan::daemon {

struct UnlockRequest {
  std::string token;
  std::optional<pkcs11::Pin> pin;
};

enum class UnlockVerdict : char { done = 'd', refused = 'r', unavailable = 'u', malformed = 'm' };

struct UnlockAnswer {
  UnlockVerdict verdict = UnlockVerdict::unavailable;
  std::string text;
};

using UnlockDeadline = std::chrono::steady_clock::time_point;

// Both throw Error{invalid_input} for what is no message, Error{unavailable} for a peer that left or took too
// long.
UnlockRequest read_request(int socket, UnlockDeadline deadline);
UnlockAnswer read_answer(int socket, UnlockDeadline deadline);
// A peer that does not take it is left to itself.
void send_request(int socket, const UnlockRequest& request);
void send_answer(int socket, const UnlockAnswer& answer);

}  // namespace inkan::daemon
