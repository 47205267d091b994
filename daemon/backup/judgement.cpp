#include "daemon/backup/judgement.h"

#include <algorithm>

namespace inkan::daemon {

std::string_view name(Judgement::Verdict verdict) {
  switch (verdict) {
    case Judgement::Verdict::ok:
      return "ok";
    case Judgement::Verdict::fail:
      return "FAIL";
    case Judgement::Verdict::not_judged:
      break;
  }
  return "----";
}

bool Judgements::good() const {
  return !all_.empty() && std::all_of(all_.begin(), all_.end(), [](const auto& each) {
    return each.verdict == Judgement::Verdict::ok;
  });
}

void fault(const std::string& what) {
  throw policy::Error(policy::ErrorCode::ledger, what);
}

void refuse_any(const policy::Faults& faults) {
  if (faults.count() == 0) return;
  const auto& first = faults.kept().front();
  fault(first.place + ": " + first.what +
        (faults.count() > 1 ? "; and " + std::to_string(faults.count() - 1) + " more" : ""));
}

}  // namespace inkan::daemon
