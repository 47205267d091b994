#include "daemon/store/schema.h"

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
  database.execute(k_version_1);
  database.execute("PRAGMA user_version=1");
  database.execute("COMMIT");
}

}  // namespace inkan::daemon
