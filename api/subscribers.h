// The port for subscribers: organisations, users, logins and enrolments. A deployment without a policy pack
// has none of it. What a user may do himself takes the web tier's call and his own ticket, both; what is done
// upon him takes the bank's staff, or a master user's ticket.
#pragma once

#include "api/authority.h"
#include "policy/subscriber/enrolment.h"
#include "policy/subscriber/pack.h"

namespace inkan::api {

struct OrganisationRecord {
  std::string id;  // UUID
  std::string name;
  policy::Instant created;
};

struct UserRecord {
  std::string id;       // UUID; the serialNumber of his certificates (rule A13)
  std::string user_id;  // what he types
  std::string organisation;
  policy::UserKind kind = policy::UserKind::general;
  std::string name, mail;
  policy::UserState state = policy::UserState::registered;
  int failures = 0, locks = 0;
  std::optional<policy::Instant> locked_until;
  bool own_password = false;  // chosen by himself
  policy::Instant created;
  std::optional<policy::Instant> deleted;
  std::string mail_fault = {};  // why his newest mail did not reach him; told where one user is asked for
};

struct NewUser {
  std::string organisation, user_id;
  policy::UserKind kind = policy::UserKind::general;
  std::string name, mail, password;
};
struct UserChange {
  std::optional<std::string> name, mail, password;
};
struct UserFilter {
  std::optional<std::string> organisation, user_id;
  std::string after;  // user ID; for the next page
  int limit = 100;
};
struct UserPage {
  std::vector<UserRecord> items;
  std::string next;  // empty on the last page
};

// Of the leaves that tell of one user, from the leaf of that index on.
struct HistoryFilter {
  policy::LeafIndex begin = 0;
  int limit = 100;
};
struct HistoryPage {
  std::vector<std::string> leaves;        // the oldest first
  std::optional<policy::LeafIndex> next;  // where the next page begins; nothing on the last
};

// What a browser's user typed, and what the web tier knows of that browser.
struct Credentials {
  std::string user_id, password;
  std::string address;                 // of the browser; limits go by it; may be empty
  std::string browser;                 // whatever names this browser session; the ticket is bound to it (A16)
  std::optional<policy::Bytes> shown;  // the certificate that it showed in TLS, DER
};
struct Ticket {
  std::string secret, browser;
};

enum class LoginScreen { login, registration };
struct SessionRecord {
  std::string ticket;  // told once, at the login
  UserRecord user;
  policy::Instant ends;
  bool choose_password = false;  // that comes first (R24): the session is good for nothing else
};

struct EnrolmentRecord {
  std::string id;      // UUID
  std::string ticket;  // told once, when it was opened
  std::string user, user_id;
  policy::EnrolmentKind kind = policy::EnrolmentKind::first;
  policy::EnrolmentState state = policy::EnrolmentState::authenticated;
  policy::Instant opened, ends;               // of the authentication (A16)
  std::optional<policy::Instant> confirm_by;  // A23
  bool code_asked = false;                    // a second factor, which comes first
  std::string nonce;                          // 64 hexadecimal digits, for the proof
  std::optional<IssuedCertificate> certificate;
};
// The same as others see it: without its ticket and nonce.
struct UserEnrolment {
  std::string id;
  policy::EnrolmentKind kind = policy::EnrolmentKind::first;
  policy::EnrolmentState state = policy::EnrolmentState::authenticated;
  policy::Instant opened;
  std::optional<policy::Instant> confirm_by;
  std::optional<policy::Serial> serial;
};
// How it is known that the certificate was installed (A23).
struct Confirmation {
  enum class How { proof, tls, login } how = How::proof;
  policy::Bytes signature;  // of a proof
};

struct RevocationApplication {
  std::string application;  // its number at the bank
  policy::RevocationReason reason = policy::RevocationReason::superseded;
  std::optional<policy::Instant> invalidity_date;
};

// A certificate that a browser showed, as it bears on a login (R02, R23, A18).
struct ShownCertificate {
  std::string status;               // "valid", "expired", "revoked", "held", "not-yet-valid", "foreign"
  std::optional<std::string> user;  // whose it is; nothing if it is not a user's
};

// One attempt too many in a short time, from an address or for one ID.
struct TooOften {
  int retry_after_seconds = 1;
};
template <class T>
using Admitted = std::variant<T, policy::Denial, TooOften>;

// Who acts upon users: the bank's staff by their own certificates, or a master user through the web tier.
struct Acting {
  const Call& call;
  std::optional<Ticket> ticket;
};

class Subscribers {
 public:
  virtual ~Subscribers() = default;

  virtual const policy::Pack& pack() const = 0;

  // Denials: "role.table"; "user.exists"; "organisation.exists"; "user.ticket" of a master user whose session
  // is over. Error{not_found} for what is not there, or not of his organisation.
  virtual policy::OrDenial<OrganisationRecord> register_organisation(const Acting& who,
                                                                     const std::string& name) = 0;
  virtual policy::OrDenial<std::vector<OrganisationRecord>> organisations(const Acting& who) = 0;
  virtual policy::OrDenial<UserRecord> create_user(const Acting& who, const NewUser& user) = 0;
  // Judges all that create_user would, and writes nothing but what the role table refuses. The record has no
  // id.
  virtual policy::OrDenial<UserRecord> would_create_user(const Acting& who, const NewUser& user) = 0;
  virtual policy::OrDenial<UserRecord> change_user(const Acting& who, const std::string& id,
                                                   const UserChange& change) = 0;
  virtual policy::OrDenial<UserRecord> delete_user(const Acting& who, const std::string& id) = 0;
  virtual policy::OrDenial<UserRecord> release_user(const Acting& who,
                                                    const std::string& id) = 0;  // R15, R16
  virtual policy::OrDenial<UserPage> find_users(const Acting& who, const UserFilter& filter) = 0;
  virtual policy::OrDenial<UserRecord> find_user(const Acting& who, const std::string& id) = 0;
  // The leaves that tell of the user and of his certificates.
  virtual policy::OrDenial<HistoryPage> history(const Acting& who, const std::string& id,
                                                const HistoryFilter& filter) = 0;
  // The newest first, not more than 100.
  virtual policy::OrDenial<std::vector<UserEnrolment>> user_enrolments(const Acting& who,
                                                                       const std::string& id) = 0;
  // A15: all of his that are valid, or on hold; those that were revoked by this.
  virtual policy::OrDenial<std::vector<CertificateRecord>> revoke_certificates(
      const Acting& who, const std::string& id, const RevocationApplication& application) = 0;

  // Denials: "user.authentication", "user.locked", "user.blocked", and after a right password "login.…".
  virtual Admitted<SessionRecord> log_in(const Call& call, const Credentials& credentials,
                                         LoginScreen screen) = 0;
  virtual policy::OrDenial<SessionRecord> find_session(const Call& call, const Ticket& ticket) = 0;
  virtual void log_out(const Call& call, const Ticket& ticket) = 0;
  // The first registration, or any later day. A wrong old password counts as a try.
  virtual Admitted<UserRecord> choose_password(const Call& call, const Ticket& ticket, const std::string& old,
                                               const std::string& chosen) = 0;
  virtual ShownCertificate judge_shown(const policy::Bytes& der) = 0;

  // Screen ④. Denials as of log_in, and "enrol.…" by the gate.
  virtual Admitted<EnrolmentRecord> open_enrolment(const Call& call, const Credentials& credentials) = 0;
  // The one-time code that was mailed, where the pack asks for one. Denial "enrol.code"; too many wrong ones
  // cancel the enrolment.
  virtual policy::OrDenial<EnrolmentRecord> enter_code(const Call& call, const std::string& id,
                                                       const Ticket& ticket, const std::string& code) = 0;
  // Denial "enrol.ticket" for a ticket, browser or enrolment that do not belong together.
  virtual policy::OrDenial<EnrolmentRecord> find_enrolment(const Call& call, const std::string& id,
                                                           const Ticket& ticket) = 0;
  virtual policy::OrDenial<EnrolmentRecord> cancel(const Call& call, const std::string& id,
                                                   const Ticket& ticket) = 0;
  // Screens ⑤ to ⑦. The same key again is answered with the same certificate; an enrolment in state
  // `issuing` has another call at work.
  virtual policy::OrDenial<EnrolmentRecord> issue(const Call& call, const std::string& id,
                                                  const Ticket& ticket,
                                                  const policy::CertificationRequest& request) = 0;
  virtual policy::OrDenial<EnrolmentRecord> confirm(const Call& call, const std::string& id,
                                                    const Ticket& ticket, const Confirmation& how) = 0;
  virtual policy::OrDenial<EnrolmentRecord> decline(const Call& call, const std::string& id,
                                                    const Ticket& ticket) = 0;
};

}  // namespace inkan::api
