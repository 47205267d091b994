// Every class of CK_RV at every Cryptoki call of the signing path, idle and under load: what the caller gets,
// that the service comes back by itself, and that the ledger reconciles (law 7 of packaging/doc/auditor.md)
// after each.
#include <gmock/gmock.h>

#include <condition_variable>
#include <map>
#include <thread>

#include "tests/support/authority_fixture.h"

namespace inkan::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

// What one caller gets whose call meets the fault once.
enum class Verdict { issued, failed, possible };

struct Code {
  const char* name;
  unsigned long rv;
};
// Session, login or module may be gone: tried again on a new session.
constexpr Code k_suspect[] = {
    {"CKR_HOST_MEMORY", 0x2},
    {"CKR_GENERAL_ERROR", 0x5},
    {"CKR_FUNCTION_FAILED", 0x6},
    {"CKR_DEVICE_ERROR", 0x30},
    {"CKR_DEVICE_MEMORY", 0x31},
    {"CKR_DEVICE_REMOVED", 0x32},
    {"CKR_KEY_HANDLE_INVALID", 0x60},
    {"CKR_OBJECT_HANDLE_INVALID", 0x82},
    {"CKR_OPERATION_ACTIVE", 0x90},
    {"CKR_SESSION_CLOSED", 0xb0},
    {"CKR_SESSION_HANDLE_INVALID", 0xb3},
    {"CKR_TOKEN_NOT_PRESENT", 0xe0},
    {"CKR_TOKEN_NOT_RECOGNIZED", 0xe1},
    {"CKR_USER_NOT_LOGGED_IN", 0x101},
    {"CKR_CRYPTOKI_NOT_INITIALIZED", 0x190},
};
// An answer, and by its definition nothing was signed.
constexpr Code k_refusals[] = {
    {"CKR_DATA_INVALID", 0x20},
    {"CKR_FUNCTION_NOT_SUPPORTED", 0x54},
    {"CKR_KEY_FUNCTION_NOT_PERMITTED", 0x68},
    {"CKR_MECHANISM_INVALID", 0x70},
};
// An answer that leaves it open.
constexpr Code k_open[] = {{"CKR_FUNCTION_CANCELED", 0x50}, {"CKR_VENDOR_DEFINED + 1", 0x80000001}};

std::string rule(const char* verb, const char* function, const Code& code, int first, int times) {
  char text[120];
  std::snprintf(text, sizeof text, "%s %s %d 0x%lx %d", verb, function, first, code.rv, times);
  return text;
}

class FaultTable : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    core_ = fixture_.open();
    service_ = std::make_unique<Service>(
        *core_, [] {}, [] {});
    jobs_ = std::thread([this] { run_jobs(); });
  }
  void TearDown() override {
    shim_.rules("");
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    jobs_.join();
    service_.reset();
    core_->tokens.close();
  }

  // What the daemon's jobs do, only sooner.
  void run_jobs() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, milliseconds(20), [this] { return stop_; })) {
      try {
        core_->key_keeper.make_canaries();
        core_->unfinished.settle();
      } catch (const policy::Error&) {  // the token is out; the next turn tries again
      }
    }
  }

  Verdict issue(seconds patience = seconds(3)) {
    const std::string name = "user-" + std::to_string(++names_);
    try {
      const auto outcome =
          service_->issue(tests::call_by(tests::web_tier(), patience), tests::ask_for(name), std::nullopt);
      EXPECT_TRUE(std::holds_alternative<api::IssuedCertificate>(outcome));
      return Verdict::issued;
    } catch (const policy::Error& error) {
      EXPECT_TRUE(error.code() == policy::ErrorCode::unavailable) << error.what();
      return core_->store.possibly_signed() > possible_ ? Verdict::possible : Verdict::failed;
    }
  }

  void expect_service_back() {
    shim_.rules("");
    const auto end = Clock::now() + seconds(10);
    Verdict last = Verdict::failed;
    while (Clock::now() < end && (last = issue()) != Verdict::issued)
      std::this_thread::sleep_for(milliseconds(20));
    EXPECT_EQ(last, Verdict::issued) << core_->tokens.find("ca")->status().detail;
    for (const auto& authority : core_->authorities.all())
      EXPECT_EQ(authority->signer->out_of_service(), "") << authority->issuer.id;
  }

  // Leaves since the last time. What is between intent and outcome is waited for: a canary may be on its way.
  void expect_reconciled() {
    for (int i = 0; i < 200 && !(core_->store.open_intents().empty() && core_->unfinished.size() == 0); ++i)
      std::this_thread::sleep_for(milliseconds(20));
    EXPECT_TRUE(core_->store.open_intents().empty());
    for (;;) {
      const auto page = core_->store.leaves(next_, 1000);
      if (page.empty()) break;
      for (const auto& entry : page) read(entry.index, nlohmann::json::parse(entry.leaf));
      next_ = page.back().index + 1;
    }
    for (const auto& [intent, outcomes] : outcomes_) EXPECT_EQ(outcomes, 1) << "of intent " << intent;
    for (const auto& count : core_->tokens.find("ca")->signature_counts()) {
      if (count.purpose != policy::KeyPurpose::ca) continue;
      EXPECT_LE(count.signatures, allowed_[count.key.hex()]);
    }
    EXPECT_THAT(service_->reconcile().differences, testing::IsEmpty());
    possible_ = core_->store.possibly_signed();
  }
  void read(policy::LeafIndex index, const nlohmann::json& leaf) {
    const auto detail = leaf.value("detail", nlohmann::json::object());
    const std::string type = leaf.at("type");
    if (type == "sign.intent") {
      outcomes_[index] = 0;
      key_of_[index] = detail.at("key_id");
      ++allowed_[key_of_[index]];
    } else if (detail.contains("intent") && type != "sign.late") {
      const policy::LeafIndex intent = detail.at("intent");
      ++outcomes_[intent];
      allowed_[key_of_[intent]] += std::max<long>(0, detail.value("tries", 1L) - 1);
    }
  }

  void expect_idle(const std::string& rules, Verdict expected) {
    SCOPED_TRACE(rules);
    shim_.rules(rules);
    EXPECT_EQ(issue(), expected);
    expect_service_back();
    expect_reconciled();
  }
  // No caller is promised more than an answer in time: it is the books that must be right, and the way back.
  void expect_survived(const std::string& rules) {
    SCOPED_TRACE(rules);
    std::atomic<bool> stop = false;
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i)
      callers.emplace_back([&] {
        while (!stop) {
          const auto begun = Clock::now();
          issue(seconds(2));
          EXPECT_LT(Clock::now() - begun, seconds(8));
        }
      });
    std::this_thread::sleep_for(milliseconds(30));
    shim_.rules(rules);
    std::this_thread::sleep_for(milliseconds(250));
    shim_.rules("");
    std::this_thread::sleep_for(milliseconds(100));
    stop = true;
    for (auto& caller : callers) caller.join();
    expect_service_back();
    expect_reconciled();
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<Service> service_;
  std::atomic<int> names_ = 0;
  std::int64_t possible_ = 0;
  policy::LeafIndex next_ = 0;
  std::map<policy::LeafIndex, int> outcomes_;
  std::map<policy::LeafIndex, std::string> key_of_;
  std::map<std::string, std::uint64_t> allowed_;
  std::thread jobs_;
  std::mutex mutex_;  // guards stop_
  std::condition_variable wake_;
  bool stop_ = false;
};

TEST_F(FaultTable, AtSignInitIdle) {
  for (const auto& code : k_suspect) expect_idle(rule("fail", "C_SignInit", code, 1, 1), Verdict::issued);
  for (const auto& code : k_refusals) expect_idle(rule("fail", "C_SignInit", code, 1, 1), Verdict::failed);
  for (const auto& code : k_open) expect_idle(rule("fail", "C_SignInit", code, 1, 1), Verdict::failed);
}

TEST_F(FaultTable, AtSignIdle) {
  for (const auto& code : k_suspect) expect_idle(rule("fail", "C_Sign", code, 1, 1), Verdict::issued);
  for (const auto& code : k_refusals) expect_idle(rule("fail", "C_Sign", code, 1, 1), Verdict::failed);
  for (const auto& code : k_open) expect_idle(rule("fail", "C_Sign", code, 1, 1), Verdict::possible);
}

// The token signed, and said it had not.
TEST_F(FaultTable, AtSignWhoseAnswerIsLostIdle) {
  for (const auto& code : k_suspect) expect_idle(rule("lose", "C_Sign", code, 1, 1), Verdict::issued);
  for (const auto& code : k_open) expect_idle(rule("lose", "C_Sign", code, 1, 1), Verdict::possible);
}

// Each with an authority of its own: the books are read whole after every fault.
class UnderLoad : public FaultTable, public testing::WithParamInterface<Code> {};
std::string code_name(const testing::TestParamInfo<Code>& code) {
  std::string name = code.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

class Suspect : public UnderLoad {};
TEST_P(Suspect, IsSurvivedUnderLoad) {
  expect_survived(rule("fail", "C_SignInit", GetParam(), 3, 5));
  expect_survived(rule("lose", "C_Sign", GetParam(), 3, 5));
}
INSTANTIATE_TEST_SUITE_P(Each, Suspect, testing::ValuesIn(k_suspect), code_name);

class Refusal : public UnderLoad {};
TEST_P(Refusal, IsSurvivedUnderLoad) {
  expect_survived(rule("fail", "C_Sign", GetParam(), 3, 5));
}
INSTANTIATE_TEST_SUITE_P(Each, Refusal, testing::ValuesIn(k_refusals), code_name);

class LeftOpen : public UnderLoad {};
TEST_P(LeftOpen, IsSurvivedUnderLoad) {
  expect_survived(rule("lose", "C_Sign", GetParam(), 3, 5));
}
INSTANTIATE_TEST_SUITE_P(Each, LeftOpen, testing::ValuesIn(k_open), code_name);

// The way back, hindered once and three times at each of its steps. C_Login answers no PIN errors here: those
// are never tried again, which token_recovery_test shows.
class WayBack : public FaultTable, public testing::WithParamInterface<const char*> {};

TEST_P(WayBack, IsFoundUnderLoad) {
  const Code codes[] = {
      {"CKR_GENERAL_ERROR", 0x5}, {"CKR_DEVICE_REMOVED", 0x32}, {"CKR_SESSION_HANDLE_INVALID", 0xb3}};
  for (const auto& code : codes)
    for (const int times : {1, 3})
      expect_survived("drop-sessions\n" + rule("fail", GetParam(), code, 1, times));
}
INSTANTIATE_TEST_SUITE_P(Each, WayBack,
                         testing::Values("C_OpenSession", "C_Login", "C_FindObjectsInit", "C_FindObjects",
                                         "C_GetAttributeValue", "C_GetSlotList", "C_GetTokenInfo"),
                         [](const auto& step) { return std::string(step.param); });

TEST_F(FaultTable, WithoutSessionsUnderLoad) {
  const Code no_session{"CKR_SESSION_COUNT", 0xb1};
  expect_survived("drop-sessions\n" + rule("fail", "C_OpenSession", no_session, 2, 2));
}

}  // namespace
}  // namespace inkan::daemon
