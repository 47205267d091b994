// Sends what waits in the outbox. A mail is leased, sent, and its end told in the log; a try that brought no
// end is made again, later each time, until it is given up.
#pragma once

#include <atomic>

#include "daemon/live.h"
#include "daemon/mail/mail_sender.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

class OutboxJob {
 public:
  // `by`: this run of this node, so that two daemons never send one mail both.
  OutboxJob(SubscriberParts parts, const MailSettings& settings, std::string by);

  void turn();
  void follow(MailSettings settings, MailTemplates templates);  // from the next mail on
  bool has(const MailTemplates& templates) const { return way_.get()->templates == templates; }
  void stop() { stopping_ = true; }  // after the mail that is being sent

 private:
  struct Addressee {
    std::string mail;
    std::map<std::string, std::string> values;
  };
  std::optional<Addressee> addressee_of(const OutboxRow& row) const;
  void send(const OutboxRow& row);
  void give_back(const std::vector<OutboxRow>& rows);
  void end(const OutboxRow& row, MailResult result, const std::string& answer);

  SubscriberParts parts_;
  struct Way {
    MailSettings settings;
    MailTemplates templates;
  };
  Live<Way> way_;
  const std::string by_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace inkan::daemon
