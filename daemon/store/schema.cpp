#include "daemon/store/schema.h"

#include <array>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

// Times are whole seconds since 1970, UTC. Serials, hashes and DER are octets.
constexpr const char* k_version_1 = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE identities(
  id TEXT PRIMARY KEY, role TEXT NOT NULL, spki_sha256 BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE keys(
  key_id BLOB PRIMARY KEY, purpose TEXT NOT NULL, token TEXT NOT NULL, label TEXT NOT NULL, algorithm INTEGER NOT NULL,
  bits INTEGER NOT NULL, signature_algorithm TEXT NOT NULL, spki BLOB NOT NULL, attributes TEXT NOT NULL,
  created_at INTEGER NOT NULL) WITHOUT ROWID;

-- crl_number is the last number given to an intent: one that dangled is never used again.
CREATE TABLE authorities(
  id TEXT PRIMARY KEY, key_id BLOB NOT NULL REFERENCES keys(key_id), issuer TEXT, certificate BLOB NOT NULL,
  position INTEGER NOT NULL, crl_number INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

-- Every version of a profile that a certificate was issued under stays readable.
CREATE TABLE profiles(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, sha256 BLOB NOT NULL UNIQUE,
  document TEXT NOT NULL);

-- One row per certificate whose signing ended, whichever way; never updated but to revoke or to add a late signature.
-- state: 1 issued, 2 failed, 3 possibly signed.
CREATE TABLE certificates(
  id INTEGER PRIMARY KEY, serial BLOB NOT NULL UNIQUE, authority TEXT NOT NULL, profile INTEGER NOT NULL REFERENCES profiles(id),
  state INTEGER NOT NULL, subject TEXT NOT NULL, not_before INTEGER NOT NULL, not_after INTEGER NOT NULL,
  renewal_from INTEGER NOT NULL, spki_sha256 BLOB NOT NULL, requester TEXT NOT NULL, intent INTEGER NOT NULL,
  outcome INTEGER NOT NULL, der BLOB NOT NULL,
  revoked_at INTEGER, reason INTEGER, invalidity_date INTEGER, revoke_leaf INTEGER);
CREATE INDEX certificates_revoked ON certificates(authority, revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX certificates_possible ON certificates(id) WHERE state = 3;

-- A row lives from an intent to its outcome. What is here at start-up dangled: the token may have signed it.
CREATE TABLE open_intents(
  intent INTEGER PRIMARY KEY, purpose TEXT NOT NULL, key_id BLOB NOT NULL, serial BLOB UNIQUE, tbs BLOB NOT NULL,
  context TEXT NOT NULL);

-- state: 0 an intent was recorded, and what became of its serial is the answer; 1 done; 2 denied. Not updated at an
-- intent's outcome: that would write a page of this table, whose keys come in no order, once more per certificate.
CREATE TABLE idempotency(
  identity TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, body_sha256 BLOB NOT NULL, state INTEGER NOT NULL,
  intent INTEGER, serial BLOB, denial TEXT, created_at INTEGER NOT NULL,
  PRIMARY KEY(identity, route, key)) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency(created_at);

CREATE TABLE crls(
  authority TEXT NOT NULL, number INTEGER NOT NULL, this_update INTEGER NOT NULL, next_update INTEGER NOT NULL,
  entries INTEGER NOT NULL, leaf INTEGER NOT NULL, der BLOB NOT NULL, PRIMARY KEY(authority, number));

CREATE TABLE leaves(idx INTEGER PRIMARY KEY, leaf TEXT NOT NULL);
CREATE TABLE tiles(level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY(level, idx));

-- A checkpoint's intent is a row, not a leaf: else every checkpoint would call for the next.
CREATE TABLE checkpoint_intents(
  id INTEGER PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note_sha256 BLOB NOT NULL, key_id BLOB NOT NULL,
  outcome TEXT);
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL);
)sql";

// Each C_Sign beyond an intent's first is accounted for; a checkpoint has no outcome leaf to say so.
constexpr const char* k_version_2 = R"sql(
ALTER TABLE checkpoint_intents ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
)sql";

// What a run was started with stays readable, as profiles do. It holds paths and names, never a secret.
constexpr const char* k_version_3 = R"sql(
CREATE TABLE configurations(sha256 BLOB PRIMARY KEY, document TEXT NOT NULL) WITHOUT ROWID;
)sql";

// state: open, approved, refused, expired or void. A vote is kept with the very document and signature.
constexpr const char* k_version_4 = R"sql(
CREATE TABLE approvals(
  id TEXT PRIMARY KEY, op TEXT NOT NULL, reason TEXT NOT NULL, nonce TEXT NOT NULL, needed INTEGER NOT NULL,
  officers INTEGER NOT NULL, requester TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  state TEXT NOT NULL, leaf INTEGER NOT NULL, result_leaf INTEGER) WITHOUT ROWID;
CREATE TABLE approval_votes(
  request TEXT NOT NULL REFERENCES approvals(id), officer TEXT NOT NULL, approve INTEGER NOT NULL, comment TEXT NOT NULL,
  document TEXT NOT NULL, cms BLOB NOT NULL, leaf INTEGER NOT NULL, voted_at INTEGER NOT NULL,
  PRIMARY KEY(request, officer)) WITHOUT ROWID;
)sql";

// Keys and authorities come and go while the daemon runs. A key's `ceremony` is the approval, or the set-up,
// that it was made by. A planned key may be in its token already: its id is on disk before the token is asked
// for it. approvals.work: of an act that is done after the last vote: waiting, running, undoing, done or
// failed.
constexpr const char* k_version_5 = R"sql(
ALTER TABLE keys ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE keys ADD COLUMN ceremony TEXT NOT NULL DEFAULT '';
ALTER TABLE authorities ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
INSERT INTO meta(key, value) SELECT 'issuing_authority', id FROM authorities ORDER BY position DESC LIMIT 1;
CREATE TABLE planned_keys(key_id BLOB PRIMARY KEY, token TEXT NOT NULL, ceremony TEXT NOT NULL) WITHOUT ROWID;
ALTER TABLE approvals ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';
ALTER TABLE approvals ADD COLUMN work TEXT NOT NULL DEFAULT '';
ALTER TABLE approvals ADD COLUMN failure TEXT NOT NULL DEFAULT '';
)sql";

// What a ceremony leaves to be kept outside: its transcript, the officers' signatures, and all that judges
// them. leaf: of an officer's signature, the vote's.
constexpr const char* k_version_6 = R"sql(
CREATE TABLE ceremony_papers(name TEXT PRIMARY KEY, octets BLOB NOT NULL, leaf INTEGER) WITHOUT ROWID;
)sql";

// Identities come and go while the daemon runs, and may have several keys; identities.spki_sha256 is the
// newest. A key's `granted_by` is the approval, or the set-up. Operators' certificates are few, and each key
// has one.
constexpr const char* k_version_7 = R"sql(
ALTER TABLE identities ADD COLUMN ended_at INTEGER;
ALTER TABLE identities ADD COLUMN ended_by TEXT NOT NULL DEFAULT '';
CREATE TABLE identity_keys(
  spki_sha256 BLOB PRIMARY KEY, identity TEXT NOT NULL REFERENCES identities(id), position INTEGER NOT NULL, serial BLOB,
  granted_at INTEGER NOT NULL, granted_by TEXT NOT NULL, UNIQUE(identity, position)) WITHOUT ROWID;
INSERT INTO identity_keys SELECT i.spki_sha256, i.id, 0,
  (SELECT c.serial FROM certificates c JOIN profiles p ON p.id = c.profile
     WHERE c.spki_sha256 = i.spki_sha256 AND p.name = 'operator' AND c.state = 1 ORDER BY c.id DESC LIMIT 1),
  i.created_at, '' FROM identities i;

-- What was put in force when, by which approval ('' by the set-up, or when an older store was brought forward); of each
-- name the last row is in force. blocked_keys: the operator's own.
CREATE TABLE profile_history(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, profile INTEGER NOT NULL REFERENCES profiles(id), since INTEGER NOT NULL,
  request TEXT NOT NULL);
CREATE TABLE blocked_keys(spki_sha256 BLOB PRIMARY KEY) WITHOUT ROWID;
)sql";

// Authorities under roots outside: what was asked for and has no answer yet; and, of an authority whose
// certificate an outside CA has made, those above it, its issuer at position 0. leaf: that of the request,
// and of the import.
constexpr const char* k_version_8 = R"sql(
CREATE TABLE ca_requests(
  authority TEXT PRIMARY KEY, key_id BLOB NOT NULL REFERENCES keys(key_id), profile TEXT NOT NULL, request BLOB NOT NULL,
  approval TEXT NOT NULL, leaf INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outside_issuers(
  authority TEXT NOT NULL REFERENCES authorities(id), position INTEGER NOT NULL, certificate BLOB NOT NULL,
  leaf INTEGER NOT NULL, PRIMARY KEY(authority, position)) WITHOUT ROWID;
)sql";

// When a certificate that was on hold was released last: the next CRL lists it no more.
constexpr const char* k_version_9 = R"sql(
ALTER TABLE certificates ADD COLUMN released_at INTEGER;
CREATE INDEX certificates_released ON certificates(authority, released_at) WHERE released_at IS NOT NULL;
)sql";

// All that a CRL tells, in its order: it is read from here alone, and nothing is sorted.
constexpr const char* k_version_10 = R"sql(
CREATE INDEX certificates_listed ON certificates(authority, serial, revoked_at, reason, invalidity_date, not_after)
  WHERE revoked_at IS NOT NULL;
)sql";

// covers: a change of a status whose leaf has a lower index is told by this CRL. Of CRLs of before, nobody
// knows: 0, and the first start makes new ones. idempotency.answer: what was answered, where that is no
// certificate.
constexpr const char* k_version_11 = R"sql(
ALTER TABLE crls ADD COLUMN covers INTEGER NOT NULL DEFAULT 0;
CREATE INDEX crls_covers ON crls(authority, covers, number);
ALTER TABLE idempotency ADD COLUMN answer TEXT;
ALTER TABLE certificates ADD COLUMN released_leaf INTEGER;
DROP INDEX certificates_released;
CREATE INDEX certificates_revoke_leaf ON certificates(authority, revoke_leaf) WHERE revoke_leaf IS NOT NULL;
CREATE INDEX certificates_released_leaf ON certificates(authority, released_leaf) WHERE released_leaf IS NOT NULL;
)sql";

// Subscribers. A user is known by a UUID, which his certificates carry; his user ID is never given to
// another. password: an Argon2id hash in its own text form. An enrolment's or session's ticket is kept as its
// hash; `step` is what the user did with it, what became of its certificate is told by certificates and
// open_intents. Of the mails that fall due by time, those up to `noticed` were seen to, and the next is due
// at notice_at. code_state: of a second factor: '', asked or passed. phantoms: what IDs that nobody has were
// tried, so that they lock as others do (rule A12).
constexpr const char* k_version_12 = R"sql(
CREATE TABLE organisations(id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE users(
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, organisation TEXT NOT NULL REFERENCES organisations(id),
  kind TEXT NOT NULL, name TEXT NOT NULL, mail TEXT NOT NULL, password TEXT NOT NULL, own_password INTEGER NOT NULL,
  activated INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0, locks INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER, blocked INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, deleted_at INTEGER) WITHOUT ROWID;
CREATE INDEX users_organisation ON users(organisation, user_id);
CREATE TABLE user_history(user TEXT NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY(user, leaf)) WITHOUT ROWID;

CREATE TABLE sessions(
  ticket BLOB PRIMARY KEY, user TEXT NOT NULL REFERENCES users(id), browser BLOB, ends_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions(user);
CREATE INDEX sessions_end ON sessions(ends_at);

CREATE TABLE enrolments(
  id TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users(id), kind TEXT NOT NULL, step TEXT NOT NULL,
  ticket BLOB NOT NULL, browser BLOB, created_at INTEGER NOT NULL, ends_at INTEGER NOT NULL, nonce BLOB NOT NULL,
  serial BLOB UNIQUE, spki_sha256 BLOB, csr_sha256 BLOB, not_after INTEGER, renewal_from INTEGER,
  confirm_by INTEGER, code_state TEXT NOT NULL DEFAULT '', code_tries INTEGER NOT NULL DEFAULT 0,
  noticed INTEGER NOT NULL DEFAULT 0, notice_at INTEGER) WITHOUT ROWID;
CREATE INDEX enrolments_user ON enrolments(user);
CREATE INDEX enrolments_spki ON enrolments(spki_sha256) WHERE spki_sha256 IS NOT NULL;

CREATE INDEX enrolments_notice ON enrolments(notice_at) WHERE notice_at IS NOT NULL;
CREATE INDEX enrolments_unconfirmed ON enrolments(confirm_by) WHERE confirm_by IS NOT NULL;

CREATE TABLE phantoms(
  id BLOB PRIMARY KEY, failures INTEGER NOT NULL, locks INTEGER NOT NULL, locked_until INTEGER, blocked INTEGER NOT NULL,
  tried_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX phantoms_age ON phantoms(tried_at);

-- state: waiting, sent, failed (given up). `once`: what this mail is about; no second one of it is made.
CREATE TABLE outbox(
  id INTEGER PRIMARY KEY, once TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, user TEXT NOT NULL REFERENCES users(id),
  serial BLOB, parameters TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL,
  leased_by TEXT NOT NULL DEFAULT '', created_at INTEGER NOT NULL, ended_at INTEGER, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX outbox_due ON outbox(due_at) WHERE state = 'waiting';
CREATE INDEX outbox_user ON outbox(user);
)sql";

// shard: which of its authority's CRLs a certificate names, fixed when it is issued; NULL: the full one, as
// crls.shard 0.
constexpr const char* k_version_13 = R"sql(
ALTER TABLE certificates ADD COLUMN shard INTEGER;
CREATE INDEX certificates_listed_shard
  ON certificates(authority, shard, serial, revoked_at, reason, invalidity_date, not_after)
  WHERE shard IS NOT NULL AND revoked_at IS NOT NULL;
CREATE INDEX certificates_revoke_shard ON certificates(authority, shard, revoke_leaf)
  WHERE shard IS NOT NULL AND revoke_leaf IS NOT NULL;
CREATE INDEX certificates_released_shard ON certificates(authority, shard, released_leaf)
  WHERE shard IS NOT NULL AND released_leaf IS NOT NULL;
ALTER TABLE crls ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;
DROP INDEX crls_covers;
CREATE INDEX crls_covers ON crls(authority, shard, covers, number);

-- supersede_at: when the older certificates of its user are to be revoked.
ALTER TABLE enrolments ADD COLUMN supersede_at INTEGER;
CREATE INDEX enrolments_supersede ON enrolments(supersede_at) WHERE supersede_at IS NOT NULL;
)sql";

constexpr std::array<const char*, k_schema_version> k_versions = {
    k_version_1, k_version_2, k_version_3,  k_version_4,  k_version_5,  k_version_6, k_version_7,
    k_version_8, k_version_9, k_version_10, k_version_11, k_version_12, k_version_13};

}  // namespace

int schema_version(Database& database) {
  auto statement = database.prepare("PRAGMA user_version");
  return statement.step() ? static_cast<int>(statement.integer(0)) : 0;
}

void migrate(Database& database) {
  const int found = schema_version(database);
  if (found > k_schema_version)
    throw policy::Error(policy::ErrorCode::store,
                        "the database has schema " + std::to_string(found) + ", this program knows " +
                            std::to_string(k_schema_version) + ": run the newer program");
  if (found == k_schema_version) return;
  database.execute("BEGIN IMMEDIATE");
  for (int version = found; version < k_schema_version; ++version)
    database.execute(k_versions[static_cast<std::size_t>(version)]);
  database.execute(("PRAGMA user_version=" + std::to_string(k_schema_version)).c_str());
  database.execute("COMMIT");
}

}  // namespace inkan::daemon
