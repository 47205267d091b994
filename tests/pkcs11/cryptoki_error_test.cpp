#include "pkcs11/cryptoki_error.h"

#include <gtest/gtest.h>

namespace inkan::pkcs11 {
namespace {

TEST(CryptokiError, HasAName) {
  EXPECT_EQ(rv_name(0x30), "CKR_DEVICE_ERROR");
  EXPECT_EQ(rv_name(0x80000001), "CKR 0x80000001");
}

// Answers that SoftHSM, p11-kit, tpm2-pkcs11, NSS and opencryptoki gave when session, login or device were
// gone.
TEST(CryptokiError, SuspectsSessionLoginAndModule) {
  for (const CK_RV rv : {0x2, 0x5, 0x30, 0x31, 0x32, 0x82, 0xb0, 0xb3, 0xe0, 0x101, 0x190})
    EXPECT_TRUE(is_suspect(rv)) << rv;
  for (const CK_RV rv : {0x0, 0x21, 0x70, 0xa0, 0xa4}) EXPECT_FALSE(is_suspect(rv)) << rv;
}

TEST(CryptokiError, TakesNoPinForSuspect) {
  for (const CK_RV rv : {0xa0, 0xa4, 0xa3, 0x102}) {
    EXPECT_TRUE(pin_refused(rv)) << rv;
    EXPECT_FALSE(is_suspect(rv)) << rv;
  }
}

TEST(CryptokiError, LeavesDoubtAfterADeviceFailsInSign) {
  for (const CK_RV rv : {0x5UL, 0x6UL, 0x30UL, 0x31UL, 0x32UL, 0x50UL, 0xe0UL, 0x80000001UL})
    EXPECT_FALSE(certainly_not_signed(rv)) << rv;
  for (const CK_RV rv : {0x82, 0x91, 0xb3, 0x101, 0x190}) EXPECT_TRUE(certainly_not_signed(rv)) << rv;
}

}  // namespace
}  // namespace inkan::pkcs11
