#include "pkcs11/token.h"

#include <gmock/gmock.h>
#include <p11-kit/pkcs11.h>

#include <set>
#include <thread>

#include "policy/types/error.h"
#include "tests/support/softhsm_token.h"

namespace inkan::pkcs11 {
namespace {

using policy::ErrorCode;
using testing::HasSubstr;
using tests::k_shim;
using tests::Shim;
using tests::SofthsmToken;

struct Refusal {
  ErrorCode code = ErrorCode::internal;
  std::string what = "opened";
};
Refusal refusal(const TokenConfig& config, Pin pin) {
  try {
    Token::open(config, std::move(pin));
  } catch (const policy::Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

TEST(Token, OpensByLabelAndTellsWhatItIs) {
  const SofthsmToken softhsm;
  const auto token = softhsm.open();
  const TokenStatus status = token->status();
  EXPECT_EQ(status.state, TokenState::ready);
  EXPECT_EQ(status.label, softhsm.label());
  EXPECT_EQ(status.manufacturer, "SoftHSM project");
  EXPECT_FALSE(status.serial.empty());
  EXPECT_EQ(status.epoch, 1U);
  EXPECT_TRUE(token->has_mechanism(CKM_ECDSA));
  EXPECT_FALSE(token->has_mechanism(CKM_ECDSA_SHA256));  // SoftHSM 2.6.1
}

TEST(Token, NamesTheModuleThatIsMissingOrNone) {
  const SofthsmToken softhsm;
  const auto missing = refusal(softhsm.config("/usr/lib/none.so"), softhsm.pin());
  EXPECT_EQ(missing.code, ErrorCode::config);
  EXPECT_THAT(missing.what, HasSubstr("/usr/lib/none.so"));
  const auto other = refusal(softhsm.config("libz.so.1"), softhsm.pin());
  EXPECT_EQ(other.code, ErrorCode::config);
  EXPECT_THAT(other.what, HasSubstr("not a PKCS#11 module"));
}

class HungOpening : public testing::TestWithParam<const char*> {};

TEST_P(HungOpening, IsGivenUpInTimeAndNeverLogsInLater) {
  const SofthsmToken softhsm;
  const Shim shim;
  shim.rules(std::string("hang ") + GetParam() + " 1");
  auto config = softhsm.config(k_shim);
  config.open_deadline = std::chrono::seconds(1);
  const auto refused = refusal(config, softhsm.pin());
  EXPECT_EQ(refused.code, ErrorCode::unavailable);
  EXPECT_THAT(refused.what, HasSubstr("has not answered within 1 s"));
  const long logins = shim.calls("C_Login");
  shim.rules("");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_EQ(shim.calls("C_Login"), logins);
}
INSTANTIATE_TEST_SUITE_P(At, HungOpening, testing::Values("C_GetSlotList", "C_OpenSession", "C_Login"),
                         [](const auto& row) { return std::string(row.param); });

TEST(Token, ListsTheLabelsThatAreThere) {
  const SofthsmToken softhsm;
  softhsm.add("second");
  auto config = softhsm.config();
  config.label = "third";
  const auto unknown = refusal(config, softhsm.pin());
  EXPECT_EQ(unknown.code, ErrorCode::token);
  EXPECT_THAT(unknown.what, HasSubstr("\"third\""));
  EXPECT_THAT(unknown.what, HasSubstr("\"inkan-test\""));
  EXPECT_THAT(unknown.what, HasSubstr("\"second\""));
  config = softhsm.config();
  config.serial = "0000";
  EXPECT_THAT(refusal(config, softhsm.pin()).what, HasSubstr("serial 0000"));
}

TEST(Token, TriesAWrongPinOnceAndSaysSo) {
  const SofthsmToken softhsm;
  const Shim shim;
  const auto wrong = refusal(softhsm.config(k_shim), Pin::from_text("9999"));
  EXPECT_EQ(wrong.code, ErrorCode::pin);
  EXPECT_THAT(wrong.what, HasSubstr("CKR_PIN_INCORRECT"));
  EXPECT_THAT(wrong.what, HasSubstr("not be tried again"));
  EXPECT_THAT(wrong.what, testing::Not(HasSubstr("9999")));
  EXPECT_EQ(shim.calls("C_Login"), 1);
}

TEST(Token, GivesRandomOctets) {
  const SofthsmToken softhsm;
  const auto token = softhsm.open();
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 500; ++i) {
    std::array<std::uint8_t, 16> octets{};
    token->random(octets, std::chrono::steady_clock::now() + std::chrono::seconds(10));
    seen.insert(octets);
  }
  EXPECT_EQ(seen.size(), 500U);
}

TEST(Token, SharesItsModuleWithAnother) {
  const SofthsmToken softhsm;
  const Shim shim;
  softhsm.add("ledger");
  const auto initialized = shim.calls("C_Initialize"), finalized = shim.calls("C_Finalize");
  const auto first = softhsm.open(k_shim);
  auto config = softhsm.config(k_shim);
  config.label = "ledger";
  const auto second = Token::open(config, softhsm.pin());
  EXPECT_EQ(shim.calls("C_Initialize"), initialized + 1);
  first->close();
  std::array<std::uint8_t, 8> octets{};
  second->random(octets, std::chrono::steady_clock::now() + std::chrono::seconds(10));  // the module lives on
  EXPECT_EQ(shim.calls("C_Finalize"), finalized);
  EXPECT_THROW(first->random(octets, std::chrono::steady_clock::now() + std::chrono::seconds(10)),
               policy::Error);
  second->close();
  EXPECT_EQ(shim.calls("C_Finalize"), finalized + 1);
}

TEST(Token, RefusesOneModuleWithTwoInitArgs) {
  const SofthsmToken softhsm;
  const auto first = softhsm.open();
  auto config = softhsm.config();
  config.init_args = "other";
  EXPECT_THAT(refusal(config, softhsm.pin()).what, HasSubstr("init_args"));
}

TEST(Token, IsInitialisedOnceOnly) {
  const SofthsmToken softhsm;
  EXPECT_FALSE(
      init_token(tests::k_softhsm, "", softhsm.label(), Pin::from_text("5678-officer"), softhsm.pin()));
  EXPECT_THROW(
      init_token(tests::k_softhsm, "", std::string(33, 'x'), Pin::from_text("5678-officer"), softhsm.pin()),
      policy::Error);
}

TEST(Token, ListsSlots) {
  const SofthsmToken softhsm;
  const auto tokens = list_tokens(tests::k_softhsm, "");
  ASSERT_EQ(tokens.size(), 2U);  // SoftHSM always shows one more slot, uninitialised
  EXPECT_NE(tokens[0].initialised, tokens[1].initialised);
}

}  // namespace
}  // namespace inkan::pkcs11
