#include "daemon/metrics/page.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "daemon/authority/issuing_switch.h"
#include "daemon/clock.h"
#include "daemon/store/outbox_rows.h"

namespace inkan::daemon {
namespace {

using pkcs11::TokenState;

constexpr std::array k_states = {TokenState::absent, TokenState::present, TokenState::ready,
                                 TokenState::degraded, TokenState::recovering};

std::int64_t seconds_since(policy::Instant instant) {
  return std::max<std::int64_t>(0, to_seconds(now()) - to_seconds(instant));
}

using NamedStatus = std::pair<std::string, pkcs11::TokenStatus>;

template <class Member>
void write_each(Exposition& page, const std::vector<NamedStatus>& tokens,
                Member pkcs11::TokenStatus::*member) {
  for (const auto& [name, status] : tokens) page.sample({{"token", name}}, status.*member);
}

void write_tokens(Exposition& page, const Core& core) {
  std::vector<NamedStatus> tokens;
  for (const auto& [name, token] : core.tokens.all()) tokens.emplace_back(name, token->status());
  page.gauge("inkan_token_state", "1 for the state that the token is in.");
  for (const auto& [name, status] : tokens)
    for (const auto state : k_states)
      page.sample({{"token", name}, {"state", pkcs11::name(state)}}, status.state == state ? 1 : 0);
  page.gauge("inkan_token_in_use", "1 if calls go to it, 0 if another token stands in, or it stands by.");
  for (const auto& settings : core.config.tokens)
    page.sample({{"token", settings.token.name}}, core.tokens.is_in_use(settings) ? 1 : 0);
  page.gauge("inkan_token_sessions", "Signing sessions that are open.");
  write_each(page, tokens, &pkcs11::TokenStatus::sessions_open);
  page.gauge("inkan_token_queue_length", "Calls that wait for a session.");
  write_each(page, tokens, &pkcs11::TokenStatus::queued);
  page.gauge("inkan_token_calls_in_flight", "Calls inside the token whose callers wait.");
  write_each(page, tokens, &pkcs11::TokenStatus::in_flight);
  page.gauge("inkan_token_calls_stuck", "Calls inside the token whose callers have left.");
  write_each(page, tokens, &pkcs11::TokenStatus::stuck);
  page.counter("inkan_token_logins_total", "Logins since the start.");
  write_each(page, tokens, &pkcs11::TokenStatus::epoch);
  page.counter("inkan_token_recoveries_total", "Times the token was healed since the start.");
  write_each(page, tokens, &pkcs11::TokenStatus::recoveries);
}

void write_keys(Exposition& page, Core& core) {
  const auto keys = core.store.keys();
  page.counter("inkan_key_signatures_total", "Signatures that the token returned since the start.");
  for (const auto& [name, token] : core.tokens.all())
    for (const auto& count : token->signature_counts()) {
      const auto key =
          std::find_if(keys.begin(), keys.end(), [&](const auto& each) { return each.id == count.key; });
      const std::string label = key == keys.end() ? count.key.hex() : key->label;
      page.sample({{"token", name}, {"key", label}}, count.signatures);
    }
  page.gauge("inkan_authority_in_service", "1 if the authority's key may sign now.");
  for (const auto& authority : core.authorities.signing()) {
    const auto& signer = *authority->signer;
    const bool usable = signer.out_of_service().empty() && !signer.needs_canary();
    page.sample({{"authority", authority->issuer.id}}, usable ? 1 : 0);
  }
}

void write_tls(Exposition& page, const Core& core) {
  page.gauge("inkan_tls_certificate_expiry_timestamp_seconds", "When the API's own TLS certificate ends.");
  page.sample({}, to_seconds(core.tls_certificate.current().validity.not_after()));
}

void write_ledger(Exposition& page, const Core& core) {
  const auto covered = core.checkpoints.covered(), leaves = core.writer->head().size;
  page.gauge("inkan_ledger_leaves", "Leaves that are on disk.");
  page.sample({}, leaves);
  page.gauge("inkan_ledger_checkpoint_leaves", "Leaves that the newest checkpoint covers.");
  page.sample({}, covered);
  page.gauge("inkan_ledger_lag_leaves", "Leaves that no checkpoint covers yet.");
  const auto accounted = core.checkpoints.accounted();
  page.sample({}, leaves > accounted ? leaves - accounted : 0);
  if (const auto at = core.checkpoints.signed_at()) {
    page.gauge("inkan_ledger_checkpoint_age_seconds",
               "Since the newest checkpoint; it grows while no leaf comes.");
    page.sample({}, seconds_since(*at));
  }
  page.gauge("inkan_unfinished_outcomes", "Outcomes of intents that the store could not take yet.");
  page.sample({}, core.unfinished.size());
}

void write_issuing(Exposition& page, Core& core) {
  page.gauge("inkan_issuing_stopped", "1 while an officer has stopped the issuing of certificates.");
  page.sample({}, core.store.read([](Database& database) { return stopped_issuing(database) ? 1 : 0; }));
}

void write_witnesses(Exposition& page, const Core& core) {
  std::vector<CosignerStatus> all;
  for (const auto& cosigner : core.cosigning.all()) all.push_back(cosigner->status());
  if (all.empty()) return;
  page.gauge("inkan_witness_cosigned_leaves",
             "Leaves that the newest cosigned checkpoint of this run covers.");
  for (const auto& each : all) page.sample({{"witness", each.name}}, each.size);
  page.gauge("inkan_witness_cosignature_age_seconds",
             "Since the witness cosigned last; it grows while no leaf comes.");
  for (const auto& each : all)
    if (each.at) page.sample({{"witness", each.name}}, seconds_since(*each.at));
  page.gauge("inkan_witness_failing",
             "1 while the newest checkpoint cannot be cosigned, whatever the reason.");
  for (const auto& each : all) page.sample({{"witness", each.name}}, each.failure.empty() ? 0 : 1);
  page.gauge("inkan_witness_refused", "1 if the witness says that this is not the log that it cosigned.");
  for (const auto& each : all) page.sample({{"witness", each.name}}, each.refused ? 1 : 0);
}

void write_crls(Exposition& page, const Core& core) {
  std::vector<std::pair<CrlScope, StoredCrl>> crls;
  for (const auto& authority : core.authorities.signing())
    for (auto& [shard, crl] : core.crls.newest_of(authority->issuer.id))
      crls.emplace_back(CrlScope{authority->issuer.id, shard}, std::move(crl));
  const auto sample = [&](const CrlScope& scope, auto value) {
    if (scope.shard == policy::k_full_crl)
      page.sample({{"authority", scope.authority}}, value);
    else
      page.sample({{"authority", scope.authority}, {"shard", std::to_string(scope.shard)}}, value);
  };
  page.gauge("inkan_crl_number", "Number of the newest CRL, full or of a shard.");
  for (const auto& [scope, crl] : crls) sample(scope, crl.number);
  page.gauge("inkan_crl_age_seconds", "Since thisUpdate of the newest CRL.");
  for (const auto& [scope, crl] : crls) sample(scope, seconds_since(crl.this_update));
  page.gauge("inkan_crl_next_update_timestamp_seconds", "nextUpdate of the newest CRL, in Unix time.");
  for (const auto& [scope, crl] : crls) sample(scope, to_seconds(crl.next_update));
  page.gauge(
      "inkan_revocation_unpublished_age_seconds",
      "Since the oldest revocation or release that a CRL which is to does not tell of; 0 if all are told.");
  for (const auto& authority : core.authorities.signing()) {
    const auto oldest = core.crls.oldest_unpublished(authority->issuer.id);
    page.sample({{"authority", authority->issuer.id}}, oldest ? seconds_since(*oldest) : 0);
  }
}

void write_ocsp(Exposition& page, const Core& core) {
  if (!core.ocsp) return;
  using How = OcspDesk::How;
  page.counter("inkan_ocsp_answers_total", "OCSP requests, by how they were answered.");
  for (const auto& [how, name] : {std::pair(How::from_memory, "from-memory"),
                                  {How::signed_for_it, "signed"},
                                  {How::malformed, "malformed"},
                                  {How::unauthorized, "unauthorized"},
                                  {How::try_later, "try-later"}})
    page.sample({{"how", name}}, core.ocsp->count(how));
  page.gauge("inkan_ocsp_responses", "Signed OCSP responses in memory.");
  page.sample({}, core.ocsp->cached());
  page.gauge("inkan_ocsp_responder_expiry_timestamp_seconds",
             "When the OCSP responder's certificate ends, in Unix time; 0: there is none that is valid.");
  for (const auto& authority : core.authorities.signing()) {
    const auto responder = core.ocsp->responders().find(authority->issuer.id);
    page.sample({{"authority", authority->issuer.id}},
                responder ? to_seconds(responder->validity.not_after()) : 0);
  }
}

void write_subscribers(Exposition& page, Core& core) {
  if (!core.config.subscribers) return;
  core.measurements.write_subscribers(page);
  const auto waiting = core.store.read([](Database& database) { return waiting_mails(database); });
  page.gauge("inkan_outbox_mails", "Mails that wait to be sent, or to be tried again.");
  page.sample({}, waiting.count);
  page.gauge("inkan_outbox_oldest_age_seconds", "Since the oldest of them was made; 0 if none waits.");
  page.sample({}, waiting.oldest ? seconds_since(*waiting.oldest) : 0);
}

struct WatchedListener {
  const char* name;
  const api::Counters& counters;
  std::size_t connections;
};

void write_edge(Exposition& page, const api::HttpServer& server) {
  const WatchedListener listeners[] = {{"api", server.api_counters(), server.api_connections()},
                                       {"public", server.public_counters(), server.public_connections()}};
  page.gauge("inkan_http_connections", "Connections that are served now.");
  for (const auto& each : listeners) page.sample({{"listener", each.name}}, each.connections);
  page.counter("inkan_http_connections_accepted_total", "Connections taken from the kernel.");
  for (const auto& each : listeners) page.sample({{"listener", each.name}}, each.counters.accepted.load());
  page.counter("inkan_http_connections_refused_total", "Connections beyond a cap: answered 503, or closed.");
  for (const auto& each : listeners) {
    const auto& counters = each.counters;
    page.sample({{"listener", each.name}, {"how", "answered"}}, counters.refused_over_cap.load());
    page.sample({{"listener", each.name}, {"how", "closed"}}, counters.closed_beyond_reserve.load());
  }
  page.counter("inkan_http_timeouts_total", "Peers that were too slow, by what they were at.");
  for (const auto& each : listeners) {
    const auto& late = each.counters.timed_out;
    page.sample({{"listener", each.name}, {"phase", "handshake"}}, late.handshake.load());
    page.sample({{"listener", each.name}, {"phase", "header"}}, late.header.load());
    page.sample({{"listener", each.name}, {"phase", "body"}}, late.body.load());
    page.sample({{"listener", each.name}, {"phase", "write"}}, late.write.load());
  }
  page.counter("inkan_tls_handshakes_refused_total", "TLS handshakes that failed, timeouts not counted.");
  page.sample({}, listeners[0].counters.failed_handshakes.load());
}

std::int64_t resident_octets() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t whole = 0, resident = 0;
  statm >> whole >> resident;
  return statm ? resident * sysconf(_SC_PAGESIZE) : 0;
}

// The names that every Prometheus client gives these; dashboards know them.
void write_process(Exposition& page, const Core& core) {
  page.gauge("inkan_build_info", "1; the label says which version runs.");
  page.sample({{"version", INKAN_VERSION}}, 1);
  page.gauge("process_start_time_seconds", "Start of the process, in Unix time.");
  page.sample({}, to_seconds(core.measurements.started_at()));
  page.gauge("process_resident_memory_bytes", "Resident memory.");
  page.sample({}, resident_octets());
}

}  // namespace

std::string metrics_page(Core& core, const api::HttpServer* server) {
  Exposition page;
  core.measurements.write(page);
  write_tokens(page, core);
  write_keys(page, core);
  write_tls(page, core);
  write_ledger(page, core);
  write_issuing(page, core);
  write_witnesses(page, core);
  write_crls(page, core);
  write_ocsp(page, core);
  write_subscribers(page, core);
  if (server) write_edge(page, *server);
  write_process(page, core);
  return page.take();
}

}  // namespace inkan::daemon
