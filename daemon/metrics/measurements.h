// What is counted while the daemon works: atomics behind references that are found once, or by a look into a
// table that never changes. All else that the metrics page shows is asked when it is read.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "api/server.h"
#include "daemon/metrics/exposition.h"
#include "policy/profile/profile.h"
#include "policy/subscriber/standing.h"
#include "policy/types/revocation_reason.h"

namespace inkan::daemon {

enum class IssuanceResult { issued, denied, failed, possibly_signed };
// What a try to send a mail came to. put_off: it is tried again; given_up: it is not; dropped: it was of no
// use any more.
enum class MailResult { sent, put_off, refused, given_up, dropped };

class Measurements {
 public:
  Measurements(const policy::ProfileSet& profiles, const std::vector<std::string>& tokens);

  // Once for each call: before there is an intent by whoever ends the call, afterwards by the intent's
  // outcome.
  void count_issuance(const std::string& profile, IssuanceResult result);
  void time_issuance(std::chrono::nanoseconds took) { issuing_.observe(took); }
  void count_revocation(policy::RevocationReason reason) { ++revocations_[static_cast<std::size_t>(reason)]; }
  void count_try(policy::TryResult result) { ++tries_[static_cast<std::size_t>(result)]; }
  void count_mail(MailResult result) { ++mails_[static_cast<std::size_t>(result)]; }
  void count_answer(const api::Answered& answered);
  void count_reload(bool taken_over) {
    ++(taken_over ? reloads_ : reloads_refused_);
    last_reload_refused_ = !taken_over;
  }
  Histogram& signing(const std::string& token) { return signing_.at(token); }  // valid while this lives

  policy::Instant started_at() const { return started_at_; }
  void write(Exposition& page) const;
  void write_subscribers(Exposition& page) const;  // where there are any

 private:
  using Count = std::atomic<std::uint64_t>;
  struct Operation {
    std::array<Count, 6> by_class{};  // of the status: [2] is 2xx
    Histogram took;
  };

  void write_operations(Exposition& page) const;

  const policy::Instant started_at_;
  std::map<std::string, std::array<Count, 4>, std::less<>> issuance_;  // by profile; the keys never change
  Histogram issuing_;
  std::array<Count, 11> revocations_{};  // by CRLReason
  std::array<Count, 6> tries_{};         // by TryResult
  std::array<Count, 5> mails_{};         // by MailResult
  Count reloads_ = 0, reloads_refused_ = 0;
  std::atomic<bool> last_reload_refused_ = false;
  std::map<std::string, Histogram> signing_;  // by token; the keys never change
  std::vector<Operation> operations_;         // as api::routes(); the last: none of them
};

}  // namespace inkan::daemon
