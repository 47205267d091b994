// What the shim module does to a call, as told by rules; knows no PKCS#11 beyond function names and CK_RVs.
#pragma once

#include <p11-kit/pkcs11.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace inkan::shim {

// One rule a line; '#' starts a comment. <f> is a function's name, <n> counts its calls from when the rule
// came.
//   delay <f> <µs> [jitter µs]     every call takes that much longer
//   fail <f> <n> <rv> [times]      the nth call (and the next times-1; 0: all) returns rv; the module is not
//   called lose <f> <n> <rv> [times]      the same, but the module does its work first hang <f> <n> the nth
//   call waits until the rules change drop-sessions                  once: C_CloseAllSessions on every slot
struct Rule {
  enum class Kind { delay, fail, lose, hang };
  Kind kind;
  std::string function;
  long first = 0;   // delay: microseconds
  long jitter = 0;  // delay only
  CK_RV rv = CKR_OK;
  long times = 1;
  long seen = 0;  // calls since the rule came
};

// What one call is to suffer.
struct Fate {
  long delay_us = 0;
  bool refuse = false;         // return rv without calling the module
  bool lose = false;           // call it, then return rv
  bool drop_sessions = false;  // while it hung, the rules said so
  CK_RV rv = CKR_OK;
};

class Rules {
 public:
  // Replaces all rules; releases what hangs. True if sessions are to be dropped.
  bool replace(const std::string& text);
  // Rereads the file if it changed since. True as above.
  bool reread(const std::string& path);
  Fate next(const std::string& function);  // hangs here if told so
  long calls(const std::string& function) const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<Rule> rules_;
  std::uint64_t version_ = 0;
  std::string path_;  // of the file last read; never changes from one to another
  std::map<std::string, long> calls_;
  long file_seconds_ = 0, file_nanoseconds_ = -1;
};

}  // namespace inkan::shim
