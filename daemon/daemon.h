// A running authority: the core, its jobs and the HTTP edge, started in this order and stopped in reverse.
#pragma once

#include <memory>

#include "api/log.h"
#include "api/server.h"
#include "daemon/acts/act_worker.h"
#include "daemon/authority/service.h"
#include "daemon/authority/watch.h"
#include "daemon/core.h"
#include "daemon/jobs/periodic.h"
#include "daemon/last_resort.h"
#include "daemon/reload/reloading.h"

namespace inkan::daemon {

// What ends the daemon from within. Each is called once at most, from one of its threads, with the reason;
// whoever made the daemon stops it then.
struct Endings {
  std::function<void(const std::string& why)> store_unknown;  // nothing may be written or signed any more
  std::function<void(const std::string& why)> token_hung;     // a new process could sign, this one cannot
};

class Daemon {
 public:
  // Starts everything; returns when both listeners answer. Throws Error saying what is wrong and how to mend
  // it. `officers` as for Core.
  Daemon(const Config& config, api::Log log, Endings endings, PinEntry* officers = nullptr);
  ~Daemon();

  // Takes over the configuration's file as it is now, or nothing of it (Reloading), and logs what that
  // changed, or why not; returns that why, else empty. Never throws. Not for two threads at once, nor beside
  // stop().
  std::string reload();
  void stop();  // finishes requests in flight, writes the last leaves and their checkpoint
  // Which of the loops that a daemon lives by has been in one turn for `longest`; empty: none. That a token
  // is out, hangs or refuses is no such thing: the loops go on about it. Does not return itself if a lock of
  // edge or writer is never given back. ADR 14.
  std::string stuck(std::chrono::seconds longest) const;
  std::string token_trouble() const;  // of the last probe; empty: every token that is probed signed
  std::uint16_t api_port() const { return server_->api_port(); }
  std::uint16_t public_port() const { return server_->public_port(); }
  std::uint16_t metrics_port() const { return server_->metrics_port(); }  // 0: there is none

 private:
  void serve();
  void first_turns();
  void start_jobs();
  void tell_offers() const;
  void hand_over();
  void look_for_the_hung();
  void renew_tls();
  void last_act(const std::function<void()>& act);
  api::TlsIdentity tls_identity();
  std::function<void(const std::string&)> report(std::string job);

  api::Log log_;
  const std::function<void(const std::string&)> token_hung_;
  std::optional<api::StaffPage> staff_page_;  // until the server takes it
  std::unique_ptr<Core> core_;
  std::unique_ptr<Periodic> crl_job_, evidence_job_, ocsp_job_, outbox_job_, subscriber_job_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Reloading> reloading_;
  std::unique_ptr<Watch> watch_;  // before the job that looks
  std::unique_ptr<ActWorker> act_worker_;
  std::unique_ptr<LastResort> last_resort_;
  std::unique_ptr<Periodic> act_job_, last_resort_job_, watch_job_, key_job_, failover_job_, probe_job_,
      checkpoint_job_, housekeeping_job_, minute_job_, tls_job_;
  std::vector<std::unique_ptr<Periodic>> witness_jobs_;
  std::unique_ptr<api::HttpServer> server_;
  bool stopped_ = false;
};

}  // namespace inkan::daemon
