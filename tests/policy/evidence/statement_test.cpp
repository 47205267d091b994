#include "policy/evidence/statement.h"

#include <gmock/gmock.h>

#include "policy/log/merkle_tree.h"
#include "policy/types/error.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

constexpr const char* k_origin = "log.example.test";

Instant at(std::string_view text) {
  return std::chrono::floor<std::chrono::seconds>(from_rfc3339(text));
}

const EvidenceScope k_scope{
    {42, sha256(as_bytes("root"))}, at("2026-10-31T15:00:00.000000Z"), at("2026-11-30T15:00:00.000000Z")};

struct Signer {
  test::TestKey key;
  explicit Signer(KeyAlgorithm algorithm = KeyAlgorithm::ec_p256) : key(test::make_key(algorithm)) {}

  NoteVerifier verifier() const { return evidence_verifier(k_origin, key.public_key); }
  EvidenceStatement statement() const {
    return {k_origin, k_scope, sha256(as_bytes("pack")), key.public_key, KeyId({}), verifier().algorithm()};
  }
  std::string seal(BytesView text) const {
    return verifier().seal(text, test::sign_message(key, verifier().algorithm(), text));
  }
  std::string note() const {
    const auto text = statement();
    return seal(text.to_be_signed());
  }
};

std::string why_refused(const std::string& note) {
  try {
    open_statement(k_origin, note);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(EvidenceStatement, IsReadBack) {
  for (const auto algorithm : {KeyAlgorithm::ec_p256, KeyAlgorithm::ed25519}) {
    const Signer signer(algorithm);
    const auto opened = open_statement(k_origin, signer.note());
    EXPECT_EQ(opened.scope.id(), k_scope.id());
    EXPECT_EQ(opened.scope.tree, k_scope.tree);
    EXPECT_EQ(opened.pack, sha256(as_bytes("pack")));
    EXPECT_EQ(opened.verifier.verifier_key(), signer.verifier().verifier_key());
  }
}

TEST(EvidenceStatement, HasTheFormThatItsDeclarationShows) {
  const Signer signer;
  const auto statement = signer.statement();
  EXPECT_EQ(as_text(statement.to_be_signed()),
            "log.example.test/evidence\ninkan-evidence/v1\n" + signer.verifier().verifier_key() + "\n42 " +
                to_base64(k_scope.tree.root.bytes()) +
                "\n2026-10-31T15:00:00Z 2026-11-30T15:00:00Z\n"
                // printf pack | sha256sum
                "4862f447f2c7f272fa2f4aaf89dadb3b1ac09105bd5864f8d1a0c9452bb0a226  "
                "42-20261031T150000Z-20261130T150000Z.tar\n");
}

TEST(EvidenceStatement, WithAnyCharacterChangedIsRefused) {
  const Signer signer(KeyAlgorithm::ed25519);
  const auto note = signer.note();
  for (std::size_t i = 0; i < note.size(); ++i) {
    auto changed = note;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(why_refused(changed), "") << i;
  }
}

TEST(EvidenceStatement, TrulySignedButOfAnotherFormIsRefused) {
  const Signer signer;
  const auto statement = signer.statement();
  const std::string good(as_text(statement.to_be_signed()));
  const auto changed = [&](const std::string& from, const std::string& to) {
    auto text = good;
    text.replace(text.find(from), from.size(), to);
    return signer.seal(as_bytes(text));
  };
  EXPECT_EQ(why_refused(changed("v1", "v1")), "");
  EXPECT_THAT(why_refused(changed("inkan-evidence/v1", "inkan-evidence/v2")),
              testing::HasSubstr("newer program"));
  EXPECT_THAT(why_refused(changed("42 ", "042 ")), testing::HasSubstr("fourth line"));
  EXPECT_THAT(why_refused(changed("2026-10-31T15:00:00Z", "2026-12-31T15:00:00Z")),
              testing::HasSubstr("fifth line"));
  EXPECT_THAT(why_refused(changed("2026-11-30T15:00:00Z\n", "2026-11-30\n")),
              testing::HasSubstr("fifth line"));
  EXPECT_THAT(why_refused(changed("4862f4", "4862f5")), testing::IsEmpty())
      << "another archive's, and that is judged elsewhere";
  EXPECT_THAT(why_refused(changed("4862f4", "4862F4")), testing::HasSubstr("last line"));
  EXPECT_THAT(why_refused(changed(".tar", ".zip")), testing::HasSubstr("last line"));
  EXPECT_THAT(why_refused(signer.seal(as_bytes(good + "more\n"))), testing::HasSubstr("last line"));
}

TEST(EvidenceStatement, OfAnotherKeyOrLogIsRefused) {
  const Signer signer, other;
  const auto statement = signer.statement();
  EXPECT_THAT(why_refused(other.seal(statement.to_be_signed())), testing::HasSubstr("did not sign it"));
  EXPECT_THROW(open_statement("other.example.test", signer.note()), Error);
}

TEST(EvidenceId, IsReadBackAndNothingElseIs) {
  const auto id = EvidenceId::parse(k_scope.id());
  ASSERT_TRUE(id);
  EXPECT_EQ(id->tree_size, 42u);
  EXPECT_EQ(id->from, k_scope.from);
  EXPECT_EQ(id->to, k_scope.to);
  for (const std::string text :
       {"", "42", "42-20261031T150000Z", "42-20261130T150000Z-20261031T150000Z",
        "042-20261031T150000Z-20261130T150000Z", "42-20261031T150000-20261130T150000Z",
        "42-20261331T150000Z-20261430T150000Z", "../42-20261031T150000Z-20261130T150000Z",
        "42-20261031T150000Z-20261130T150000Z/..", "-20261031T150000Z-20261130T150000Z"})
    EXPECT_FALSE(EvidenceId::parse(text)) << text;
}

}  // namespace
}  // namespace inkan::policy
