#include "daemon/authority/revocation_judging.h"

#include "daemon/authority/revocation.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using api::RevocationOutcome;
using policy::RevocationReason;
using policy::Role;

namespace {

struct Found {
  std::string authority, profile, requester;
  CertificateState state = CertificateState::issued;
  policy::Instant not_after;
  std::optional<RevocationReason> reason;
  std::optional<policy::LeafIndex> leaf;
};

std::optional<Found> find_certificate(Database& database, const policy::Serial& serial) {
  auto row = database.prepare(
      "SELECT c.authority, p.name, c.requester, c.state, c.not_after, c.revoked_at, c.reason, c.revoke_leaf "
      "FROM "
      "certificates c JOIN profiles p ON p.id = c.profile WHERE c.serial = ?");
  row.bind(serial.content());
  if (!row.step()) return std::nullopt;
  Found found{row.text(0),
              row.text(1),
              row.text(2),
              static_cast<CertificateState>(row.integer(3)),
              policy::Instant(std::chrono::seconds(row.integer(4))),
              std::nullopt,
              std::nullopt};
  if (row.is_null(5)) return found;
  found.reason = policy::revocation_reason(static_cast<int>(row.integer(6)));
  found.leaf = static_cast<policy::LeafIndex>(row.integer(7));
  if (!found.reason)
    throw policy::Error(policy::ErrorCode::store, "a certificate row has an unknown revocation reason");
  return found;
}

std::optional<policy::Denial> fault_in_role(const Found& found, const policy::ProfileSet& profiles,
                                            const RevocationAsker& asker, policy::Instant now) {
  const auto target = target_of(found.profile, found.requester, profiles);
  if (asker.caller.role() == Role::system && target.of_operator && !target.ca)
    return policy::Denial{"revoke.role", "role table: revoke", "this is an operator's certificate",
                          "one security officer revokes it"};
  return policy::check_revocation({asker.caller, asker.reason, asker.invalidity_date}, target, now);
}

RevocationOutcome outcome_of(const Found& found, policy::Instant now) {
  if (found.state == CertificateState::failed) return RevocationOutcome::never_signed;
  if (found.reason && *found.reason != RevocationReason::certificate_hold)
    return RevocationOutcome::already_revoked;
  if (found.not_after < now) return RevocationOutcome::expired;
  return found.reason ? RevocationOutcome::on_hold : RevocationOutcome::revoked;
}

}  // namespace

policy::RevocationTarget target_of(const std::string& profile, const std::string& requester,
                                   const policy::ProfileSet& profiles) {
  const auto* known = profiles.find(profile);
  return {requester, known && known->ca, !known || known->roles.contains(Role::system)};
}

JudgedRevocation judge_revocation(Database& database, const policy::ProfileSet& profiles,
                                  const RevocationAsker& asker, const policy::Serial& serial,
                                  policy::Instant now) {
  const auto found = find_certificate(database, serial);
  // To the web tier another's certificate does not exist.
  if (!found || (asker.caller.role() == Role::web_tier && found->requester != asker.caller.id()))
    return {{serial, RevocationOutcome::unknown}, "", std::nullopt};
  if (const auto fault = fault_in_role(*found, profiles, asker, now))
    return {
        {serial, RevocationOutcome::not_allowed, fault->rule, fault->detail}, found->authority, found->leaf};
  const auto outcome = outcome_of(*found, now);
  const bool changes =
      outcome == RevocationOutcome::revoked ||
      (outcome == RevocationOutcome::on_hold && asker.reason != RevocationReason::certificate_hold);
  return {{serial, outcome}, found->authority, found->leaf, changes};
}

DoneRevocations revoke_each(Writing& w, const policy::ProfileSet& profiles, const api::Call& call,
                            std::span<const policy::Serial> serials, RevocationReason reason,
                            std::optional<policy::Instant> invalidity_date, const std::string& approval) {
  DoneRevocations done;
  for (const auto& serial : serials) {
    auto judged =
        judge_revocation(w.database(), profiles, {call.identity, reason, invalidity_date}, serial, w.now());
    if (judged.changes) {
      write_revocation(w, call, {serial, reason, invalidity_date}, approval);
      done.authorities.insert(judged.authority);
      ++done.changed;
    }
    done.items.push_back(std::move(judged.item));
  }
  return done;
}

}  // namespace inkan::daemon
