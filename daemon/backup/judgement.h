// What a drill says: one line for each thing it judged.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "policy/log/story/faults.h"
#include "policy/types/error.h"

namespace inkan::daemon {

struct Judgement {
  // not_judged: what it needs was not good itself, which another line says.
  enum class Verdict { ok, fail, not_judged };
  Verdict verdict = Verdict::fail;
  std::string what;   // "ledger", "key inkan/ca/root"
  std::string found;  // of a failure: what, and where
  std::string mend;   // of a failure only
};
std::string_view name(Judgement::Verdict verdict);  // "ok", "FAIL", "----"

class Judgements {
 public:
  // `judge` returns what it found to be good, or throws policy::Error saying what is not. True: it is good.
  template <class Judge>
  bool judge(std::string what, std::string mend, Judge&& judge) {
    try {
      std::string found = judge();
      all_.push_back({Judgement::Verdict::ok, std::move(what), std::move(found), {}});
      return true;
    } catch (const std::exception& fault) {
      all_.push_back({Judgement::Verdict::fail, std::move(what), fault.what(), std::move(mend)});
      return false;
    }
  }
  void not_judged(std::string what, std::string why) {
    all_.push_back({Judgement::Verdict::not_judged, std::move(what), std::move(why), {}});
  }

  const std::vector<Judgement>& all() const { return all_; }
  bool good() const;  // all of them, and there are some

 private:
  std::vector<Judgement> all_;
};

[[noreturn]] void fault(const std::string& what);
// Throws the first of them and the number of the others; nothing if there is none.
void refuse_any(const policy::Faults& faults);

}  // namespace inkan::daemon
