#include "daemon/unlock/protocol.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::uint8_t k_version = 1;
constexpr std::size_t k_most_text = 4096;

bool readable_by(int socket, UnlockDeadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd asked{socket, POLLIN, 0};
    const int ready = ::poll(&asked, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// Octets that are there by the deadline, at most so many; 0 at the end of the stream.
std::size_t receive(int socket, std::span<std::uint8_t> into, UnlockDeadline deadline) {
  if (!readable_by(socket, deadline)) throw Error(ErrorCode::unavailable, "the other side took too long");
  const auto got = ::recv(socket, into.data(), into.size(), 0);
  // A peer that closed with something unread resets the stream: what it said before is heard all the same.
  if (got < 0 && errno == ECONNRESET) return 0;
  if (got < 0) throw Error(ErrorCode::unavailable, "the other side has gone");
  return static_cast<std::size_t>(got);
}

void receive_all(int socket, std::span<std::uint8_t> into, UnlockDeadline deadline) {
  while (!into.empty()) {
    const auto got = receive(socket, into, deadline);
    if (got == 0) throw Error(ErrorCode::invalid_input, "the request ends before its end");
    into = into.subspan(got);
  }
}

std::uint8_t receive_octet(int socket, UnlockDeadline deadline) {
  std::uint8_t octet = 0;
  receive_all(socket, {&octet, 1}, deadline);
  return octet;
}

void send_all(int socket, std::span<const std::uint8_t> octets) {
  while (!octets.empty()) {
    const auto sent = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw Error(ErrorCode::unavailable, "the other side has gone");
    octets = octets.subspan(static_cast<std::size_t>(sent));
  }
}

std::span<const std::uint8_t> octets_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

UnlockRequest read_request(int socket, UnlockDeadline deadline) {
  if (receive_octet(socket, deadline) != k_version)
    throw Error(ErrorCode::invalid_input, "not a request of this version of inkan unlock");
  UnlockRequest request;
  std::array<std::uint8_t, 255> name;
  const std::size_t size = receive_octet(socket, deadline);
  receive_all(socket, std::span(name).first(size), deadline);
  request.token.assign(name.begin(), name.begin() + static_cast<std::ptrdiff_t>(size));
  const std::size_t pin_size = receive_octet(socket, deadline);
  if ((pin_size == 0) != request.token.empty())
    throw Error(ErrorCode::invalid_input, "a name without a PIN, or a PIN without a name");
  if (pin_size > 0)
    request.pin = pkcs11::Pin::filled(
        pin_size, [&](std::span<std::uint8_t> page) { receive_all(socket, page, deadline); });
  return request;
}

UnlockAnswer read_answer(int socket, UnlockDeadline deadline) {
  std::string text;
  std::array<std::uint8_t, 512> part;
  while (const auto got = receive(socket, part, deadline)) {
    text.append(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(got));
    if (text.size() > k_most_text) throw Error(ErrorCode::invalid_input, "the answer has no end");
  }
  if (text.empty()) throw Error(ErrorCode::unavailable, "inkand gave no answer");
  for (const auto verdict :
       {UnlockVerdict::done, UnlockVerdict::refused, UnlockVerdict::unavailable, UnlockVerdict::malformed})
    if (text.front() == static_cast<char>(verdict)) return {verdict, text.substr(1)};
  throw Error(ErrorCode::invalid_input, "the answer is not inkand's");
}

void send_request(int socket, const UnlockRequest& request) {
  if (request.token.size() > 255) throw Error(ErrorCode::invalid_input, "no token has so long a name");
  std::string head{static_cast<char>(k_version), static_cast<char>(request.token.size())};
  head += request.token;
  head += static_cast<char>(request.pin ? request.pin->bytes().size() : 0);
  send_all(socket, octets_of(head));
  if (request.pin) send_all(socket, request.pin->bytes());
}

void send_answer(int socket, const UnlockAnswer& answer) {
  try {
    send_all(socket, octets_of(static_cast<char>(answer.verdict) + answer.text.substr(0, k_most_text - 1)));
  } catch (const Error&) {  // whoever asked has left
  }
}

}  // namespace inkan::daemon
