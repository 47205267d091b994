#include "policy/profile/validity_rule.h"

#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::utc;

// The rule of the shipped client-auth profile, which is what the manual describes.
const ValidityRule& subscribers() {
  return test::built_in("client-auth").validity;
}

// Midnight of a Japanese day, in UTC.
Instant jst(int year, unsigned month, unsigned day, int hour = 0, int minute = 0, int second = 0) {
  return utc(year, month, day, hour, minute, second) - hours(9);
}

TEST(RuleR01, ACertificateIsValidFor366DaysCountingTheDayOfIssue) {
  const auto validity = subscribers().validity(jst(2026, 11, 23, 14, 5, 6));
  EXPECT_EQ(validity.length(), seconds(366 * 86400));
  EXPECT_TRUE(validity.covers(jst(2026, 11, 23)));
  EXPECT_TRUE(validity.covers(jst(2026, 11, 23) + days(366) - seconds(1)));
  EXPECT_FALSE(validity.covers(jst(2026, 11, 23) + days(366)));
}

TEST(RuleR03, RenewalIsPossibleFromThirtyDaysBeforeExpiry) {
  const auto validity = subscribers().validity(jst(2026, 11, 23, 14, 5, 6));
  const auto window = subscribers().renewal_window(validity);
  EXPECT_EQ(window.from + days(31) - seconds(1), validity.not_after());  // 30 days and the last one
  EXPECT_EQ(window.to, validity.not_after());
}

struct Vector {
  const char* name;
  Instant issued;
  const char* not_before;
  const char* not_after;
};

// Rule A01 gives the ends; the first column is any moment of the Japanese day of issue.
const Vector k_a01[] = {
    {"half past midnight in Japan is the day before in UTC", jst(2026, 11, 23, 0, 30), "2026-11-22T15:00:00Z",
     "2027-11-23T14:59:59Z"},
    {"a leap day before the end shortens the year by a date", jst(2027, 6, 1, 12), "2027-05-31T15:00:00Z",
     "2028-05-31T14:59:59Z"},
    {"issued on a leap day", jst(2028, 2, 29, 9), "2028-02-28T15:00:00Z", "2029-02-28T14:59:59Z"},
    {"ending on a leap day", jst(2027, 3, 1, 23, 59, 59), "2027-02-28T15:00:00Z", "2028-02-29T14:59:59Z"},
    {"ending after 2049", jst(2049, 6, 1, 8), "2049-05-31T15:00:00Z", "2050-06-01T14:59:59Z"},
};

TEST(RuleA01, EndsWhereItsVectorsSay) {
  for (const auto& vector : k_a01) {
    const auto validity = subscribers().validity(vector.issued);
    EXPECT_EQ(to_rfc3339(validity.not_before()), vector.not_before) << vector.name;
    EXPECT_EQ(to_rfc3339(validity.not_after()), vector.not_after) << vector.name;
    EXPECT_EQ(validity.length(), days(366)) << vector.name;
  }
}

// The reading of an ASN1_TIME by OpenSSL, from the certificate's octets.
std::string openssl_time(const ASN1_TIME* time) {
  return std::string(ASN1_STRING_type(time) == V_ASN1_UTCTIME ? "UTCTime " : "GeneralizedTime ") +
         std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                     static_cast<std::size_t>(ASN1_STRING_length(time)));
}

struct EncodedVector {
  Instant issued;
  const char* not_before;
  const char* not_after;
};

// As they stand in the certificate, read by OpenSSL.
TEST(RuleA01, IsEncodedAsItsVectorsSay) {
  const auto root = test::TestAuthority::root(KeyAlgorithm::ec_p256, jst(2026, 1, 1))
                        .under(KeyAlgorithm::ec_p256, jst(2026, 1, 1));
  const auto later = test::TestAuthority::root(KeyAlgorithm::ec_p256, jst(2049, 1, 1))
                         .under(KeyAlgorithm::ec_p256, jst(2049, 1, 1));
  const EncodedVector vectors[] = {
      {jst(2026, 11, 23, 0, 30), "UTCTime 261122150000Z", "UTCTime 271123145959Z"},
      {jst(2027, 6, 1, 12), "UTCTime 270531150000Z", "UTCTime 280531145959Z"},
      {jst(2028, 2, 29, 9), "UTCTime 280228150000Z", "UTCTime 290228145959Z"},
      {jst(2027, 3, 1, 23, 59, 59), "UTCTime 270228150000Z", "UTCTime 280229145959Z"},
      {jst(2049, 6, 1, 8), "UTCTime 490531150000Z", "GeneralizedTime 20500601145959Z"},
      {jst(2050, 1, 1, 9), "UTCTime 491231150000Z", "GeneralizedTime 20510101145959Z"},
      {jst(2050, 1, 2), "GeneralizedTime 20500101150000Z", "GeneralizedTime 20510102145959Z"},
  };
  for (const auto& vector : vectors) {
    const auto& authority = vector.issued < jst(2040, 1, 1) ? root : later;
    const Bytes der = authority.issue("client-auth", test::TestChain::one().subject_key,
                                      test::name_of({{"CN", "user-0001"}}), {}, vector.issued);
    const unsigned char* at = der.data();
    const X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    ASSERT_NE(certificate, nullptr);
    EXPECT_EQ(openssl_time(X509_get0_notBefore(certificate.get())), vector.not_before);
    EXPECT_EQ(openssl_time(X509_get0_notAfter(certificate.get())), vector.not_after);
  }
}

TEST(RuleA01, TheDayChangesAtMidnightInJapan) {
  const auto before = subscribers().validity(jst(2026, 11, 23) - seconds(1));
  const auto after = subscribers().validity(jst(2026, 11, 23));
  EXPECT_EQ(before.not_before(), jst(2026, 11, 22));
  EXPECT_EQ(after.not_before(), jst(2026, 11, 23));
  EXPECT_EQ(subscribers().validity(jst(2026, 11, 24) - seconds(1)), after);
}

TEST(RuleA01, HoldsOnEveryDayOfFourCenturies) {
  for (Instant day = jst(1999, 12, 31); day < jst(2400, 3, 2); day += days(1)) {
    const auto validity = subscribers().validity(day + minutes(1));
    ASSERT_EQ(validity.not_before(), day);
    ASSERT_EQ(validity.not_after(), day + days(366) - seconds(1));
  }
}

// A profile of another policy pack may count from the moment of issue.
TEST(RuleA01, AlignedToTheInstantItBeginsWithIt) {
  ValidityRule rule = subscribers();
  rule.align = ValidityAlign::instant;
  const Instant now = jst(2026, 11, 23, 14, 5, 6);
  EXPECT_EQ(rule.validity(now).not_before(), now);
  EXPECT_EQ(rule.validity(now).length(), days(366));
}

TEST(RuleA01, OtherPlacesHaveOtherDays) {
  ValidityRule rule = subscribers();
  rule.utc_offset = -minutes(210);  // -03:30
  EXPECT_EQ(rule.validity(utc(2026, 11, 23, 3, 29, 59)).not_before(), utc(2026, 11, 22, 3, 30));
  EXPECT_EQ(rule.validity(utc(2026, 11, 23, 3, 30)).not_before(), utc(2026, 11, 23, 3, 30));
  EXPECT_EQ(rule.validity(Instant(seconds(-1))).not_before(), utc(1969, 12, 31, 3, 30));
}

TEST(RuleA03, TheWindowOpensAtMidnightThirtyDaysBeforeTheLastDay) {
  const auto window = subscribers().renewal_window(subscribers().validity(jst(2026, 11, 23, 0, 30)));
  EXPECT_EQ(window.from, jst(2027, 10, 24));
  EXPECT_EQ(window.to, jst(2027, 11, 23, 23, 59, 59));
}

TEST(RuleA03, TheWindowCrossesALeapDay) {
  const auto window = subscribers().renewal_window(subscribers().validity(jst(2027, 3, 11, 12)));
  EXPECT_EQ(to_rfc3339(window.to), "2028-03-10T14:59:59Z");
  EXPECT_EQ(window.from, jst(2028, 2, 9));
}

// E is the civil day that the last second falls in, whatever second that is.
TEST(RuleA03, TheWindowOfACertificateThatEndsInTheMiddleOfADay) {
  ValidityRule rule = subscribers();
  rule.align = ValidityAlign::instant;
  const auto window = rule.renewal_window(rule.validity(jst(2026, 11, 23, 0, 30)));
  EXPECT_EQ(window.to, jst(2027, 11, 24, 0, 29, 59));
  EXPECT_EQ(window.from, jst(2027, 10, 25));
}

}  // namespace
}  // namespace inkan::policy
