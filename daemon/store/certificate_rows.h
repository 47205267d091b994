// Writing certificates, their open intents and their idempotency keys: the SQL behind the intent ledger.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "api/authority.h"
#include "daemon/store/sqlite/database.h"
#include "policy/issuer.h"
#include "policy/profile/profile.h"
#include "policy/types/key_id.h"

namespace inkan::daemon {

enum class CertificateState { issued = 1, failed = 2, possibly_signed = 3 };
// recorded: the intent's outcome, which is looked up, is the answer.
enum class IdempotencyState { recorded = 0, answered = 1, denied = 2 };

// The row of a certificate-to-be, kept as JSON beside its intent until the outcome.
struct PendingCertificate {
  Bytes serial;
  std::string authority;
  std::int64_t profile = 0;  // row of `profiles`
  std::string profile_name, profile_sha256;
  int profile_version = 0;
  std::string subject, signature_algorithm;
  std::int64_t not_before = 0, not_after = 0, renewal_from = 0;
  std::string spki_sha256;
  std::string requester, request_id, trace_id, ceremony_id;
  int shard = policy::k_full_crl;  // of the CRL that it names

  std::string to_json() const;
  static PendingCertificate from_json(const std::string& text);
};

struct IdempotencyRow {
  Bytes body_sha256;
  IdempotencyState state = IdempotencyState::recorded;
  std::optional<policy::LeafIndex> intent;
  Bytes serial;
  std::string denial;                      // JSON
  std::optional<std::string> answer = {};  // JSON, of a call about many certificates
};

// The row of each profile that certificates were issued under, made if it is new. For the writer's thread
// alone.
class ProfileRows {
 public:
  std::int64_t of(Database& database, const policy::Profile& profile);

 private:
  // Found in the store, never merely inserted: an insertion may yet be rolled back.
  std::map<policy::Sha256, std::int64_t> found_;
};

void insert_open_intent(Database& database, policy::LeafIndex intent, std::string_view purpose,
                        const policy::KeyId& key, const std::optional<Bytes>& serial, BytesView tbs,
                        const std::string& context);
std::string open_context(Database& database,
                         policy::LeafIndex intent);  // throws Error{ledger} if it is not open
// The row gone. Throws Error{ledger} if the intent is not open: no outcome is written twice.
void close_intent(Database& database, policy::LeafIndex intent);

// Nothing while its intent is open.
std::optional<CertificateState> find_state(Database& database, BytesView serial);
void insert_certificate(Database& database, const PendingCertificate& pending, CertificateState state,
                        policy::LeafIndex intent, policy::LeafIndex outcome, BytesView der);

std::optional<IdempotencyRow> find_idempotency(Database& database, const std::string& identity,
                                               const api::Idempotency& key);
void put_idempotency(Database& database, const std::string& identity, const api::Idempotency& key,
                     const IdempotencyRow& row, policy::Instant now);
void forget_idempotency_before(Database& database, policy::Instant instant);

std::string denial_to_json(const policy::Denial& denial);
policy::Denial denial_from_json(const std::string& text);

}  // namespace inkan::daemon
