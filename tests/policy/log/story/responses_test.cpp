// Batches of OCSP responses, each under one intent, as the judge of a log reads them.
#include <gmock/gmock.h>

#include "tests/support/story_reading.h"

namespace inkan::policy {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Reading = test::StoryReading;

std::vector<std::string> faults_of(std::uint64_t intended, std::uint64_t made, std::uint64_t failed,
                                   std::uint64_t possible) {
  Reading r(false);
  r.log.responses(r.log.responses_intent(intended), made, failed, possible);
  return r.end();
}

TEST(StoryOfResponses, AddsUpWhateverBecameOfThem) {
  EXPECT_THAT(faults_of(1, 1, 0, 0), IsEmpty());
  EXPECT_THAT(faults_of(32, 32, 0, 0), IsEmpty());
  EXPECT_THAT(faults_of(5, 2, 2, 1), IsEmpty());
  Reading r(false);
  r.log.responses(r.log.responses_intent(5), 2, 2, 1);
  EXPECT_THAT(r.end(), IsEmpty());
  EXPECT_EQ(r.story.signings().counts().ocsp, 2u);
  EXPECT_EQ(r.story.signings().counts().failed, 2u);
  EXPECT_EQ(r.story.signings().counts().possible, 1u);
  EXPECT_THAT(r.story.signings().open(), IsEmpty());
}

TEST(StoryOfResponses, FindsOnesThatNoIntentNames) {
  // Beyond 2^53 a leaf writes text (RFC 8785): no number of anything.
  constexpr auto k_most = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(faults_of(1, 2, 0, 0), Contains(HasSubstr("of 1 responses that its intent names")));
  EXPECT_THAT(faults_of(5, 2, 2, 0), Contains(HasSubstr("that its intent names")));
  EXPECT_THAT(faults_of(1, 1, k_most, k_most), Contains(HasSubstr("that its intent names")));
}

TEST(StoryOfResponses, KnowsHowManyABatchMayHave) {
  EXPECT_THAT(faults_of(0, 0, 0, 0), Contains(HasSubstr("an intent to sign 0 responses")));
  EXPECT_THAT(faults_of(33, 33, 0, 0), Contains(HasSubstr("an intent to sign 33 responses")));
}

TEST(StoryOfResponses, AreOfTheirOwnIntentAndEndOnce) {
  Reading twice(false);
  const auto of = twice.log.responses_intent(1);
  twice.log.responses(of, 1, 0, 0);
  twice.log.responses(of, 1, 0, 0);
  EXPECT_THAT(twice.end(), Contains(HasSubstr("no open intent")));
  Reading other(false);
  other.log.responses(other.log.evidence_intent(std::string(64, 'a')), 1, 0, 0);
  EXPECT_THAT(other.end(), Contains(HasSubstr("an outcome of a ocsp for an intent of a evidence")));
  Reading open(false);
  open.log.responses_intent(3);
  open.end();
  EXPECT_EQ(open.story.signings().open().size(), 1u);
}

}  // namespace
}  // namespace inkan::policy
