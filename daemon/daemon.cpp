#include "daemon/daemon.h"

#include "api/http/request_ids.h"
#include "daemon/clock.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace {

constexpr auto k_stop_grace = std::chrono::seconds(10);
constexpr auto k_idempotency_kept = std::chrono::days(7);

std::function<std::string()> request_ids() {
  std::array<std::uint8_t, 8> random;
  random_octets(random);
  std::uint64_t seed = 0;
  for (const auto octet : random) seed = seed << 8 | octet;
  auto ids = std::make_shared<api::RequestIds>(now, seed);
  return [ids] { return ids->next(); };
}

void write_last_leaves(Core& core) {
  core.writer->write([](Writing& w) {
    const auto job = policy::Identity::system_job("stop");
    w.append({.type = "daemon.stop"}, job);
    w.append({.type = "log.stop"}, job);
  });
}

}  // namespace

Daemon::Daemon(const Config& config, api::Log log, std::function<void(const std::string&)> fatal)
    : log_(std::move(log)) {
  core_ = std::make_unique<Core>(config, Core::Mode::run, std::move(fatal));
  try {
    serve();
  } catch (...) {
    stop();  // a start that fails is an end like any other: its leaves say so, and the next start sees no
             // crash
    throw;
  }
}

void Daemon::serve() {
  first_turns();
  crl_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(10), [this] { core_->crls.publish_due(); }, report("crl"));
  service_ = std::make_unique<Service>(*core_, [this] { crl_job_->wake(); });
  start_jobs();
  const auto& config = core_->config;
  const api::ServerConfig server_config{config.api.host,          config.api.port, config.public_reads.host,
                                        config.public_reads.port, config.limits,   config.deadlines};
  server_ = std::make_unique<api::HttpServer>(server_config, *service_, tls_identity(),
                                              api::ServerEffects{now, request_ids(), log_});
  server_->start();
}

Daemon::~Daemon() {
  stop();
}

// Before anyone is served: every key has made its canary, the CRLs are fresh, the log's head is signed.
void Daemon::first_turns() {
  core_->key_keeper.make_canaries();
  core_->key_keeper.probe();
  core_->crls.publish_due();
  core_->checkpoints.publish();
}

void Daemon::start_jobs() {
  key_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(500), [this] { core_->key_keeper.make_canaries(); }, report("canary"));
  probe_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(10), [this] { core_->key_keeper.probe(); }, report("probe"));
  // A checkpoint at most a second after a leaf: half of it to wait, half of it to sign.
  checkpoint_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(500), [this] { core_->checkpoints.publish(); }, report("checkpoint"));
  housekeeping_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(1), [this] { core_->unfinished.settle(); }, report("housekeeping"));
  minute_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(60),
      [this] {
        service_->refused().flush();
        core_->writer->write(
            [](Writing& w) { forget_idempotency_before(w.database(), w.now() - k_idempotency_kept); });
      },
      report("minute"));
}

api::TlsIdentity Daemon::tls_identity() {
  return {core_->tls_chain(), std::shared_ptr<EVP_PKEY>(core_->tls_key()), core_->trust_anchors()};
}

std::function<void(const std::string&)> Daemon::report(std::string job) {
  return [this, job = std::move(job)](const std::string& why) {
    if (!log_) return;
    if (why.empty()) return log_(api::Severity::info, "job.recovered", {{"job", job}});
    log_(api::Severity::error, "job.failed", {{"job", job}, {"why", why}});
  };
}

void Daemon::stop() {
  if (std::exchange(stopped_, true)) return;
  if (server_) server_->stop(k_stop_grace);
  for (auto* job : {&minute_job_, &housekeeping_job_, &checkpoint_job_, &probe_job_, &key_job_, &crl_job_})
    job->reset();
  // Each for itself: a token that is out must not keep the last leaves from the log.
  last_act([this] { core_->unfinished.settle(); });
  last_act([this] { core_->crls.publish_due(); });
  last_act([this] {
    if (service_) service_->refused().flush();
  });
  last_act([this] { write_last_leaves(*core_); });
  last_act([this] { core_->checkpoints.publish(); });
  server_.reset();  // frees the TLS key before its token goes
  service_.reset();
  core_->tokens.close();
}

void Daemon::last_act(const std::function<void()>& act) {
  try {
    act();
  } catch (const std::exception& error) {
    report("stop")(error.what());
  }
}

}  // namespace inkan::daemon
