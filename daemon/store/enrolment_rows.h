// The rows of enrolments, and with them which certificates are a user's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/sqlite/database.h"
#include "policy/subscriber/enrolment.h"
#include "policy/subscriber/notice.h"
#include "policy/types/digest.h"
#include "policy/types/serial.h"

namespace inkan::daemon {

struct EnrolmentRow {
  std::string id, user;
  policy::EnrolmentKind kind = policy::EnrolmentKind::first;
  policy::EnrolmentStep step = policy::EnrolmentStep::authenticated;
  Bytes ticket, browser;  // SHA-256 of each; no browser: bound to none
  policy::Instant opened, ends;
  Bytes nonce;
  // From when a certificate was asked for.
  std::optional<policy::Serial> serial;
  Bytes spki_sha256, csr_sha256;
  std::optional<policy::Instant> confirm_by;
  // Of a second factor.
  bool code_asked = false;  // and not given yet
  int code_tries = 0;       // wrong ones

  void insert(Database& database) const;
  void set_step(Database& database, policy::EnrolmentStep to) const;
  void set_code(Database& database, bool asked, int tries) const;
  // When the older certificates are to be revoked; nothing: they are not.
  void set_supersede(Database& database, const std::optional<policy::Instant>& at) const;

  // The job of notices looks at its certificate at that time, whatever else it calls for.
  void call_for_notice(Database& database, policy::Instant at) const;

  static std::optional<EnrolmentRow> find(Database& database, const std::string& id);
  static std::optional<EnrolmentRow> find_serial(Database& database, const policy::Serial& serial);
  static std::vector<EnrolmentRow> newest_of(Database& database, const std::string& user, int limit);
  // Those that are not confirmed and should have been by `now`, the oldest first.
  static std::vector<EnrolmentRow> unconfirmed(Database& database, policy::Instant now, int limit);
  // Those whose older certificates are to be revoked by `now`.
  static std::vector<EnrolmentRow> superseding(Database& database, policy::Instant now, int limit);
};

// What is known, when a certificate is asked for, of how it will be.
struct CertificateAsked {
  policy::Serial serial;
  Bytes spki_sha256;
  policy::Sha256 csr_sha256;
  policy::Instant not_after, renewal_from;
  std::optional<policy::Instant> confirm_by, notice_at;
};
void begin_issuing(Database& database, const std::string& enrolment, const CertificateAsked& asked);
// Of any enrolment's certificate, but for one that failed: that was never signed.
bool has_spki(Database& database, BytesView spki_sha256);

// The certificate of an enrolment as it stands; nothing while none was asked for.
std::optional<policy::UserCertificate> certificate_of(Database& database, const EnrolmentRow& enrolment);

struct OwnedCertificate {
  std::string enrolment;
  policy::Serial serial;
  policy::UserCertificate certificate;
};
std::vector<OwnedCertificate> certificates_of(Database& database, const std::string& user);

// A block, a deletion or a revocation ends what was begun (rule A16).
void cancel_authenticated(Database& database, const std::string& user);

// Enrolments whose certificate calls for a mail by now.
struct DueNotice {
  std::string enrolment, user;
  policy::Serial serial;
  policy::NoticeBasis basis;
  policy::Instant noticed;  // mails that were due until then have been seen to
};
std::vector<DueNotice> due_notices(Database& database, policy::Instant now, int limit);
// Of all whose certificate is not over.
void call_for_all_notices(Database& database, policy::Instant now);
void set_noticed(Database& database, const std::string& enrolment, policy::Instant noticed,
                 const std::optional<policy::Instant>& next);

}  // namespace inkan::daemon
