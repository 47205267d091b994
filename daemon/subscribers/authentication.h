// A user ID and a password: the one place where they are tried. Rules R11 to R14, A08 to A12.
#pragma once

#include <functional>

#include "daemon/rate_limit.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

// How often passwords may be tried: in all, from one address, for one ID.
struct TryLimits {
  double per_second = 60, per_address_second = 10, per_id_second = 5;
};

class Authentication {
 public:
  Authentication(SubscriberParts parts, const TryLimits& limits);

  void follow(const TryLimits& limits);

  // `accepted` runs in the transaction that counts the try, after a right password of a user who is neither
  // locked nor blocked; its denial counts as no failure (A08). `screen`: for the leaf. The password alone
  // resets the count (A09) only where the pack asks for no second factor, or codes could be guessed on.
  template <class T>
  api::Admitted<T> run(const api::Call& call, const api::Credentials& credentials, const std::string& screen,
                       const std::function<policy::OrDenial<T>(Writing&, UserRow&)>& accepted) {
    std::optional<policy::OrDenial<T>> answer;
    const auto refused = attempt(call, credentials, screen,
                                 [&](Writing& w, UserRow& user) { answer.emplace(accepted(w, user)); });
    if (refused) return std::visit([](const auto& each) -> api::Admitted<T> { return each; }, *refused);
    if (const auto* denial = policy::denied(*answer)) return *denial;
    return std::get<T>(*std::move(answer));
  }

  using Accepted = std::function<void(Writing&, UserRow&)>;
  // Counts one try, of a password or of a one-time code, and does what follows from it; for a transaction.
  // `forgets`: a success resets the count.
  std::optional<policy::Denial> count(Writing& w, const api::Call& call, UserRow& user, bool right,
                                      const std::string& screen, const Accepted& accepted,
                                      bool forgets) const;

 private:
  using Refusal = std::variant<policy::Denial, api::TooOften>;

  std::optional<Refusal> attempt(const api::Call& call, const api::Credentials& credentials,
                                 const std::string& screen, const Accepted& accepted);
  void renew_hash(const std::string& user, const std::string& verified, const std::string& password,
                  api::Deadline deadline);
  std::optional<policy::Denial> count_phantom(Writing& w, const api::Call& call, const Bytes& id,
                                              const std::string& screen) const;
  policy::Denial denial_of(policy::TryResult result, const policy::Standing& standing,
                           policy::UserKind kind) const;

  SubscriberParts parts_;
  RateLimit all_, by_address_, by_id_;
};

}  // namespace inkan::daemon
