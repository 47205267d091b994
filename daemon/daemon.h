// A running authority: the core, its jobs and the HTTP edge, started in this order and stopped in reverse.
#pragma once

#include <memory>

#include "api/log.h"
#include "api/server.h"
#include "daemon/authority/service.h"
#include "daemon/core.h"
#include "daemon/jobs/periodic.h"

namespace inkan::daemon {

class Daemon {
 public:
  // Starts everything; returns when both listeners answer. Throws Error saying what is wrong and how to mend
  // it.
  Daemon(const Config& config, api::Log log, std::function<void(const std::string&)> fatal);
  ~Daemon();

  void stop();  // finishes requests in flight, writes the last leaves and their checkpoint
  std::uint16_t api_port() const { return server_->api_port(); }
  std::uint16_t public_port() const { return server_->public_port(); }

 private:
  void serve();
  void first_turns();
  void start_jobs();
  void last_act(const std::function<void()>& act);
  api::TlsIdentity tls_identity();
  std::function<void(const std::string&)> report(std::string job);

  api::Log log_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Periodic> crl_job_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<Periodic> key_job_, probe_job_, checkpoint_job_, housekeeping_job_, minute_job_;
  std::unique_ptr<api::HttpServer> server_;
  bool stopped_ = false;
};

}  // namespace inkan::daemon
