#include "daemon/unlock/unlock_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::chrono::seconds k_unlock_patience{5};  // for a whole request
constexpr int k_backlog = 4;

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.string();
  if (text.size() >= sizeof address.sun_path)
    throw Error(ErrorCode::config, "the path " + text + " is too long for a socket (" +
                                       std::to_string(sizeof address.sun_path - 1) +
                                       " octets at most): choose a shorter state_dir");
  std::copy(text.begin(), text.end(), address.sun_path);
  return address;
}

const sockaddr* generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

Descriptor make_socket() {
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made) throw Error(ErrorCode::unavailable, "no socket is left");
  return made;
}

// The store's lock is ours by now, so a file of that name is what an earlier run left.
Descriptor listen_at(const std::filesystem::path& path) {
  const auto address = address_of(path);
  Descriptor listener = make_socket();
  ::unlink(path.c_str());
  const mode_t before = ::umask(0177);
  const int bound = ::bind(listener.number(), generic(address), sizeof address);
  const int why = errno;
  ::umask(before);
  if (bound != 0 || ::listen(listener.number(), k_backlog) != 0)
    throw Error(ErrorCode::config, "no socket can be made at " + path.string() + ": " +
                                       std::generic_category().message(bound != 0 ? why : errno));
  return listener;
}

// The socket's mode says so already; a mode is easily changed.
bool may_speak(int peer) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 &&
         (who.uid == 0 || who.uid == ::geteuid());
}

// The socket's file, gone when nobody listens any more.
class Unlinked {
 public:
  explicit Unlinked(const std::filesystem::path& path) : path_(path) {}
  ~Unlinked() { ::unlink(path_.c_str()); }
  Unlinked(const Unlinked&) = delete;
  Unlinked& operator=(const Unlinked&) = delete;

 private:
  const std::filesystem::path& path_;
};

std::string names_of(const std::vector<LockedToken>& tokens, const char* between) {
  std::string names;
  for (const auto& token : tokens) names += (names.empty() ? "" : between) + token.name;
  return names;
}

}  // namespace

void UnlockSocket::unlock(std::vector<LockedToken> locked, const Open& open) {
  StopRequest stop;
  const Descriptor listener = listen_at(path_);
  const Unlinked file(path_);
  log(api::Severity::warning, "unlock.waiting",
      {{"tokens", names_of(locked, " ")}, {"socket", path_.string()}, {"mend", "inkan unlock"}});
  while (!locked.empty() && !stop.made()) {
    pollfd heard[] = {{listener.number(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}};
    if (::poll(heard, 2, -1) < 0 || heard[0].revents == 0) continue;
    const Descriptor peer(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (peer) serve(peer.number(), locked, open);
  }
  stopped_ = stop.made();
  if (stopped_) throw Error(ErrorCode::unavailable, "told to stop while PINs were awaited");
}

void UnlockSocket::serve(int peer, std::vector<LockedToken>& locked, const Open& open) {
  if (!may_speak(peer)) {
    log(api::Severity::warning, "unlock.stranger", {});
    return send_answer(peer, {UnlockVerdict::refused, "only root and inkand's own user may unlock"});
  }
  try {
    auto request = read_request(peer, std::chrono::steady_clock::now() + k_unlock_patience);
    send_answer(peer, answer(std::move(request), locked, open));
  } catch (const Error& error) {
    log(api::Severity::warning, "unlock.malformed", {{"detail", error.what()}});
    send_answer(peer, {UnlockVerdict::malformed, error.what()});
  }
}

UnlockAnswer UnlockSocket::answer(UnlockRequest request, std::vector<LockedToken>& locked,
                                  const Open& open) const {
  if (!request.pin) return {UnlockVerdict::done, names_of(locked, "\n")};
  const auto token = std::find_if(locked.begin(), locked.end(),
                                  [&](const auto& each) { return each.name == request.token; });
  if (token == locked.end())
    return {UnlockVerdict::malformed,
            "no token of that name waits for its PIN; these do: " + names_of(locked, ", ")};
  try {
    open(request.token, std::move(*request.pin));
  } catch (const Error& error) {
    log(api::Severity::warning, "unlock.refused", {{"token", request.token}, {"detail", error.what()}});
    return {error.code() == ErrorCode::pin ? UnlockVerdict::refused : UnlockVerdict::unavailable,
            error.what()};
  }
  log(api::Severity::info, "unlock.done", {{"token", request.token}});
  locked.erase(token);
  return {UnlockVerdict::done, locked.empty() ? "" : "still waiting: " + names_of(locked, ", ")};
}

void UnlockSocket::log(api::Severity severity, std::string_view event, const api::LogFields& fields) const {
  if (log_) log_(severity, event, fields);
}

Descriptor connect_unlock(const std::filesystem::path& path) {
  const auto address = address_of(path);
  Descriptor peer = make_socket();
  if (::connect(peer.number(), generic(address), sizeof address) != 0)
    throw Error(ErrorCode::unavailable,
                "nobody waits for a PIN at " + path.string() + " (" + std::generic_category().message(errno) +
                    "): either inkand is not starting, or its tokens are open already");
  return peer;
}

}  // namespace inkan::daemon
