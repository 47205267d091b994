#include "api/revocation_records.h"

#include <array>

namespace inkan::api {
namespace {

constexpr std::array<std::pair<RevocationOutcome, std::string_view>, 7> k_outcomes = {
    {{RevocationOutcome::revoked, "revoked"},
     {RevocationOutcome::on_hold, "on-hold"},
     {RevocationOutcome::already_revoked, "already-revoked"},
     {RevocationOutcome::expired, "expired"},
     {RevocationOutcome::never_signed, "never-signed"},
     {RevocationOutcome::not_allowed, "not-allowed"},
     {RevocationOutcome::unknown, "unknown"}}};

}  // namespace

std::string_view name(RevocationOutcome outcome) {
  for (const auto& [known, text] : k_outcomes)
    if (known == outcome) return text;
  return "";
}

std::optional<RevocationOutcome> revocation_outcome(std::string_view wanted) {
  for (const auto& [known, text] : k_outcomes)
    if (text == wanted) return known;
  return std::nullopt;
}

std::map<RevocationOutcome, std::size_t> RevocationReport::totals() const {
  std::map<RevocationOutcome, std::size_t> all;
  for (const auto& item : items) ++all[item.outcome];
  return all;
}

}  // namespace inkan::api
