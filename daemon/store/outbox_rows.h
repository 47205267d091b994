// Mails that wait to be sent. A mail is made in the transaction of what it tells of, and sent later: by
// whoever leases it, for a time after which another may.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/subscriber/notice.h"

namespace inkan::daemon {

struct OutboxRow {
  std::int64_t id = 0;
  std::string once;  // what it is about: a second one about the same is not made
  policy::MailKind kind = policy::MailKind::expired;
  std::string user;
  Bytes serial;                                   // of the certificate that it is about; may be empty
  std::map<std::string, std::string> parameters;  // of the template
  int tries = 0;                                  // begun, this one too
  policy::Instant created;

  // False if there is one already.
  bool insert(Database& database, policy::Instant due) const;
  static bool any_due(Database& database, policy::Instant now);
  // Takes up to `limit` of those that are due, and puts them off to `until`: if they are not ended by then,
  // whoever leased them died.
  static std::vector<OutboxRow> lease(Database& database, const std::string& by, policy::Instant now,
                                      policy::Instant until, int limit);
  // Each says whether the lease was still ours.
  bool end(Database& database, const std::string& by, bool sent, const std::string& answer,
           policy::Instant now) const;
  bool put_off(Database& database, const std::string& by, policy::Instant due,
               const std::string& answer) const;
};

// Why the user's newest mail did not reach him; empty if it did, waits, or there is none.
std::string mail_fault_of(Database& database, const std::string& user);

struct WaitingMails {
  std::int64_t count = 0;
  std::optional<policy::Instant> oldest;  // when it was made
};
WaitingMails waiting_mails(Database& database);

struct OutboxCount {
  std::int64_t waiting = 0, sent = 0, failed = 0;
};
OutboxCount count_outbox(Database& database);

}  // namespace inkan::daemon
