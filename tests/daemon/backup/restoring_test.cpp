// What a start makes of a store that was restored.
#include "daemon/backup/restoring.h"

#include <gmock/gmock.h>

#include "daemon/ledger/reconcile.h"
#include "policy/log/event_type.h"
#include "tests/support/backup_test.h"

namespace inkan::daemon {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RestoringTest : public BackupTest {};

TEST_F(RestoringTest, RestoresWhatWasJudgedIntoAnEmptyPlaceOnly) {
  back_up("good");
  close();
  const auto judged = judge("good", "good");
  ASSERT_TRUE(judged.judgements.good());
  EXPECT_THROW(restore(at("good"), judged, fixture_.config().state_dir), policy::Error);
  fs::copy(at("good"), at("swapped"), fs::copy_options::recursive);
  tests::write_text(at("swapped") / "ledger/checkpoint", "another");
  EXPECT_THROW(restore(at("swapped"), judged, at("swapped-state")), policy::Error);
  EXPECT_FALSE(fs::exists(at("swapped-state/inkan.db")));
}

TEST_F(RestoringTest, ARestoredStoreGoesOnBehindWhatMayHaveBeenPublished) {
  core_->writer->write([](Writing& w) {
    w.database().execute(
        "INSERT INTO organisations VALUES('o', 'O', 0); INSERT INTO users(id, user_id, organisation, kind, "
        "name, mail, password, own_password, created_at) VALUES('u', 'u', 'o', 'general', 'U', "
        "'u@u.example', '', 0, 0); INSERT INTO sessions VALUES(x'00', 'u', NULL, 9999999999)");
  });
  core_->checkpoints.publish();
  const auto made = back_up("good");
  const auto number = core_->store.crl_number("issuing");
  close();
  fs::remove_all(fixture_.config().state_dir);
  const auto judged = judge("good", "good");
  ASSERT_TRUE(judged.judgements.good());
  restore(at("good"), judged, fixture_.config().state_dir);
  open();
  EXPECT_GE(core_->store.crl_number("issuing"), number + 1000);
  core_->crls.publish_due();
  EXPECT_GT(core_->crls.newest("issuing")->number, number + 1000) << "the old one is published no more";
  nlohmann::json told;
  int times = 0;
  for (policy::LeafIndex i = 0; i < core_->store.size(); ++i) {
    const auto leaf = nlohmann::json::parse(*core_->store.leaf(i));
    if (leaf.at("type") != policy::name(policy::EventType::store_restore)) continue;
    told = leaf.at("detail");
    ++times;
  }
  EXPECT_EQ(times, 1);
  EXPECT_EQ(told.at("leaves"), judged.leaves);
  EXPECT_EQ(told.at("covered"), made.head.size);
  EXPECT_EQ(told.at("kept_root"), made.head.root.hex());
  EXPECT_EQ(told.at("lost"), 0);
  EXPECT_GE(told.at("crl_numbers").at("issuing"), number + 1000);
  core_->store.read([&](Database& database) {
    auto sessions = database.prepare("SELECT count(*) FROM sessions");
    EXPECT_TRUE(sessions.step() && sessions.integer(0) == 0);
    EXPECT_THAT(reconcile(database, "", core_->checkpoints_before(), [] { return true; }).books.differences(),
                IsEmpty());
  });
  // The next start has nothing to tell any more.
  const auto after = core_->store.crl_number("issuing");
  close();
  open();
  EXPECT_LT(core_->store.crl_number("issuing"), after + 1000);
}

}  // namespace
}  // namespace inkan::daemon
