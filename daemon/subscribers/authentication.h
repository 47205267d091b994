// A user ID and a password: the one place where they are tried. Rules R11 to R14, A08 to A12.
#pragma once

#include <functional>

#include "daemon/rate_limit.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

// How often passwords may be tried: in all, from one address, for one ID.
struct TryLimits {
  double per_second = 200, per_address_second = 20, per_id_second = 5;
};

class Authentication {
 public:
  Authentication(SubscriberParts parts, const TryLimits& limits);

  // `accepted` runs in the transaction that counts the try, after a right password of a user who is neither
  // locked nor blocked; its denial counts as no failure (A08). `screen`: for the leaf.
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

 private:
  using Refusal = std::variant<policy::Denial, api::TooOften>;
  using Accepted = std::function<void(Writing&, UserRow&)>;

  std::optional<Refusal> attempt(const api::Call& call, const api::Credentials& credentials,
                                 const std::string& screen, const Accepted& accepted);
  std::optional<policy::Denial> count(Writing& w, const api::Call& call, UserRow& user, bool right,
                                      const std::string& screen, const Accepted& accepted) const;
  std::optional<policy::Denial> count_phantom(Writing& w, const api::Call& call, const Bytes& id,
                                              const std::string& screen) const;
  policy::Denial denial_of(policy::TryResult result, const policy::Standing& standing,
                           policy::UserKind kind) const;

  SubscriberParts parts_;
  RateLimit all_, by_address_, by_id_;
};

}  // namespace inkan::daemon
