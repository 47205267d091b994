#include "policy/dual_control/tally.h"

namespace inkan::policy {

std::string_view name(RequestState state) {
  switch (state) {
    case RequestState::open:
      return "open";
    case RequestState::approved:
      return "approved";
    case RequestState::refused:
      return "refused";
    case RequestState::expired:
      return "expired";
  }
  return "";
}

RequestState state_of(const Tally& tally, Instant expires, Instant now) {
  if (tally.approvals >= tally.needed) return RequestState::approved;
  if (tally.officers - tally.refusals < tally.needed) return RequestState::refused;
  return now >= expires ? RequestState::expired : RequestState::open;
}

}  // namespace inkan::policy
