#include "daemon/authority/watch.h"

#include "daemon/ledger/token_event.h"

namespace inkan::daemon {

using policy::EventType;

namespace {

// Slewing, as NTP does it, moves less than this between two looks.
constexpr std::chrono::milliseconds k_clock_step(1000);

const policy::Identity& watch_job() {
  static const auto watch = policy::Identity::system_job("watch");
  return watch;
}

policy::Event change_of(const std::string& name, const pkcs11::TokenStatus& status) {
  const bool ready = status.state == pkcs11::TokenState::ready;
  policy::Event event{
      .type = EventType::token_event, .outcome = ready ? "success" : "failure", .target = {"token", name}};
  event.detail = {{"event", ready ? "recovered" : pkcs11::name(status.state)},
                  {"detail", status.detail},
                  {"recoveries", status.recoveries}};
  return event;
}

}  // namespace

Watch::Watch(LogWriter& writer, const Tokens& tokens, const Authorities& authorities,
             const pkcs11::CheckpointSigner& checkpoint_signer, const pkcs11::EvidenceSigner& evidence_signer,
             const pkcs11::OcspSigner* ocsp_signer, std::function<policy::InstantMicros()> clock)
    : writer_(writer),
      tokens_(tokens),
      authorities_(authorities),
      checkpoint_signer_(checkpoint_signer),
      evidence_signer_(evidence_signer),
      ocsp_signer_(ocsp_signer),
      clock_(std::move(clock)),
      offset_(clock_offset()) {
  for (const auto& [name, token] : tokens_.all()) seen_[name] = token->status();
}

void Watch::look() {
  for (const auto& [name, token] : tokens_.all()) look_at(name, *token);
  for (const auto& authority : authorities_.signing()) look_at(*authority->signer);
  look_at(checkpoint_signer_);
  look_at(evidence_signer_);
  if (ocsp_signer_) look_at(*ocsp_signer_);
  look_at_clock();
}

// An outage shorter than the time between two looks shows in the counters.
void Watch::look_at(const std::string& name, const pkcs11::Token& token) {
  auto status = token.status();
  auto& seen = seen_[name];
  const bool changed = status.state != seen.state || status.recoveries != seen.recoveries;
  const bool logged_in = status.epoch != seen.epoch;
  if (!changed && !logged_in) return;
  writer_.write([&](Writing& w) {
    if (logged_in) w.append(login_of(name, status, "kept"), watch_job());
    if (changed) w.append(change_of(name, status), watch_job());
  });
  seen = std::move(status);
}

template <class Signer>
void Watch::look_at(const Signer& signer) {
  const auto& key = signer.key();
  const auto why = signer.out_of_service();
  if (why.empty() || out_of_service_.contains(key.id)) return;
  writer_.write([&](Writing& w) {
    policy::Event event{.type = EventType::key_state, .outcome = "failure", .target = {"key", key.id.hex()}};
    event.reason = why;
    event.detail = {
        {"key_id", key.id.hex()}, {"label", key.label}, {"from", "in-service"}, {"to", "out-of-service"}};
    w.append(event, watch_job());
  });
  out_of_service_.insert(key.id);
}

void Watch::look_at_clock() {
  const auto offset = clock_offset();
  const auto moved = offset - offset_;
  if (moved >= k_clock_step || moved <= -k_clock_step) {
    writer_.write([&](Writing& w) {
      policy::Event event{.type = EventType::clock_change};
      event.detail = {{"offset_ms", moved.count()},
                      {"source", "the system's clock, against its monotonic one"}};
      w.append(event, watch_job());
    });
  }
  offset_ = offset;
}

std::chrono::milliseconds Watch::clock_offset() const {
  const auto steady = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_().time_since_epoch() - steady);
}

}  // namespace inkan::daemon
