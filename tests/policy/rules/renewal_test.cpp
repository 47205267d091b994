#include "policy/rules/renewal.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::utc;

const Validity k_validity(utc(2026, 1, 1), utc(2027, 1, 1, 23, 59, 59));
const Instant k_from = utc(2026, 12, 3), k_to = utc(2027, 1, 1, 23, 59, 59);

RenewalInfo at(Instant now, std::optional<RenewalIncident> incident = {}, const char* serial = "0102") {
  return renewal_info(*Serial::parse(serial), k_validity, k_from, k_to, incident, now);
}

TEST(Renewal, SuggestsTheFirstTwoThirdsOfTheProfilesTime) {
  const auto info = at(utc(2026, 6, 1));
  EXPECT_EQ(info.start, k_from);
  EXPECT_EQ(info.end, k_from + std::chrono::seconds((30 * 86'400 - 1) * 2 / 3));
  EXPECT_GE(info.renew_at, info.start);
  EXPECT_LT(info.renew_at, info.end);
  EXPECT_FALSE(info.now);
  EXPECT_EQ(info.explanation,
            "The profile lets it be renewed from 2026-12-03T00:00:00Z until 2027-01-01T23:59:59Z.");
}

TEST(Renewal, IsDueFromItsMomentOn) {
  const auto moment = at(utc(2026, 6, 1)).renew_at;
  EXPECT_FALSE(at(moment - std::chrono::seconds(1)).now);
  EXPECT_TRUE(at(moment).now);
  EXPECT_TRUE(at(utc(2028, 1, 1)).now);
  EXPECT_EQ(at(utc(2028, 1, 1)).renew_at, moment);
}

// RFC 9773 §4.2: evenly, so that not all come at once.
TEST(Renewal, SpreadsCertificatesEvenly) {
  std::array<int, 10> tenths{};
  for (int i = 0; i < 5000; ++i) {
    const auto serial = to_hex(Bytes{1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
    const auto info = at(utc(2026, 6, 1), {}, serial.c_str());
    const auto place = (info.renew_at - info.start) * 10 / (info.end - info.start);
    ++tenths.at(static_cast<std::size_t>(place));
  }
  for (const int count : tenths) {
    EXPECT_GT(count, 400);  // of 500; five standard deviations are 106
    EXPECT_LT(count, 610);
  }
}

TEST(Renewal, IsPastAfterAnIncident) {
  for (const auto incident :
       {RenewalIncident::revoked, RenewalIncident::key_blocked, RenewalIncident::not_issued})
    for (const auto now : {utc(2025, 12, 1), utc(2026, 6, 1)}) {
      const auto info = at(now, incident);
      EXPECT_LT(info.start, info.end);
      EXPECT_LT(info.end, now);
      EXPECT_LT(info.renew_at, now);
      EXPECT_TRUE(info.now);
      EXPECT_FALSE(info.explanation.empty());
    }
}

// A validity so short that there is nothing to divide.
TEST(Renewal, HasAWindowHoweverShort) {
  const auto info = renewal_info(*Serial::parse("01"), k_validity, k_to, k_to, {}, k_to);
  EXPECT_LT(info.start, info.end);
}

// The example of RFC 9773 §4.1.
TEST(Renewal, NamesACertificateAsAcmeClientsDo) {
  const auto key = *from_hex("69885b6b87464041e1b37b847ba0ae2cde01c8d4");
  EXPECT_EQ(renewal_certificate_id(key, *Serial::parse("0087654321")), "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
}

}  // namespace
}  // namespace inkan::policy
