// What is left when calls are stuck for ever inside a module: nothing in this process may end such a call, or
// initialise the module anew around it, so the process itself must end, and be started again.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "daemon/ledger/log_writer.h"
#include "daemon/tokens.h"

namespace inkan::daemon {

class LastResort {
 public:
  // Whether a start would find the tokens; may take its time, but not for ever.
  using Look = std::function<bool()>;

  // `config`, `tokens` and `writer` must outlive it.
  LastResort(const Config& config, const Tokens& tokens, LogWriter& writer, Look look);

  // Why the process must end, once and with a leaf if the store takes one; empty as long as it need not. It
  // must when a token in use has hung for its `stuck_exit`, `look` found all tokens, and it hangs on
  // nevertheless. While an HSM is away no look finds it, and a restart would only take from those who read
  // CRLs; when it comes back, the calls that it held come back too.
  std::string turn();

 private:
  using Clock = std::chrono::steady_clock;
  struct Hung {
    std::string token, why;
  };

  std::optional<Hung> find_hung() const;
  void record(const Hung& hung);

  const Config& config_;
  const Tokens& tokens_;
  LogWriter& writer_;
  const Look look_;
  // The caller's thread alone.
  Clock::time_point look_at_{};  // not before
  std::optional<Clock::time_point> found_at_;
  bool told_ = false;
};

// Whether `program --config FILE --check-tokens`, a process that knows nothing of ours, ends well in time.
bool fresh_process_finds_tokens(const std::filesystem::path& program, const std::filesystem::path& config,
                                std::chrono::milliseconds within);

}  // namespace inkan::daemon
