// What the desks of subscribers share, and the two things each of them writes: a leaf about a user, and a
// mail to him.
#pragma once

#include "api/subscribers.h"
#include "daemon/ledger/log_writer.h"
#include "daemon/metrics/measurements.h"
#include "daemon/store/outbox_rows.h"
#include "daemon/store/store.h"
#include "daemon/store/user_rows.h"
#include "daemon/subscribers/password_hash.h"
#include "daemon/subscribers/secret.h"

namespace inkan::daemon {

// All outlive the desks.
struct SubscriberParts {
  const policy::Pack& pack;
  LogWriter& writer;
  Store& store;
  PasswordHasher& hasher;
  const SubscriberSecret& secret;
  Measurements& measurements;
};

// The leaf, which names the user by his UUID alone, and its place in his history.
policy::LeafIndex tell_of(Writing& w, const api::Call& call, policy::Event event, const std::string& user);
// The same by a job of the daemon's own.
policy::LeafIndex tell_of(Writing& w, const policy::Identity& job, policy::Event event,
                          const std::string& user);

// A refusal, of somebody who is known: `op` is what he asked for.
policy::Event refusal_of(const std::string& op, const policy::Denial& denial);

// Puts a mail into the outbox, if the pack sends its kind and there is none about the same yet.
struct Mail {
  policy::MailKind kind;
  std::string once;  // what it is about
  Bytes serial = {};
  std::map<std::string, std::string> parameters = {};
};
void post(Writing& w, const policy::Pack& pack, const std::string& user, Mail mail);

Bytes ticket_hash(std::string_view text);  // SHA-256
std::string new_ticket();                  // 256 random bits, base64url: what only its holder knows

}  // namespace inkan::daemon
