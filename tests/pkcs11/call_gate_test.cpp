#include "pkcs11/call_gate.h"

#include <gtest/gtest.h>

#include <thread>

namespace inkan::pkcs11 {
namespace {

Deadline in(int milliseconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

TEST(CallGate, ShutsOnceTheLastCallIsOut) {
  CallGate gate;
  ASSERT_TRUE(gate.enter());
  std::thread call([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    gate.leave();
  });
  EXPECT_TRUE(gate.shut(in(5000)));
  EXPECT_EQ(gate.inside(), 0);
  EXPECT_FALSE(gate.enter());
  gate.open();
  EXPECT_TRUE(gate.enter());
  call.join();
}

TEST(CallGate, OpensAgainWhenACallIsStuck) {
  CallGate gate;
  ASSERT_TRUE(gate.enter());
  EXPECT_FALSE(gate.shut(in(20)));
  EXPECT_TRUE(gate.enter());
}

}  // namespace
}  // namespace inkan::pkcs11
