// fill_revoked DATABASE AUTHORITY COUNT: puts so many revoked certificates more into the store of a daemon
// that is stopped, as rows alone: no leaf tells of them, so such a store is good for measuring CRLs and for
// nothing else.
#include <array>
#include <iostream>
#include <random>

#include "daemon/clock.h"
#include "daemon/store/schema.h"
#include "daemon/store/store.h"

namespace {

using namespace inkan;

constexpr std::uint64_t k_rows_per_commit = 50'000;
constexpr std::int64_t k_year = 365 * 24 * 3600;
// As authorities revoke: most entries with a reason, some with none.
constexpr std::array k_reasons = {4, 1, 4, 0, 5, 4, 9, 1};

std::int64_t a_profile(daemon::Database& database) {
  auto row = database.prepare("SELECT id FROM profiles WHERE name = 'client-auth'");
  if (!row.step()) throw std::runtime_error("no certificate was issued there yet: issue one first");
  return row.integer(0);
}

void fill(daemon::Database& database, const std::string& authority, std::uint64_t count) {
  const auto profile = a_profile(database), now = daemon::to_seconds(daemon::now());
  const policy::Bytes spki(32, 0x5a);
  std::mt19937_64 random(count);
  database.execute("PRAGMA synchronous=OFF; BEGIN");
  for (std::uint64_t i = 0; i < count; ++i) {
    policy::Serial::Random octets;
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
    const auto issued = now - k_year / 2 + static_cast<std::int64_t>(i % 1'000'000);
    const auto serial = policy::Serial::from(issued * 1000, octets);
    database
        .prepare(
            "INSERT INTO certificates(serial, authority, profile, state, subject, not_before, not_after, "
            "renewal_from, spki_sha256, requester, intent, outcome, der, revoked_at, reason, revoke_leaf) "
            "VALUES(?, ?, ?, 1, 'CN=bench', ?, ?, ?, ?, 'bench', 0, 0, x'', ?, ?, 0)")
        .bind(serial.content())
        .bind(authority)
        .bind(profile)
        .bind(issued)
        .bind(issued + k_year)
        .bind(issued + k_year - 30 * 24 * 3600)
        .bind(spki)
        .bind(std::min(issued + 1000, now - 3600))
        .bind(k_reasons[i % k_reasons.size()])
        .run();
    if (i % k_rows_per_commit == 0) database.execute("COMMIT; BEGIN");
  }
  database.execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "fill_revoked DATABASE AUTHORITY COUNT\n";
    return 2;
  }
  daemon::Database database(argv[1], daemon::Database::Mode::existing);
  if (daemon::schema_version(database) != daemon::k_schema_version) {
    std::cerr << argv[1] << " is of another version than this program\n";
    return 1;
  }
  fill(database, argv[2], std::stoull(argv[3]));
}
