#include "daemon/daemon.h"

#include "api/http/request_ids.h"
#include "daemon/clock.h"
#include "daemon/store/certificate_rows.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace {

constexpr auto k_stop_grace = std::chrono::seconds(10);
constexpr auto k_look = std::chrono::seconds(10);  // for a fresh process to find the tokens
constexpr auto k_idempotency_kept = std::chrono::days(7);
constexpr auto k_evidence_kept = std::chrono::days(7);  // a pack can be made again at any time

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
    w.append({.type = policy::EventType::daemon_stop}, job);
    w.append({.type = policy::EventType::log_stop}, job);
  });
}

}  // namespace

Daemon::Daemon(const Config& config, api::Log log, Endings endings, PinEntry* officers)
    : log_(std::move(log)), token_hung_(std::move(endings.token_hung)), staff_page_(load_staff_page(config)) {
  core_ = std::make_unique<Core>(config, Core::Mode::run, std::move(endings.store_unknown), officers);
  try {
    serve();
  } catch (...) {
    stop();  // a start that fails is an end like any other: its leaves say so, and the next start sees no
             // crash
    throw;
  }
}

void Daemon::serve() {
  tell_offers();
  first_turns();
  // Often, for a wake that comes while an authority rests from its last CRL does nothing.
  crl_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(500), [this] { core_->crls.publish_due(); }, report("crl"));
  evidence_job_ = std::make_unique<Periodic>(
      std::chrono::hours(1), [this] { core_->evidence.make_ordered(); }, report("evidence"));
  service_ = std::make_unique<Service>(
      *core_, [this] { crl_job_->wake(); }, [this] { evidence_job_->wake(); });
  if (core_->ocsp) {
    core_->ocsp->start(core_->ocsp_sessions());
    ocsp_job_ = std::make_unique<Periodic>(
        std::chrono::seconds(5), [this] { core_->ocsp->turn(); }, report("ocsp"));
    ocsp_job_->wake();
  }
  start_jobs();
  const auto& config = core_->config;
  const api::ServerConfig server_config{config.api.host,
                                        config.api.port,
                                        config.public_reads.host,
                                        config.public_reads.port,
                                        config.metrics.host,
                                        config.metrics.port,
                                        config.limits,
                                        config.deadlines,
                                        std::exchange(staff_page_, {})};
  server_ = std::make_unique<api::HttpServer>(
      server_config, *service_, tls_identity(),
      api::ServerEffects{now, request_ids(), log_, [this](const api::Answered& answered) {
                           core_->measurements.count_answer(answered);
                         }});
  service_->watch(*server_);
  // Before the first vote can come.
  act_worker_ = std::make_unique<ActWorker>(
      *core_, [this](const policy::Bytes& der) { server_->trust(der); }, [this] { crl_job_->wake(); });
  act_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(5), [this] { act_worker_->turn(); }, report("acts"));
  core_->approvals.on_work([this] {
    act_job_->wake();
    crl_job_->wake();
  });
  reloading_ = std::make_unique<Reloading>(*core_, *service_);
  tls_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(10), [this] { renew_tls(); }, report("tls"));
  server_->start();
  tls_job_->wake();  // it may have been due while the daemon was down
}

void Daemon::renew_tls() {
  if (!core_->tls_certificate.renew_due()) return;
  server_->present(core_->tls_certificate.chain());
  if (log_)
    log_(api::Severity::info, "tls.renewed", {{"serial", core_->tls_certificate.current().serial.hex()}});
}

Daemon::~Daemon() {
  stop();
}

// Files and programs change no rule by themselves: whoever put them there is told how they would.
void Daemon::tell_offers() const {
  if (!log_) return;
  for (const auto& offer : core_->policies.offered()) {
    const bool built_in = offer.source == "built in";
    log_(
        api::Severity::warning, "profile.refused",
        {{"profile", offer.name},
         {"version", std::to_string(offer.version)},
         {"from", offer.source},
         {"why", "it is not the version in force, which officers change by their votes"},
         {"mend", "inkan profile change " +
                      (built_in ? "--built-in " + offer.name : "--file " + offer.source) + " --reason WHY"}});
  }
  if (const auto keys = core_->policies.offered_blocked_keys())
    log_(api::Severity::warning, "blocklist.refused",
         {{"keys", std::to_string(keys)},
          {"why",
           "they stand in files of the configuration, and not in the list in force, which officers change "
           "by their votes"},
          {"mend", "inkan blocklist change --add-file FILE --reason WHY"}});
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
  failover_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(250), [this] { hand_over(); }, report("failover"));
  last_resort_ = std::make_unique<LastResort>(core_->config, core_->tokens, *core_->writer, [this] {
    return fresh_process_finds_tokens("/proc/self/exe", core_->config.file, k_look);
  });
  last_resort_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(1), [this] { look_for_the_hung(); }, report("last-resort"));
  watch_ =
      std::make_unique<Watch>(*core_->writer, core_->tokens, core_->authorities, core_->checkpoint_signer,
                              core_->evidence_signer, core_->ocsp_signer.get());
  watch_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(500), [this] { watch_->look(); }, report("watch"));
  probe_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(10), [this] { core_->key_keeper.probe(); }, report("probe"));
  // A checkpoint at most a second after a leaf: half of it to wait, half of it to sign.
  checkpoint_job_ = std::make_unique<Periodic>(
      std::chrono::milliseconds(500), [this] { core_->checkpoints.publish(); }, report("checkpoint"));
  housekeeping_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(1),
      [this] {
        core_->cosigning.cut_what_is_late();
        core_->unfinished.settle();
      },
      report("housekeeping"));
  if (auto* subscribers = service_->subscriber_jobs()) {
    subscriber_job_ = std::make_unique<Periodic>(
        std::chrono::seconds(10), [subscribers] { subscribers->turn(); }, report("subscribers"));
    if (auto* outbox = subscribers->outbox())
      outbox_job_ = std::make_unique<Periodic>(
          std::chrono::seconds(2), [outbox] { outbox->turn(); }, report("outbox"));
  }
  for (const auto& cosigner : core_->cosigning.all())
    witness_jobs_.push_back(std::make_unique<Periodic>(
        std::chrono::milliseconds(250), [&cosigner] { cosigner->turn(); },
        report("witness " + cosigner->name())));
  minute_job_ = std::make_unique<Periodic>(
      std::chrono::seconds(60),
      [this] {
        service_->refused().flush();
        core_->approvals.expire_due();
        core_->evidence.forget_older_than(k_evidence_kept);
        core_->writer->write(
            [](Writing& w) { forget_idempotency_before(w.database(), w.now() - k_idempotency_kept); });
      },
      report("minute"));
}

void Daemon::hand_over() {
  for (const auto& made : core_->failover.turn()) {
    key_job_->wake();  // the keys' canaries come first
    if (log_)
      log_(api::Severity::warning, "token.handover",
           {{"from", made.from}, {"to", made.to}, {"why", made.why}});
  }
}

void Daemon::look_for_the_hung() {
  if (const auto why = last_resort_->turn(); !why.empty() && token_hung_) token_hung_(why);
}

api::TlsIdentity Daemon::tls_identity() {
  return {core_->tls_certificate.chain(), std::shared_ptr<EVP_PKEY>(core_->tls_key()),
          core_->trust_anchors()};
}

std::function<void(const std::string&)> Daemon::report(std::string job) {
  return [this, job = std::move(job)](const std::string& why) {
    if (!log_) return;
    if (why.empty()) return log_(api::Severity::info, "job.recovered", {{"job", job}});
    log_(api::Severity::error, "job.failed", {{"job", job}, {"why", why}});
  };
}

// Each of these has deadlines for all that it asks of tokens. Those that take as long as there is work (CRLs,
// outcomes to settle, acts, evidence, mails, witnesses) are told of by metrics.
std::string Daemon::stuck(std::chrono::seconds longest) const {
  server_->connections();  // through the locks that every connection passes
  core_->writer->head();   // and the writer's
  for (const auto& [name, job] : {std::pair("probe", probe_job_.get()),
                                  {"checkpoint", checkpoint_job_.get()},
                                  {"watch", watch_job_.get()},
                                  {"failover", failover_job_.get()},
                                  {"last-resort", last_resort_job_.get()},
                                  {"minute", minute_job_.get()}}) {
    // The same words at each look: it is one matter for the log.
    if (job->overdue() > longest)
      return "the job " + std::string(name) + " has been in one turn for more than " +
             std::to_string(longest.count()) + " s";
  }
  return {};
}

std::string Daemon::token_trouble() const {
  return core_->key_keeper.probe_failure();
}

std::string Daemon::reload() {
  try {
    const auto changes = reloading_->turn();
    core_->measurements.count_reload(true);
    if (log_) log_(api::Severity::info, "config.reloaded", {{"changes", in_words(changes)}});
    return {};
  } catch (const std::exception& error) {
    core_->measurements.count_reload(false);
    if (log_) log_(api::Severity::error, "config.refused", {{"why", error.what()}});
    return error.what();
  }
}

void Daemon::stop() {
  if (std::exchange(stopped_, true)) return;
  if (service_) service_->stop_reading();
  core_->evidence.stop();
  if (service_ && service_->subscriber_jobs() && service_->subscriber_jobs()->outbox())
    service_->subscriber_jobs()->outbox()->stop();
  core_->writer->release_waiters();
  if (server_) server_->stop(k_stop_grace);
  core_->cosigning.cut();
  witness_jobs_.clear();
  for (auto* job : {&tls_job_, &act_job_, &last_resort_job_, &watch_job_, &minute_job_, &housekeeping_job_,
                    &checkpoint_job_, &probe_job_, &failover_job_, &key_job_, &evidence_job_, &ocsp_job_,
                    &crl_job_, &outbox_job_, &subscriber_job_})
    job->reset();
  core_->ocsp.reset();  // its threads record and sign
  // Each for itself: a token that is out must not keep the last leaves from the log.
  last_act([this] { core_->unfinished.settle(); });
  last_act([this] { core_->crls.publish_due(true); });
  last_act([this] {
    if (service_) service_->refused().flush();
  });
  last_act([this] { write_last_leaves(*core_); });
  last_act([this] { core_->checkpoints.publish(); });
  server_.reset();  // frees the TLS key before its token goes
  reloading_.reset();
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
