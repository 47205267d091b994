#include "policy/subscriber/enrolment.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using std::chrono::days;
using std::chrono::seconds;
using test::utc;
using Signing = UserCertificate::Signing;

const Instant k_expiry = utc(2027, 11, 23, 14, 59, 59);
const Instant k_window = utc(2027, 10, 23, 15);

UserCertificate issued(Instant not_after = k_expiry, Instant renewal_from = k_window) {
  return {Signing::issued, false, not_after, renewal_from};
}

EnrolmentKind kind_of(const OrDenial<EnrolmentKind>& answer) {
  return denied(answer) ? EnrolmentKind(-1) : std::get<EnrolmentKind>(answer);
}

TEST(Gate, R20_RefusesWhileACertificateIsIssued) {
  const auto answer = gate({issued()}, utc(2027, 1, 1));
  ASSERT_TRUE(denied(answer));
  EXPECT_EQ(denied(answer)->rule, "enrol.already-issued");
  EXPECT_EQ(denied(answer)->mend,
            "renew it from 2027-10-23T15:00:00Z on; on a new computer, have the bank revoke it first");
}

TEST(Gate, R03_OpensThirtyDaysBeforeExpiryToTheSecond) {
  EXPECT_TRUE(denied(gate({issued()}, k_window - seconds(1))));
  EXPECT_EQ(kind_of(gate({issued()}, k_window)), EnrolmentKind::renew);
  EXPECT_EQ(kind_of(gate({issued()}, k_expiry)), EnrolmentKind::renew);
}

TEST(Gate, R07_AfterExpiryTheUserReissuesByHimself) {
  EXPECT_EQ(kind_of(gate({issued()}, k_expiry + seconds(1))), EnrolmentKind::reissue);
}

TEST(Gate, R08_R09_OpensOnceTheBankHasRevoked) {
  auto revoked = issued();
  revoked.revoked = true;
  EXPECT_EQ(kind_of(gate({revoked}, utc(2027, 1, 1))), EnrolmentKind::reissue);
}

TEST(Gate, A07_GoesByTheCertificateThatExpiresLast) {
  const auto renewed = issued(k_expiry + days(350), k_window + days(350));
  EXPECT_TRUE(denied(gate({issued(), renewed}, k_window + days(1)))) << "the old one is still in its window";
  EXPECT_TRUE(denied(gate({renewed, issued()}, k_window + days(1))));
}

TEST(Gate, A07_AnOpenIntentCountsAsIssuedAndOneThatFailedDoesNot) {
  const UserCertificate open{Signing::open, false, k_expiry, k_window};
  EXPECT_TRUE(denied(gate({open}, utc(2027, 1, 1))));
  EXPECT_TRUE(denied(gate({open}, k_window + seconds(1)))) << "whatever the time";
  const UserCertificate failed{Signing::failed, false, k_expiry, k_window};
  EXPECT_EQ(kind_of(gate({failed}, utc(2027, 1, 1))), EnrolmentKind::first);
  UserCertificate possible{Signing::possibly_signed, true, k_expiry, k_window};
  EXPECT_EQ(kind_of(gate({possible}, utc(2027, 1, 1))), EnrolmentKind::first);
  possible.revoked = false;
  EXPECT_TRUE(denied(gate({possible}, utc(2027, 1, 1))));
}

TEST(Gate, WhoNeverHadOneGetsHisFirst) {
  EXPECT_EQ(kind_of(gate({}, utc(2027, 1, 1))), EnrolmentKind::first);
}

// In `seed` packs a declined certificate is still issued (R28), which only a revocation ends.
TEST(Enrolment, R28_WhatWasDeclinedGoesOnUntilItIsRevoked) {
  auto certificate = issued();
  const auto state = [&](Instant now) {
    return state_of(EnrolmentStep::declined, certificate, utc(2026, 11, 23), now);
  };
  EXPECT_EQ(state(utc(2027, 1, 1)), EnrolmentState::declined);
  EXPECT_EQ(state(k_expiry + seconds(1)), EnrolmentState::expired);
  certificate.revoked = true;
  EXPECT_EQ(state(utc(2027, 1, 1)), EnrolmentState::revoked);
}

TEST(Enrolment, A16_IsOverAtTheEndOfItsTime) {
  const Instant ends = utc(2026, 11, 23, 3, 10);
  EXPECT_EQ(state_of(EnrolmentStep::authenticated, {}, ends, ends - seconds(1)),
            EnrolmentState::authenticated);
  EXPECT_EQ(state_of(EnrolmentStep::authenticated, {}, ends, ends), EnrolmentState::timed_out);
  EXPECT_EQ(state_of(EnrolmentStep::cancelled, {}, ends, ends), EnrolmentState::cancelled);
}

// The store's steps and the certificate's row, moved at random as they move in life, make the table's moves
// only, and every one of them.
TEST(Enrolment, A22_RandomLivesMakeTheTablesMovesAndAllOfThem) {
  std::set<std::pair<EnrolmentState, EnrolmentState>> allowed, made;
  for (const auto& move : enrolment_moves()) allowed.insert({move.from, move.to});
  std::mt19937 random(20261123);
  for (int life = 0; life < 20'000; ++life) {
    EnrolmentStep step = EnrolmentStep::authenticated;
    std::optional<UserCertificate> certificate;
    Instant now = utc(2026, 11, 23);
    const Instant ends = now + seconds(600);
    EnrolmentState state = state_of(step, certificate, ends, now);
    for (int turn = 0; turn < 12; ++turn) {
      switch (random() % 8) {
        case 0:
          now += random() % 4 ? seconds(60) : seconds(700);
          break;
        case 1:
          if (certificate && certificate->signing == Signing::issued) now += days(400);
          break;
        case 2:
          if (state == EnrolmentState::authenticated) step = EnrolmentStep::cancelled;
          break;
        case 3:
          if (state == EnrolmentState::authenticated) {
            step = EnrolmentStep::issuing;
            certificate = UserCertificate{Signing::open, false, k_expiry, k_window};
          }
          break;
        case 4:
          if (state == EnrolmentState::issuing)
            certificate->signing = std::array{Signing::issued, Signing::issued, Signing::failed,
                                              Signing::possibly_signed}[random() % 4];
          break;
        case 5:
          if (state == EnrolmentState::issued_unconfirmed) step = EnrolmentStep::confirmed;
          break;
        case 6:
          if (state == EnrolmentState::issued_unconfirmed) step = EnrolmentStep::declined;
          break;
        case 7:
          // What expired, failed or never was is not revoked.
          if (certificate && certificate->signing != Signing::open &&
              certificate->signing != Signing::failed && now <= certificate->not_after)
            certificate->revoked = true;
      }
      const auto next = state_of(step, certificate, ends, now);
      if (next != state) made.insert({state, next});
      state = next;
    }
  }
  EXPECT_EQ(made, allowed);
}

}  // namespace
}  // namespace inkan::policy
