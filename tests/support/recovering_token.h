// A key in a token behind the shim, and what signing with it comes to while the module is made to fail.
#pragma once

#include <gtest/gtest.h>

#include <thread>

#include "pkcs11/ca_signer.h"
#include "tests/support/token_fixture.h"

namespace inkan::tests {

class RecoveringTokenTest : public testing::Test {
 protected:
  pkcs11::SignOutcome sign(std::chrono::milliseconds patience = k_patience) {
    return signer_.sign(new_canary(key_), in(patience));
  }
  bool signs() { return std::holds_alternative<pkcs11::Signed>(sign()); }
  // Until the token signs, or the time is over.
  bool heals(std::chrono::milliseconds within) {
    for (const auto end = in(within); std::chrono::steady_clock::now() < end;
         std::this_thread::sleep_for(std::chrono::milliseconds(20)))
      if (signs()) return true;
    return false;
  }
  template <class Outcome>
  Outcome expect(const pkcs11::SignOutcome& outcome) {
    const auto* const found = std::get_if<Outcome>(&outcome);
    EXPECT_NE(found, nullptr) << "outcome " << outcome.index();
    return found ? *found : Outcome{};
  }
  void sign_from_threads(int threads) {
    std::atomic<int> made{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) callers.emplace_back([&] { made += signs() ? 1 : 0; });
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(made, threads);
  }
  std::uint64_t signatures() { return token_->signature_counts().front().signatures; }

  SofthsmToken softhsm_;
  Shim shim_;
  std::shared_ptr<pkcs11::Token> token_ = softhsm_.open(k_shim);
  pkcs11::KeyRecord key_ = new_key(*token_, policy::KeyPurpose::ca, policy::KeyAlgorithm::ec_p256);
  pkcs11::CaSigner signer_{token_, key_};
};

}  // namespace inkan::tests
