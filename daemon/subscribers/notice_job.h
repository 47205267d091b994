// Mails that fall due by time: renewal, expiry, confirming. A turn sees to what is due by now, however long
// nobody did.
#pragma once

#include "daemon/store/enrolment_rows.h"
#include "daemon/subscribers/parts.h"

namespace inkan::daemon {

class NoticeJob {
 public:
  explicit NoticeJob(SubscriberParts parts) : parts_(parts) {}

  void turn();

 private:
  void see_to(Writing& w, const DueNotice& due) const;

  SubscriberParts parts_;
};

}  // namespace inkan::daemon
