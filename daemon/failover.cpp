#include "daemon/failover.h"

namespace inkan::daemon {
namespace {

// Sessions lost and opened anew take less: that is the token's own affair.
constexpr std::chrono::seconds k_patience(1);

bool is_ready(const pkcs11::Token& token) {
  return token.status().state == pkcs11::TokenState::ready;
}

std::string condition_of(const pkcs11::Token& token) {
  const auto status = token.status();
  return std::string(pkcs11::name(status.state)) + (status.detail.empty() ? "" : ": " + status.detail);
}

}  // namespace

Failover::Failover(const Tokens& tokens, LogWriter& writer) : writer_(writer) {
  for (const auto& [name, token] : tokens.all())
    if (token->standby()) pairs_.push_back({token, {}});
}

std::vector<Handover> Failover::turn() {
  std::vector<Handover> made;
  for (auto& pair : pairs_)
    if (auto handover = look(pair)) made.push_back(std::move(*handover));
  return made;
}

std::optional<Handover> Failover::look(Pair& pair) {
  const bool to_standby = !pair.main->is_stood_in_for();
  const pkcs11::Token& from = pair.main->in_use();
  const pkcs11::Token& to = to_standby ? *pair.main->standby() : *pair.main;
  if (is_ready(from)) {
    pair.out_since.reset();
    return std::nullopt;
  }
  if (!pair.out_since) pair.out_since = Clock::now();
  if (Clock::now() - *pair.out_since < k_patience || !is_ready(to)) return std::nullopt;
  const Handover handover{from.config().name, to.config().name, condition_of(from)};
  writer_.write([&](Writing& w) {
    policy::Event event{.type = policy::EventType::token_event,
                        .target = {"token", pair.main->config().name}};
    event.reason = handover.why;
    event.detail = {
        {"event", to_standby ? "failover" : "recovered"}, {"from", handover.from}, {"to", handover.to}};
    w.append(event, policy::Identity::system_job("failover"));
  });
  pair.main->stand_in(to_standby);
  pair.out_since.reset();
  return handover;
}

}  // namespace inkan::daemon
