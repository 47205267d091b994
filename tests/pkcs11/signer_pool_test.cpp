#include "pkcs11/signer_pool.h"

#include <gmock/gmock.h>

#include <system_error>

#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using testing::HasSubstr;
using tests::in;
using tests::k_patience;

// A pool over a real token, on a system that gives it a few threads and then none.
class SignerPoolShortOfThreads : public testing::Test {
 protected:
  std::shared_ptr<SignerPool> pool(int threads) {
    const auto start = [left = threads](std::function<void()> work) mutable {
      if (left-- <= 0)
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
      return SignerPool::start_thread(std::move(work));
    };
    auto made = std::make_shared<SignerPool>(4, 16, std::chrono::milliseconds(5000),
                                             std::chrono::milliseconds(1000), SignerPool::Listener{}, start);
    const auto module = Module::load(tests::k_softhsm, "");
    made->resume({module, module->generation(), list_tokens(tests::k_softhsm, "").front().slot, 1});
    return made;
  }

  tests::SofthsmToken softhsm_;
};

TEST_F(SignerPoolShortOfThreads, RefusesAtOnceAndLeavesNothingInTheQueue) {
  const auto none = pool(0);
  const auto begun = std::chrono::steady_clock::now();
  try {
    none->run([](Session&) -> CK_RV { return CKR_OK; }, true, in(k_patience));
    FAIL() << "worked without a thread";
  } catch (const policy::Error& error) {
    EXPECT_EQ(error.code(), policy::ErrorCode::unavailable);
    EXPECT_THAT(error.what(), HasSubstr("no thread"));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(2));
  EXPECT_EQ(none->gauges().queued, 0);
  EXPECT_TRUE(none->close(in(k_patience)));  // counts no worker that never was
}

TEST_F(SignerPoolShortOfThreads, GoesOnWithTheWorkersItHas) {
  const auto one = pool(1);
  std::atomic<int> made{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      const auto work = [](Session&) -> CK_RV {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        return CKR_OK;
      };
      if (one->run(work, true, in(k_patience)) == CKR_OK) ++made;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(made, 4);
  EXPECT_EQ(one->gauges().sessions_open, 1);
  EXPECT_TRUE(one->close(in(k_patience)));
}

}  // namespace
}  // namespace inkan::pkcs11
