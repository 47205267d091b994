#include "daemon/acts/acts_call.h"

#include "daemon/clock.h"

namespace inkan::daemon {

const policy::Identity& acts_job() {
  static const auto job = policy::Identity::system_job("acts");
  return job;
}

api::Call acts_call() {
  return {acts_job(), uuid_v7(now_micros()), "", std::chrono::steady_clock::now() + k_signature_patience};
}

}  // namespace inkan::daemon
