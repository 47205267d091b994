// A store as an older version had it: what each version of the schema brought, taken away again.
#pragma once

#include <string>

namespace inkan::test {

inline const std::string k_back_to_12 =
    "DROP INDEX enrolments_supersede; ALTER TABLE enrolments DROP COLUMN supersede_at; DROP INDEX "
    "certificates_listed_shard; DROP INDEX certificates_revoke_shard; DROP INDEX "
    "certificates_released_shard; ALTER TABLE certificates DROP COLUMN shard; DROP INDEX crls_covers; "
    "ALTER TABLE crls DROP COLUMN shard; CREATE INDEX crls_covers ON crls(authority, covers, number); "
    "PRAGMA user_version = 12;";
inline const std::string k_back_to_11 =
    k_back_to_12 +
    "DROP TABLE outbox; DROP TABLE enrolments; DROP TABLE sessions; DROP TABLE user_history; DROP TABLE "
    "users; "
    "DROP TABLE organisations; DROP TABLE phantoms; PRAGMA user_version = 11;";
inline const std::string k_back_to_10 =
    k_back_to_11 +
    "DROP INDEX crls_covers; ALTER TABLE crls DROP COLUMN covers; DROP INDEX certificates_revoke_leaf; DROP "
    "INDEX "
    "certificates_released_leaf; ALTER TABLE certificates DROP COLUMN released_leaf; ALTER TABLE idempotency "
    "DROP COLUMN answer; CREATE INDEX certificates_released ON certificates(authority, released_at) WHERE "
    "released_at IS NOT NULL; PRAGMA user_version = 10;";
inline const std::string k_back_to_9 =
    k_back_to_10 + "DROP INDEX certificates_listed; PRAGMA user_version = 9;";
inline const std::string k_back_to_6 =
    k_back_to_9 +
    "DROP INDEX certificates_released; ALTER TABLE certificates DROP COLUMN released_at; DROP TABLE "
    "ca_requests; "
    "DROP TABLE outside_issuers; DROP TABLE identity_keys; ALTER TABLE identities DROP COLUMN ended_at; "
    "ALTER "
    "TABLE identities DROP COLUMN ended_by; DROP TABLE profile_history; DROP TABLE blocked_keys; PRAGMA "
    "user_version = 6;";

}  // namespace inkan::test
