// Puts a standby token to work when the token it stands by for is out, and the other way round. It decides
// and records; no call is ever taken along: what one token may have signed is not asked of the other.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ledger/log_writer.h"
#include "daemon/tokens.h"

namespace inkan::daemon {

struct Handover {
  std::string from, to, why;
};

class Failover {
 public:
  Failover(const Tokens& tokens, LogWriter& writer);

  // One look at each pair. A token that has not been ready for a second hands over to the other one, if that
  // is ready; it keeps the work until it is out itself, so that a token that comes and goes takes nobody with
  // it. Each handover is a leaf first. Throws Error{store} if that cannot be written: then nothing changes.
  std::vector<Handover> turn();

 private:
  using Clock = std::chrono::steady_clock;
  struct Pair {
    std::shared_ptr<pkcs11::Token> main;
    std::optional<Clock::time_point> out_since;
  };

  std::optional<Handover> look(Pair& pair);

  LogWriter& writer_;
  std::vector<Pair> pairs_;  // the caller's thread alone
};

}  // namespace inkan::daemon
