#include "pkcs11/token_keys.h"

#include <gmock/gmock.h>

#include <thread>

#include "pkcs11/ca_signer.h"
#include "pkcs11/key_template.h"
#include "pkcs11/mechanism.h"
#include "pkcs11/objects.h"
#include "pkcs11/session.h"
#include "pkcs11/slots.h"
#include "policy/types/error.h"
#include "tests/support/token_fixture.h"

namespace inkan::pkcs11 {
namespace {

using policy::ErrorCode;
using policy::KeyAlgorithm;
using policy::KeyPurpose;
using testing::HasSubstr;
using tests::new_key;
using tests::SofthsmToken;

class TokenKeys : public testing::Test {
 protected:
  std::string refusal(const KeyRecord& record) {
    try {
      check_key(*token_, record);
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::key);
      return error.what();
    }
    return "accepted";
  }
  // A session beside ours, to meddle with; SoftHSM's login is the process's.
  Session meddler() {
    const auto module = Module::load(tests::k_softhsm, "");
    const auto slot = choose_slot(*module, module->generation(), softhsm_.label(), "").token.description.slot;
    return Session::open(module, module->generation(), slot).second;
  }

  SofthsmToken softhsm_;
  std::shared_ptr<Token> token_ = softhsm_.open();
};

struct Kind {
  const char* name;
  KeyAlgorithm algorithm;
  int bits;
};
void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.name;
}
class EachKind : public TokenKeys, public testing::WithParamInterface<Kind> {};

TEST_P(EachKind, IsBornInTheTokenAndFoundAgain) {
  const auto [name, algorithm, bits] = GetParam();
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, algorithm, bits);
  EXPECT_EQ(record.bits, bits);
  EXPECT_EQ(record.label, "inkan/ca/test");
  EXPECT_EQ(record.attributes.at("CKA_SENSITIVE"), "true");
  EXPECT_EQ(record.attributes.at("CKA_ALWAYS_SENSITIVE"), "true");
  EXPECT_EQ(record.attributes.at("CKA_EXTRACTABLE"), "false");
  EXPECT_EQ(record.attributes.at("CKA_NEVER_EXTRACTABLE"), "true");
  EXPECT_EQ(record.attributes.at("CKA_LOCAL"), "true");
  for (const char* const use : {"CKA_DECRYPT", "CKA_UNWRAP", "CKA_SIGN_RECOVER", "CKA_DERIVE"})
    EXPECT_NE(record.attributes.at(use), "true") << use << ": a signing key only signs";
  EXPECT_NE(record.attributes.at("CKA_ALLOWED_MECHANISMS"), "absent");
  // OpenSSL reads the public key that we derived from the object's attributes.
  const unsigned char* at = record.spki.data();
  const policy::EvpPkeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(record.spki.size())));
  ASSERT_TRUE(key);
  EXPECT_EQ(EVP_PKEY_get_bits(key.get()), bits);
  EXPECT_EQ(refusal(record), "accepted");
}

INSTANTIATE_TEST_SUITE_P(
    All, EachKind,
    testing::Values(Kind{"p256", KeyAlgorithm::ec_p256, 256}, Kind{"p384", KeyAlgorithm::ec_p384, 384},
                    Kind{"p521", KeyAlgorithm::ec_p521, 521}, Kind{"rsa2048", KeyAlgorithm::rsa, 2048},
                    Kind{"rsa3072", KeyAlgorithm::rsa, 3072}, Kind{"rsa4096", KeyAlgorithm::rsa, 4096},
                    Kind{"ed25519", KeyAlgorithm::ed25519, 256}),
    [](const auto& row) { return row.param.name; });

TEST_F(TokenKeys, SurviveANewLogin) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ledger, KeyAlgorithm::ed25519);
  token_->close();
  token_ = softhsm_.open();
  EXPECT_EQ(refusal(record), "accepted");
}

TEST_F(TokenKeys, RefuseWhatTheTokenOrThePolicyCannotDo) {
  EXPECT_THROW(new_key(*token_, KeyPurpose::ca, KeyAlgorithm::rsa, 1024), policy::Error);
  EXPECT_THROW(
      new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256, 0, policy::SignatureAlgorithm::ed25519),
      policy::Error);
  EXPECT_THROW(
      generate_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256, 0, "inkan/tls/x", tests::new_key_id()),
      policy::Error);
}

TEST_F(TokenKeys, RefuseAnIdThatIsTaken) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  try {
    generate_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256, 0, "again", record.id);
    FAIL() << "a second key of the same CKA_ID was made";
  } catch (const policy::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr(record.id.hex()));
  }
  EXPECT_EQ(refusal(record), "accepted");
}

TEST_F(TokenKeys, RefuseADuplicateMadeByAnother) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  Session session = meddler();
  KeyTemplate twin({record.id, record.label, KeyAlgorithm::ec_p256, 0, {CKM_ECDSA}}, Strictness::strict);
  CK_OBJECT_HANDLE made[2] = {};
  ASSERT_EQ(session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    return p.C_GenerateKeyPair(handle, &twin.mechanism(), twin.public_key().data(), twin.public_key().size(),
                               twin.private_key().data(), twin.private_key().size(), &made[0], &made[1]);
  }),
            CKR_OK);
  EXPECT_THAT(refusal(record), HasSubstr("2 private keys"));
}

TEST_F(TokenKeys, RefuseAttributesThatDrifted) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  Session session = meddler();
  const auto found = find_objects(session, CKO_PRIVATE_KEY, record.id.bytes());
  ASSERT_EQ(found.handles.size(), 1U);
  std::string label = "inkan/tls/test";
  CK_ATTRIBUTE change{CKA_LABEL, label.data(), label.size()};
  ASSERT_EQ(session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    return p.C_SetAttributeValue(handle, found.handles.front(), &change, 1);
  }),
            CKR_OK);
  EXPECT_THAT(refusal(record), HasSubstr("CKA_LABEL was inkan/ca/test at birth and is inkan/tls/test now"));
}

TEST_F(TokenKeys, RefuseARecordWithAnotherPublicKeyPurposeOrBirth) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  KeyRecord other = record;
  other.spki = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256).spki;
  EXPECT_THAT(refusal(other), HasSubstr("not the one on record"));
  other = record;
  other.purpose = KeyPurpose::tls;
  EXPECT_THAT(refusal(other), HasSubstr("purpose"));
  other = record;
  other.attributes["CKA_EXTRACTABLE"] = "true";
  EXPECT_THAT(refusal(other), HasSubstr("CKA_EXTRACTABLE was true at birth and is false now"));
}

TEST_F(TokenKeys, RefuseAKeyThatIsGone) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  destroy_key(*token_, record);
  EXPECT_THAT(refusal(record), HasSubstr("no private key"));
  EXPECT_THROW(destroy_key(*token_, record), policy::Error);
}

// Nobody waits any more, and no log would tell of it: so it goes again.
TEST(LateKey, IsNotLeftBehind) {
  const SofthsmToken softhsm;
  const tests::Shim shim;
  const auto token = Token::open(softhsm.config(tests::k_shim), softhsm.pin());
  shim.rules("hang C_GenerateKeyPair 1");
  EXPECT_THROW(generate_key(*token, KeyPurpose::ca, KeyAlgorithm::ec_p256, 0, "late", tests::new_key_id(),
                            std::nullopt, std::chrono::seconds(1)),
               policy::Error);
  shim.rules("");
  const auto destroyed = [&] { return shim.calls("C_DestroyObject") >= 2; };
  for (int i = 0; i < 400 && !destroyed(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_TRUE(destroyed());
  EXPECT_TRUE(list_keys(*token).empty());
}

// An erased key is not missed: the token stays ready, whoever still asks for it is told why.
TEST_F(TokenKeys, ErasedLeaveNothingAndAreMissedByNobody) {
  const KeyRecord record = new_key(*token_, KeyPurpose::ca, KeyAlgorithm::ec_p256);
  CaSigner signer(token_, record);
  EXPECT_TRUE(erase_key(*token_, record.id));
  EXPECT_TRUE(list_keys(*token_).empty());
  EXPECT_FALSE(erase_key(*token_, record.id)) << "what is gone is gone";
  const auto outcome =
      signer.sign(tests::new_canary(record), std::chrono::steady_clock::now() + std::chrono::seconds(10));
  EXPECT_THAT(std::get<NotSigned>(outcome).reason, HasSubstr("is being destroyed, or was"));
  EXPECT_EQ(token_->status().state, TokenState::ready);
}

}  // namespace
}  // namespace inkan::pkcs11
