// What every command shares: where the API is, as whom to call it, how to print. Holds no secret; the key
// stays in its file.
#pragma once

#include <stdexcept>
#include <string>

namespace inkan::daemon::cli {

// The program's exit status, documented in packaging/doc/operations.md.
enum class Exit { ok = 0, refused = 1, usage = 2, unavailable = 3 };

// Ends a command with a message for people: what failed, and how to mend it.
class Failure : public std::runtime_error {
 public:
  Failure(Exit status, const std::string& what, std::string mend = {})
      : std::runtime_error(what), status_(status), mend_(std::move(mend)) {}
  Exit status() const { return status_; }
  const std::string& mend() const { return mend_; }

 private:
  Exit status_;
  std::string mend_;
};

struct Context {
  std::string api, ca, certificate, key;  // empty: from the environment, see resolve()
  std::string as;                         // "web-tier": INKAN_WEB_TIER_CERT and INKAN_WEB_TIER_KEY
  bool json = false;
  Exit exit = Exit::ok;

  // Fills in what no option gave: INKAN_API, INKAN_CA and INKAN_CERT, INKAN_KEY (or those of --as). Throws
  // Failure naming what is missing.
  void resolve();
};

}  // namespace inkan::daemon::cli
