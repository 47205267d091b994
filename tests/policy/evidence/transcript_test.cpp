#include "policy/evidence/transcript.h"

#include <gmock/gmock.h>

#include "policy/evidence/statement.h"

namespace inkan::policy {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TranscriptContent content() {
  TranscriptContent content;
  content.tree.size = 61;
  content.name = "Founding";
  content.ceremony = "01939f4e-0000-7000-8000-000000000001";
  content.files = std::string(64, 'a') + "  plan.toml\n" + std::string(64, 'b') + "  inkand.toml\n";
  content.votes_needed = content.officers = 2;
  content.keys.push_back({"inkan/ca/root",
                          "ca",
                          "main",
                          "EC P-384",
                          KeyId({1}),
                          SpkiHash({2}),
                          {{"CKA_EXTRACTABLE", "false"}, {"CKA_SENSITIVE", "true"}}});
  content.steps.push_back({7, "2026-11-27T10:00:00.000000Z", "ca.issue", "system:setup", "authority root"});
  return content;
}

std::string text_of(const TranscriptContent& content) {
  return Transcript(content, KeyId({}), SignatureAlgorithm::ecdsa_sha256).text();
}

TEST(Transcript, TellsWhatWasDone) {
  const auto text = text_of(content());
  EXPECT_THAT(text, StartsWith("INKAN KEY CEREMONY TRANSCRIPT v1\n\nCEREMONY\n"));
  EXPECT_THAT(text, HasSubstr("  " + std::string(64, 'b') + "  inkand.toml\n"));
  // By sha256sum, of those two lines.
  EXPECT_THAT(text,
              HasSubstr("list          74f2d4d5a7e9807b9dfb5ff306a584ebe2ba3388548c2e13e1bb6a914fd08ddd\n"));
  EXPECT_THAT(text, HasSubstr("CKA_EXTRACTABLE false, CKA_SENSITIVE true\n"));
  EXPECT_THAT(text,
              HasSubstr("  2026-11-27T10:00:00.000000Z  7  ca.issue  authority root  by system:setup\n"));
  EXPECT_THAT(text, HasSubstr("size          61\n"));
  EXPECT_THAT(text, Not(HasSubstr("REHEARSAL")));
}

TEST(Transcript, OfARehearsalSaysSoFirst) {
  auto played = content();
  played.rehearsal = true;
  EXPECT_THAT(text_of(played), StartsWith("INKAN KEY CEREMONY TRANSCRIPT v1\nREHEARSAL: "));
}

// A name or a file's name cannot write a line of its own.
TEST(Transcript, KeepsEachThingInItsLine) {
  auto forged = content();
  forged.name = "x\nWHO APPROVED IT (9 votes)";
  forged.steps[0].about = "y\r\n  z";
  const auto text = text_of(forged);
  EXPECT_THAT(text, HasSubstr("x?WHO APPROVED IT (9 votes)\n"));
  EXPECT_THAT(text, HasSubstr("y??  z  by"));
}

// The evidence key signs both: neither may be taken for the other.
TEST(Transcript, IsNoStatementAboutAPack) {
  EXPECT_THROW(open_statement("log.example.test", text_of(content()) + "\n— x y\n"), std::exception);
}

}  // namespace
}  // namespace inkan::policy
