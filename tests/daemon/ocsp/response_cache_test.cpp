#include "daemon/ocsp/response_cache.h"

#include <gtest/gtest.h>

#include <thread>

#include "daemon/rate_limit.h"

namespace inkan::daemon {
namespace {

using policy::CertId;
using policy::Instant;
using policy::Serial;
using std::chrono::seconds;
using std::chrono::steady_clock;

Instant at(int second) {
  return Instant(seconds(1'800'000'000 + second));
}

CertId id_of(const char* serial) {
  return {{policy::CertIdHash::sha1, policy::Bytes(20, 1), policy::Bytes(20, 2)}, *Serial::parse(serial)};
}

ResponseCache::Answer answer(int from, int to) {
  return std::make_shared<const api::OcspAnswer>(
      api::OcspAnswer{{1}, std::chrono::hours(1), at(from), at(to)});
}

TEST(ResponseCache, GivesWhatIsStillValid) {
  ResponseCache cache(10);
  cache.put(id_of("01"), answer(0, 100), 0);
  EXPECT_TRUE(cache.find(id_of("01"), at(99)));
  EXPECT_FALSE(cache.find(id_of("01"), at(100)));
  EXPECT_FALSE(cache.find(id_of("02"), at(0)));
}

TEST(ResponseCache, ForgetsWhatNobodyAskedForLongest) {
  ResponseCache cache(2);
  cache.put(id_of("01"), answer(0, 100), 0);
  cache.put(id_of("02"), answer(0, 100), 0);
  EXPECT_TRUE(cache.find(id_of("01"), at(1)));
  cache.put(id_of("03"), answer(0, 100), 0);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_TRUE(cache.find(id_of("01"), at(1)));
  EXPECT_FALSE(cache.find(id_of("02"), at(1)));
}

TEST(ResponseCache, TakesNothingThatAChangeMayHaveOvertaken) {
  ResponseCache cache(10);
  const auto serial = *Serial::parse("01");
  const auto before = *cache.settled(serial, steady_clock::now());
  cache.put(id_of("01"), answer(0, 100), before);
  {
    const ResponseCache::Change change(cache, serial);
    EXPECT_FALSE(cache.find(id_of("01"), at(1)));
    EXPECT_FALSE(cache.settled(serial, steady_clock::now()));
    EXPECT_TRUE(cache.settled(*Serial::parse("02"), steady_clock::now()));
    cache.put(id_of("01"), answer(0, 100), before);
    EXPECT_FALSE(cache.find(id_of("01"), at(1)));
    EXPECT_FALSE(cache.unchanged_since(serial, before));
  }
  cache.put(id_of("01"), answer(0, 100), before);
  EXPECT_FALSE(cache.find(id_of("01"), at(1)));
  const auto after = *cache.settled(serial, steady_clock::now());
  EXPECT_TRUE(cache.unchanged_since(serial, after));
  cache.put(id_of("01"), answer(0, 100), after);
  EXPECT_TRUE(cache.find(id_of("01"), at(1)));
}

TEST(ResponseCache, WaitsForTheEndOfAChange) {
  ResponseCache cache(10);
  const auto serial = *Serial::parse("01");
  auto change = std::make_unique<ResponseCache::Change>(cache, serial);
  std::thread end([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    change.reset();
  });
  EXPECT_TRUE(cache.settled(serial, steady_clock::now() + seconds(60)));
  end.join();
}

TEST(ResponseCache, DoubtsWhatWasReadBeforeTheChangesThatItRemembers) {
  ResponseCache cache(10);
  const auto serial = *Serial::parse("01");
  const auto before = *cache.settled(serial, steady_clock::now());
  for (int i = 0; i < 5000; ++i)
    const ResponseCache::Change change(
        cache, *Serial::parse(policy::to_hex(
                   policy::Bytes{1, static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)})));
  EXPECT_FALSE(cache.unchanged_since(serial, before));
  EXPECT_TRUE(cache.unchanged_since(serial, *cache.settled(serial, steady_clock::now())));
}

TEST(ResponseCache, SignsAnewWhatWasAskedForAndDropsTheRest) {
  ResponseCache cache(10);
  cache.put(id_of("01"), answer(0, 100), 0);
  cache.put(id_of("02"), answer(0, 100), 0);
  EXPECT_TRUE(cache.find(id_of("01"), at(10)));
  EXPECT_TRUE(cache.due(at(49)).empty());
  EXPECT_EQ(cache.due(at(50)), std::vector<CertId>{id_of("01")});
  EXPECT_TRUE(cache.due(at(51)).empty());  // it waits its turn
  EXPECT_TRUE(cache.find(id_of("01"), at(60)));
  EXPECT_EQ(cache.due(at(60)), std::vector<CertId>{id_of("01")});
  cache.put(id_of("01"), answer(60, 160), *cache.settled(*Serial::parse("01"), steady_clock::now()));
  cache.due(at(100));
  EXPECT_EQ(cache.size(), 1u);
}

TEST(RateLimit, IsForEachAddressAndForAll) {
  const auto start = steady_clock::now();
  RateLimit limit(3, 2);
  EXPECT_TRUE(limit.take("a", start));
  EXPECT_TRUE(limit.take("a", start));
  EXPECT_FALSE(limit.take("a", start));
  EXPECT_TRUE(limit.take("b", start));
  EXPECT_FALSE(limit.take("c", start));  // all together
  EXPECT_TRUE(limit.take("c", start + seconds(1)));
  EXPECT_TRUE(limit.take("a", start + seconds(1)));
}

TEST(RateLimit, OfNothingLetsNothingThrough) {
  const auto start = steady_clock::now();
  RateLimit limit(0, 10);
  EXPECT_FALSE(limit.take("a", start));
  EXPECT_FALSE(limit.take("a", start + seconds(3600)));
  RateLimit by_address(10, 0);
  EXPECT_FALSE(by_address.take("a", start));
}

}  // namespace
}  // namespace inkan::daemon
