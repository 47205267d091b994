#include "policy/log/witness.h"

#include <gmock/gmock.h>

#include "policy/types/error.h"
#include "tests/support/witnessed_log.h"

namespace inkan::policy {
namespace {

using Status = WitnessRefusal::Status;
using test::SmallLog;

std::string form_refusal(const std::string& body) {
  try {
    AddCheckpoint::parse(body);
    return "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_input);
    return error.what();
  }
}

TEST(AddCheckpointBody, IsReadAsItIsWritten) {
  const SmallLog log;
  for (const auto& [old_size, size] : {std::pair{0, 1}, {0, 9}, {3, 9}, {8, 9}, {9, 9}}) {
    const auto request =
        log.submission(static_cast<std::uint64_t>(old_size), static_cast<std::uint64_t>(size));
    const auto again = AddCheckpoint::parse(request.text());
    EXPECT_EQ(again.text(), request.text());
    EXPECT_EQ(again.old_size, request.old_size);
    EXPECT_EQ(again.proof, request.proof);
    EXPECT_EQ(again.checkpoint, request.checkpoint);
  }
}

// C2SP tlog-witness's own example, up to the checkpoint.
TEST(AddCheckpointBody, OfTheSpecificationIsRead) {
  const auto request = AddCheckpoint::parse(
      "old 20852014\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
      "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n\nexample.com/behind-the-sofa\n");
  EXPECT_EQ(request.old_size, 20852014U);
  ASSERT_EQ(request.proof.size(), 2U);
  EXPECT_EQ(to_base64(request.proof[1].bytes()), "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=");
  EXPECT_EQ(request.checkpoint, "example.com/behind-the-sofa\n");
}

TEST(AddCheckpointBody, OfAnotherFormIsRefusedByLine) {
  const std::string hash = to_base64(empty_root().bytes()) + "\n";
  struct {
    const char* name;
    std::string body;
    const char* says;
  } const cases[] = {
      {"empty", "", "line 1"},
      {"no feed", "old 1", "line 1"},
      {"no old", "olc 1\n\n", "line 1"},
      {"no number", "old \n\n", "line 1"},
      {"padded", "old 01\n\n", "line 1"},
      {"negative", "old -1\n\n", "line 1"},
      {"signed", "old +1\n\n", "line 1"},
      {"spaces", "old  1\n\n", "line 1"},
      {"carriage return", "old 1\r\n\n", "line 1"},
      {"beyond 64 bits", "old 18446744073709551616\n\n", "line 1"},
      {"no blank line", "old 1\n" + hash, "line 3"},
      {"short hash", "old 1\nAAAA\n\n", "line 2"},
      {"no base64", "old 1\n!\n\n", "line 2"},
  };
  for (const auto& each : cases)
    EXPECT_THAT(form_refusal(each.body), testing::HasSubstr(each.says)) << each.name;
  std::string most = "old 1\n";
  for (int i = 0; i < 63; ++i) most += hash;
  EXPECT_EQ(form_refusal(most + "\nnote"), "accepted");
  EXPECT_THAT(form_refusal(most + hash + "\nnote"), testing::HasSubstr("more than 63"));
}

// What the witness says to a request, of a log that it last cosigned at `last`.
std::string judged(const AddCheckpoint& request, const std::vector<NoteVerifier>& logs,
                   const TreeHead& last) {
  const auto opened = open_submission(request, logs);
  const auto* refused = std::get_if<WitnessRefusal>(&opened);
  std::optional<WitnessRefusal> later;
  if (!refused) later = refusal_of(request, std::get<SubmittedCheckpoint>(opened).head, last);
  if (later) refused = &*later;
  if (!refused) return "cosign";
  return std::to_string(static_cast<int>(refused->status)) +
         (refused->last_size ? " " + std::to_string(*refused->last_size) : "");
}

TEST(Witness, AnswersEachRequestAsItsSpecificationSays) {
  const SmallLog log, other("other.example.test"), forged;
  const std::vector<NoteVerifier> logs{log.verifier()};
  const TreeHead never{0, empty_root()};
  auto no_proof = log.submission(7, 9);
  no_proof.proof.clear();
  auto too_much = log.submission(0, 9);
  too_much.proof.push_back(empty_root());
  AddCheckpoint garbage{0, {}, "garbage"}, beyond = log.submission(9, 9);
  beyond.old_size = 10;
  AddCheckpoint empty_with_root{0, {}, log.seal({0, log.head(1).root})};
  struct {
    const char* name;
    AddCheckpoint request;
    TreeHead last;
    const char* answer;
  } const cases[] = {
      {"the first", log.submission(0, 9), never, "cosign"},
      {"grown", log.submission(7, 9), log.head(7), "cosign"},
      {"grown from a power of two", log.submission(8, 9), log.head(8), "cosign"},
      {"the same again", log.submission(9, 9), log.head(9), "cosign"},
      {"the empty log", log.submission(0, 0), never, "cosign"},
      {"no note", garbage, never, "400"},
      {"old beyond the checkpoint", beyond, log.head(9), "400"},
      {"another log", other.submission(0, 9), never, "404"},
      {"another key", forged.submission(0, 9), never, "403"},
      {"old too small", log.submission(3, 9), log.head(7), "409 7"},
      {"old too large", log.submission(7, 9), log.head(3), "409 3"},
      {"old of a log never seen", log.submission(7, 9), never, "409 0"},
      {"rolled back", log.submission(7, 7), log.head(9), "409 9"},
      {"another root", log.submission(9, 9, 1), log.head(9), "409"},
      {"an empty log with a root", empty_with_root, never, "409"},
      {"forked and grown", log.submission(7, 9, 1), log.head(7), "422"},
      {"no proof", no_proof, log.head(7), "422"},
      {"a proof where none is due", too_much, never, "422"},
  };
  for (const auto& each : cases) EXPECT_EQ(judged(each.request, logs, each.last), each.answer) << each.name;
}

// Whoever submits may add lines; only the log's own is kept.
TEST(Witness, KeepsTheLogsOwnSignatureAndNoOther) {
  const SmallLog log;
  const test::SmallWitness stranger;
  const AddCheckpoint request{0, {}, log.note(9) + stranger.cosign(log.note(9))};
  const auto opened = open_submission(request, {log.verifier()});
  EXPECT_EQ(std::get<SubmittedCheckpoint>(opened).note, log.note(9));
}

TEST(Witness, TakesEitherKeyOfALogWhoseKeyWasReplaced) {
  const SmallLog before, after, ecdsa("log.example.test", KeyAlgorithm::ec_p256);
  const std::vector<NoteVerifier> logs{before.verifier(), after.verifier(), ecdsa.verifier()};
  for (const auto* log : {&before, &after, &ecdsa})
    EXPECT_EQ(judged(log->submission(7, 9), logs, log->head(7)), "cosign");
}

}  // namespace
}  // namespace inkan::policy
