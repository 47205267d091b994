// Where a starting inkand hears PINs from `inkan unlock`: a local socket that only root and its own user may
// speak to. It serves one peer at a time, each for a few seconds, and waits until all tokens are open or it
// is told to stop.
#pragma once

#include <filesystem>

#include "api/log.h"
#include "daemon/pin_entry.h"
#include "daemon/signal_event.h"
#include "daemon/unlock/descriptor.h"
#include "daemon/unlock/protocol.h"

namespace inkan::daemon {

class UnlockSocket : public PinEntry {
 public:
  UnlockSocket(std::filesystem::path path, api::Log log) : path_(std::move(path)), log_(std::move(log)) {}

  // Throws Error{unavailable} if SIGTERM or SIGINT came before the last PIN; then stopped() is true. Throws
  // Error{config} if there can be no socket of that path.
  void unlock(std::vector<LockedToken> locked, const Open& open) override;
  bool stopped() const { return stopped_; }

 private:
  void serve(int peer, std::vector<LockedToken>& locked, const Open& open);
  UnlockAnswer answer(UnlockRequest request, std::vector<LockedToken>& locked, const Open& open) const;
  void log(api::Severity severity, std::string_view event, const api::LogFields& fields) const;

  std::filesystem::path path_;
  api::Log log_;
  bool stopped_ = false;
};

// The other end. Throws Error{unavailable} if nobody waits for PINs there.
Descriptor connect_unlock(const std::filesystem::path& path);

}  // namespace inkan::daemon
