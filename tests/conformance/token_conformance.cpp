// What this project asks of a token, asked of whichever one the environment names:
//   TOKEN_MODULE, TOKEN_INIT_ARGS, TOKEN_LABEL, TOKEN_PIN_FILE
//   TOKEN_KEYS    every kind of key the token is known to make; a kind that is not listed must be refused
//   TOKEN_SERVER  optional: a program that takes start, kill, stop or cont, and does so to what the module
//   talks to
// All goes through the shim, which can take sessions away from any module.
#include <gmock/gmock.h>

#include <csignal>
#include <sstream>
#include <thread>

#include "pkcs11/ca_signer.h"
#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::ErrorCode;
using policy::KeyAlgorithm;
using policy::KeyPurpose;
using policy::SignatureAlgorithm;
using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::in;
using Clock = std::chrono::steady_clock;

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Kind {
  const char* name;
  KeyAlgorithm algorithm;
  int rsa_bits;
  std::optional<SignatureAlgorithm> signature;
};
const std::vector<Kind> k_kinds{
    {"P-256", KeyAlgorithm::ec_p256, 0, {}},
    {"P-384", KeyAlgorithm::ec_p384, 0, {}},
    {"P-521", KeyAlgorithm::ec_p521, 0, {}},
    {"RSA-3072", KeyAlgorithm::rsa, 3072, {}},
    {"RSA-3072-PSS", KeyAlgorithm::rsa, 3072, SignatureAlgorithm::rsa_pss_sha256},
    {"RSA-4096", KeyAlgorithm::rsa, 4096, {}},
    {"Ed25519", KeyAlgorithm::ed25519, 0, {}},
};

std::vector<Kind> expected_kinds() {
  std::vector<Kind> all;
  std::istringstream names(setting("TOKEN_KEYS"));
  for (std::string name; names >> name;) {
    const auto at =
        std::find_if(k_kinds.begin(), k_kinds.end(), [&](const Kind& kind) { return name == kind.name; });
    if (at == k_kinds.end()) throw std::runtime_error("TOKEN_KEYS: no such kind of key: " + name);
    all.push_back(*at);
  }
  return all;
}
bool is_expected(const Kind& kind) {
  for (const auto& each : expected_kinds())
    if (std::string(each.name) == kind.name) return true;
  return false;
}

class Conformance : public testing::Test {
 protected:
  static TokenConfig config() {
    TokenConfig config;
    config.name = "main";
    config.module = tests::k_shim;
    config.init_args = setting("TOKEN_INIT_ARGS");
    config.label = setting("TOKEN_LABEL");
    config.sessions = 8;
    config.queue_deadline = seconds(60);  // RSA in a software TPM takes its time
    return config;
  }
  static std::shared_ptr<Token> open() {
    return Token::open(config(), Pin::from_file(setting("TOKEN_PIN_FILE")));
  }
  void SetUp() override {
    if (setting("TOKEN_MODULE").empty()) GTEST_FAIL() << "run it by a script in tests/conformance/tokens";
    std::signal(SIGPIPE, SIG_IGN);  // p11-kit's client writes to a server that is gone
    setenv("INKAN_SHIM_MODULE", setting("TOKEN_MODULE").c_str(), 1);
    token_ = open();
  }
  void TearDown() override {
    for (const auto& key : made_) destroy_key(*token_, key);
    if (token_) token_->close();
  }

  const KeyRecord& make(const Kind& kind) {
    return made_.emplace_back(
        tests::new_key(*token_, KeyPurpose::ca, kind.algorithm, kind.rsa_bits, kind.signature));
  }
  // One canary, which is the first thing a key signs in every login epoch. OpenSSL judges.
  static testing::AssertionResult signs(CaSigner& signer, milliseconds patience = seconds(30)) {
    auto recorded = tests::new_canary(signer.key());
    const policy::Bytes text = policy::to_bytes(recorded.tbs().to_be_signed());
    const auto outcome = signer.sign(std::move(recorded), in(patience));
    if (const auto* no = std::get_if<NotSigned>(&outcome))
      return testing::AssertionFailure() << "not signed: " << no->reason;
    if (const auto* maybe = std::get_if<PossiblySigned>(&outcome))
      return testing::AssertionFailure() << "possibly signed: " << maybe->reason;
    if (!tests::openssl_verifies(signer.key(), text, std::get<Signed>(outcome).signature))
      return testing::AssertionFailure() << "OpenSSL refuses the signature";
    return testing::AssertionSuccess();
  }
  static testing::AssertionResult signs_within(CaSigner& signer, seconds limit) {
    const auto end = Clock::now() + limit;
    auto last = testing::AssertionFailure();
    while (Clock::now() < end) {
      last = signs(signer, seconds(1));
      if (last) return last;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return last;
  }
  static void server(const char* what) {
    ASSERT_EQ(std::system((setting("TOKEN_SERVER") + " " + what).c_str()), 0) << what;
  }

  std::shared_ptr<Token> token_;
  std::vector<KeyRecord> made_;
  tests::Shim shim_;
};

class KeyKind : public Conformance, public testing::WithParamInterface<Kind> {};

TEST_P(KeyKind, IsMadeAndSignsWhereTheTokenIsKnownForItAndIsRefusedElsewhere) {
  ASSERT_FALSE(expected_kinds().empty());
  if (!is_expected(GetParam())) {
    try {
      make(GetParam());
      ADD_FAILURE() << "made, though TOKEN_KEYS does not name it";
    } catch (const policy::Error& refused) {
      // key: the token made another kind than it was asked for, as a TPM does for P-521.
      EXPECT_TRUE(refused.code() == ErrorCode::config || refused.code() == ErrorCode::token ||
                  refused.code() == ErrorCode::key)
          << refused.what();
    }
    EXPECT_THAT(list_keys(*token_), testing::IsEmpty());
    return;
  }
  const KeyRecord key = make(GetParam());
  check_key(*token_, key);
  CaSigner signer(token_, key);
  EXPECT_TRUE(signs(signer));
  EXPECT_TRUE(signs(signer));
  EXPECT_FALSE(signer.needs_canary());
  EXPECT_EQ(signer.out_of_service(), "");
  const auto listed = list_keys(*token_);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].label, key.label);
  EXPECT_EQ(listed[0].spki, key.spki);
  EXPECT_EQ(listed[0].fault, "");
}

INSTANTIATE_TEST_SUITE_P(Each, KeyKind, testing::ValuesIn(k_kinds), [](const auto& row) {
  std::string name = row.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_F(Conformance, FindsItsKeysAgainAfterARestart) {
  const KeyRecord key = make(expected_kinds().front());
  token_->close();
  token_ = open();
  check_key(*token_, key);
  CaSigner signer(token_, key);
  EXPECT_TRUE(signer.needs_canary());
  EXPECT_TRUE(signs(signer));
}

TEST_F(Conformance, SignsInParallel) {
  CaSigner signer(token_, make(expected_kinds().front()));
  ASSERT_TRUE(signs(signer));
  std::atomic<int> good{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int n = 0; n < 10; ++n) good += signs(signer) ? 1 : 0;
    });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(good, 80);
}

TEST_F(Conformance, HealsWhenItsSessionsAreGone) {
  CaSigner signer(token_, make(expected_kinds().front()));
  ASSERT_TRUE(signs(signer));
  for (int i = 0; i < 3; ++i) {
    shim_.rules("drop-sessions");
    EXPECT_TRUE(signs_within(signer, seconds(10)));
  }
  EXPECT_EQ(token_->status().state, TokenState::ready);
}

TEST_F(Conformance, TriesAWrongPinOnceAndSaysSo) {
  token_->close();
  const long before = shim_.calls("C_Login");
  try {
    Token::open(config(), Pin::from_text("13572468"));
    ADD_FAILURE() << "opened with a wrong PIN";
  } catch (const policy::Error& refused) {
    EXPECT_EQ(refused.code(), ErrorCode::pin) << refused.what();
    EXPECT_THAT(refused.what(), testing::Not(testing::HasSubstr("13572468")));
  }
  EXPECT_EQ(shim_.calls("C_Login"), before + 1);
  token_ = open();
}

TEST_F(Conformance, IsServedAgainFiveSecondsAfterItsServerIs) {
  if (setting("TOKEN_SERVER").empty()) GTEST_SKIP() << "this token has no server";
  CaSigner signer(token_, make(expected_kinds().front()));
  ASSERT_TRUE(signs(signer));
  std::atomic<bool> stop{false};
  std::atomic<long> slowest_ms{0}, good{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      while (!stop) {
        const auto begun = Clock::now();
        good += signs(signer, seconds(1)) ? 1 : 0;
        const long took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun).count();
        for (long known = slowest_ms; took > known && !slowest_ms.compare_exchange_weak(known, took);) {
        }
        std::this_thread::sleep_for(milliseconds(2));
      }
    });
  std::this_thread::sleep_for(milliseconds(500));
  server("kill");
  std::this_thread::sleep_for(seconds(2));
  const long before = good;
  server("start");
  const auto returned = Clock::now();
  while (good == before && Clock::now() - returned < seconds(30))
    std::this_thread::sleep_for(milliseconds(20));
  const auto took = Clock::now() - returned;
  stop = true;
  for (auto& caller : callers) caller.join();
  EXPECT_LT(took, seconds(5));
  EXPECT_LT(slowest_ms, 2500);  // a deadline of one second, on a machine that has other things to do
  EXPECT_EQ(signer.out_of_service(), "");
  EXPECT_TRUE(signs(signer));
}

TEST_F(Conformance, CostsCallersOnlyTheirDeadlineWhileItsServerStandsStill) {
  if (setting("TOKEN_SERVER").empty()) GTEST_SKIP() << "this token has no server";
  CaSigner signer(token_, make(expected_kinds().front()));
  ASSERT_TRUE(signs(signer));
  server("stop");
  for (int i = 0; i < 3; ++i) {
    const auto begun = Clock::now();
    EXPECT_FALSE(signs(signer, milliseconds(500)));
    EXPECT_LT(Clock::now() - begun, seconds(2));
  }
  EXPECT_EQ(token_->status().state, TokenState::degraded);
  server("cont");
  EXPECT_TRUE(signs_within(signer, seconds(5)));
  EXPECT_EQ(signer.out_of_service(), "");
}

}  // namespace
}  // namespace inkan::pkcs11
