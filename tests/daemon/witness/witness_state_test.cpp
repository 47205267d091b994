#include "daemon/witness/witness_state.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "daemon/atomic_file.h"
#include "daemon/witness/witness.h"
#include "policy/types/error.h"
#include "tests/support/outside.h"
#include "tests/support/witnessed_log.h"

namespace inkan::daemon::witness {
namespace {

using policy::Error;
using policy::WitnessRefusal;

constexpr const char* k_name = "witness.example.test/w1";

class WitnessStateTest : public testing::Test {
 protected:
  WitnessStateTest() : verifier_(WitnessKey::make(key(), k_name).verifier()) {}
  std::filesystem::path key() const { return folder_.path() / "key.pem"; }
  std::filesystem::path state() const { return folder_.path() / "state"; }
  std::filesystem::path log_folder() const {
    return state() / WitnessState::folder_name(log_.verifier().origin());
  }
  std::unique_ptr<Witness> open() const {
    return std::make_unique<Witness>(WitnessKey::load(key(), k_name), std::vector{log_.verifier()}, state());
  }
  // "cosigned", or the status of the refusal.
  std::string ask(Witness& witness, std::uint64_t old_size, std::uint64_t size, int fork = 0) const {
    const auto decided = witness.add_checkpoint(log_.submission(old_size, size, fork));
    if (const auto* refusal = std::get_if<WitnessRefusal>(&decided))
      return std::to_string(static_cast<int>(refusal->status));
    EXPECT_TRUE(verifier_.seen_at(log_.note(size, fork) + std::get<std::string>(decided)));
    return "cosigned";
  }
  std::string refused_start() const {
    try {
      open();
      return "accepted";
    } catch (const Error& error) {
      return error.what();
    }
  }

  test::TemporaryFolder folder_;
  test::SmallLog log_;
  policy::CosignatureVerifier verifier_;
};

TEST_F(WitnessStateTest, TheKeysFileIsForItsOwnerAloneAndNeverOverwritten) {
  struct stat status {};
  ASSERT_EQ(::stat(key().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_THROW(WitnessKey::make(key(), k_name), Error);
  EXPECT_EQ(WitnessKey::load(key(), k_name).verifier().verifier_key(), verifier_.verifier_key());
  const auto judged = test::run({"openssl", "pkey", "-in", key().string(), "-noout", "-text_pub"});
  EXPECT_THAT(judged.output, testing::HasSubstr("ED25519"));
  ASSERT_EQ(::chmod(key().c_str(), 0644), 0);
  EXPECT_THROW(WitnessKey::load(key(), k_name), Error);
  EXPECT_THROW(WitnessKey::make(folder_.path() / "other.pem", "a name"), Error);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "other.pem"));
}

TEST_F(WitnessStateTest, AFileThatHoldsNoKeyIsRefused) {
  for (const char* text : {"", "nothing", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    const auto file = folder_.write("bad.pem", std::string_view(text));
    ::chmod(file.c_str(), 0600);
    EXPECT_THROW(WitnessKey::load(file, k_name), Error) << text;
  }
  const auto ec = folder_.path() / "ec.pem";
  test::run({"openssl", "ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", ec.string()});
  ::chmod(ec.c_str(), 0600);
  EXPECT_THROW(WitnessKey::load(ec, k_name), Error);
}

TEST_F(WitnessStateTest, RemembersOverARestartWhatItCosigned) {
  EXPECT_EQ(ask(*open(), 0, 7), "cosigned");
  EXPECT_EQ(ask(*open(), 0, 9), "409");
  EXPECT_EQ(ask(*open(), 7, 9, 1), "422");
  EXPECT_EQ(ask(*open(), 7, 9), "cosigned");
  EXPECT_EQ(ask(*open(), 9, 9), "cosigned");
  EXPECT_EQ(ask(*open(), 9, 9, 1), "409");
  EXPECT_EQ(ask(*open(), 7, 7), "409");
}

TEST_F(WitnessStateTest, KeepsEveryCheckpointAsANoteThatBothSigned) {
  const auto witness = open();
  for (const auto& [old_size, size] : {std::pair{0, 3}, {3, 7}, {7, 200}})
    EXPECT_EQ(ask(*witness, static_cast<std::uint64_t>(old_size), static_cast<std::uint64_t>(size)),
              "cosigned");
  for (const std::uint64_t size : {3, 7, 200}) {
    const auto note = read_file(log_folder() / "history" / std::to_string(size));
    ASSERT_TRUE(note);
    EXPECT_EQ(log_.verifier().open(*note), log_.head(size));
    EXPECT_TRUE(verifier_.seen_at(*note));
  }
  EXPECT_EQ(read_file(log_folder() / "checkpoint"), read_file(log_folder() / "history" / "200"));
  EXPECT_THAT(newest_checkpoints(state()), testing::ElementsAre(*read_file(log_folder() / "checkpoint")));
}

// Nothing is kept of it: a stranger who repeats a public checkpoint must not fill the disk.
TEST_F(WitnessStateTest, TheSameCheckpointAgainIsAnsweredAndNotWritten) {
  const auto witness = open();
  EXPECT_EQ(ask(*witness, 0, 7), "cosigned");
  const auto kept = read_file(log_folder() / "checkpoint");
  EXPECT_EQ(ask(*witness, 7, 7), "cosigned");
  EXPECT_EQ(read_file(log_folder() / "checkpoint"), kept);
}

TEST_F(WitnessStateTest, ADamagedOrMissingOrOlderStateRefusesTheStartAndSaysTheMend) {
  {
    const auto witness = open();
    ask(*witness, 0, 7);
    ask(*witness, 7, 9);
  }
  const auto file = log_folder() / "checkpoint";
  const std::string good = *read_file(file);
  for (const std::string& bad : {std::string(), good.substr(0, good.size() / 2), std::string("x") + good,
                                 std::string(good).replace(good.find("\n9\n"), 3, "\n7\n")}) {
    write_file_durably(file, bad);
    EXPECT_THAT(refused_start(),
                testing::AllOf(testing::HasSubstr("is damaged"), testing::HasSubstr("history"),
                               testing::HasSubstr("Put back")));
    EXPECT_EQ(read_file(file), bad) << "nothing was changed";
  }
  std::filesystem::copy_file(log_folder() / "history" / "7", file,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(refused_start(), testing::HasSubstr("covers 7 leaves, but 9 were cosigned"));
  std::filesystem::remove(file);
  EXPECT_THAT(refused_start(), testing::HasSubstr("is missing, though"));
  // The mend as it was told.
  std::filesystem::copy_file(log_folder() / "history" / "9", file);
  EXPECT_EQ(ask(*open(), 9, 12), "cosigned");
}

TEST_F(WitnessStateTest, TheHistoryIsCompletedWhereThePowerWentBeforeIt) {
  ask(*open(), 0, 7);
  std::filesystem::remove(log_folder() / "history" / "7");
  open();
  EXPECT_EQ(read_file(log_folder() / "history" / "7"), read_file(log_folder() / "checkpoint"));
}

TEST_F(WitnessStateTest, TwoProcessesDoNotWorkOnOne) {
  const auto witness = open();
  EXPECT_THAT(refused_start(), testing::HasSubstr("another process"));
}

TEST_F(WitnessStateTest, WhatCannotBeKeptIsNotCosigned) {
  const auto witness = open();
  ask(*witness, 0, 7);
  std::filesystem::remove_all(state());
  EXPECT_THROW(witness->add_checkpoint(log_.submission(7, 9)), Error);
  EXPECT_EQ(witness->last(log_.verifier().origin()).size, 7U);
}

}  // namespace
}  // namespace inkan::daemon::witness
