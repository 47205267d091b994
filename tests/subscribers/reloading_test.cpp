// A configuration that is changed while the daemon runs: followed whole, or not at all.
#include "daemon/reload/reloading.h"

#include <gmock/gmock.h>

#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ReloadingTest : public OneUserTest {
 protected:
  void SetUp() override {
    OneUserTest::SetUp();
    reloading_.emplace(*core_, *service_);
  }
  void TearDown() override {
    reloading_.reset();
    OneUserTest::TearDown();
  }

  // `text` goes where `old` stands; nothing there: at the end, where [mail] is.
  void edit(const std::string& old, const std::string& text) {
    auto document = fixture_.config().document;
    const auto at = old.empty() ? document.size() : document.find(old);
    if (at == std::string::npos) throw std::runtime_error("no " + old);
    write_text(fixture_.folder() / "inkand.toml", document.replace(at, old.size(), text));
  }
  std::string reload() { return daemon::in_words(reloading_->turn()); }
  std::string refused() {
    try {
      reloading_->turn();
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), policy::ErrorCode::config);
      return error.what();
    }
    return "";
  }
  std::chrono::seconds good_for() {  // the next CRL
    auto& issuing = *core_->authorities.find("issuing");
    core_->crls.publish(issuing);
    const auto crl = *core_->crls.newest("issuing");
    return std::chrono::duration_cast<std::chrono::seconds>(crl.next_update - crl.this_update);
  }
  bool takes_votes(const policy::Serial& serial) {
    return std::get<api::RevocationReport>(
               service_->preview_revocations(bank_call_, {policy::SerialList({serial})}))
        .needs_approval;
  }
  std::size_t mails_in(const std::string& folder) const {
    const auto path = fixture_.folder() / folder;
    return std::filesystem::exists(path)
               ? static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}))
               : 0;
  }
  void lock_user() {
    for (int i = 0; i < 6; ++i) refusal("taro001", "chigau9");
    turn();
  }

  std::optional<daemon::Reloading> reloading_;
};

TEST_F(ReloadingTest, IsFollowedByTheNextCrlCallMailAndTry) {
  EXPECT_EQ(good_for(), hours(168));
  const auto serial = enrol("taro001").certificate->record.serial;
  EXPECT_FALSE(takes_votes(serial));
  edit("tries_per_id_per_second = 100000", "tries_per_id_per_second = 1");
  edit("folder = \"mail\"", "folder = \"elsewhere\"");
  edit("", "[crl]\nnext_update_hours = 48\n[revocation]\nalone = 0\n");
  EXPECT_EQ(reload(),
            "crl.next_update_hours: (not set) -> 48; mail.folder: 'mail' -> 'elsewhere'; revocation.alone: "
            "(not set) "
            "-> 0; subscribers.tries_per_id_per_second: 100000 -> 1");
  EXPECT_EQ(good_for(), hours(48));
  EXPECT_TRUE(takes_votes(serial));
  const auto is_limited = [&] {
    return std::holds_alternative<api::TooOften>(authenticate("taro001", "chigau9"));
  };
  bool limited = false;
  for (int i = 0; i < 3; ++i) limited = is_limited() || limited;
  EXPECT_TRUE(limited);
  edit("tries_per_id_per_second = 1", "tries_per_id_per_second = 100000");
  reload();
  lock_user();
  EXPECT_EQ(mails_in("elsewhere"), 1u);
  EXPECT_EQ(mails_in("mail"), 0u);
}

TEST_F(ReloadingTest, TakesUpTheTextsOfMailsThatTheFileNamesAlready) {
  std::filesystem::create_directory(fixture_.folder() / "texts");
  edit("", "templates = \"texts\"\n");
  reload();
  write_text(fixture_.folder() / "texts" / "locked.txt", "Subject: Another text\n\n{name}\n");
  EXPECT_EQ(reload(), "mail.templates, their texts: in force -> others");
  EXPECT_EQ(reload(), "none");
  lock_user();
  std::string mail;
  for (const auto& each : std::filesystem::directory_iterator(fixture_.folder() / "mail")) {
    std::ifstream in(each.path());
    mail.assign(std::istreambuf_iterator<char>(in), {});
  }
  EXPECT_THAT(mail, HasSubstr("QW5vdGhlciB0ZXh0")) << "Another text, as RFC 2047 has it";
  write_text(fixture_.folder() / "texts" / "locked.txt", "Subject: {no such thing}\n\nx\n");
  edit("", "[crl]\nnext_update_hours = 48\n");
  EXPECT_THAT(refused(), HasSubstr("locked.txt"));
  EXPECT_EQ(good_for(), hours(168)) << "the CRL's part was taken over though the mails' was wrong";
}

TEST_F(ReloadingTest, IsRefusedWholeIfAnyOfItTakesAStart) {
  edit("node = \"test\"", "node = \"other\"");
  edit("password_passes = 1", "password_passes = 2");
  edit("", "[approval]\nvotes = 3\n[crl]\nnext_update_hours = 48\nshards = 2\n");
  EXPECT_THAT(
      refused(),
      AllOf(HasSubstr(
                "approval.votes, crl.shards, node, subscribers.password_passes can change at a start only"),
            HasSubstr("restart inkand"), Not(HasSubstr("next_update_hours"))));
  EXPECT_EQ(good_for(), hours(168));
  EXPECT_EQ(leaves_of_type("config.change"), 1) << "the pack's, of the first start";
}

TEST_F(ReloadingTest, IsRefusedForAFileThatIsWrongWithItsPlace) {
  edit("", "[crl]\nnext_update_hours = \"48\"\n");
  EXPECT_THAT(refused(), AllOf(HasSubstr("inkand.toml:"), HasSubstr("crl.next_update_hours")));
  write_text(fixture_.folder() / "inkand.toml", "not toml");
  EXPECT_NE(refused(), "");
  std::filesystem::remove(fixture_.folder() / "inkand.toml");
  EXPECT_THAT(refused(), HasSubstr("cannot be read"));
  EXPECT_EQ(good_for(), hours(168));
}

TEST_F(ReloadingTest, RefusesFilesThatMailsWouldWant) {
  edit("folder = \"mail\"", "server = \"localhost:25\"\nca = \"none.pem\"");
  EXPECT_THAT(refused(), AllOf(HasSubstr("[mail] ca"), HasSubstr("none.pem cannot be read")));
  edit("ca = \"none.pem\"", "user = \"inkan\"\npassword_file = \"none\"");
  EXPECT_THAT(refused(), HasSubstr("[mail] password_file"));
}

// The CRL of before lasts seven days; the next by the new schedule would come after ten.
TEST_F(ReloadingTest, LetsNoCrlExpireThatWasMadeByAShorterSchedule) {
  const auto made = core_->crls.newest("issuing")->number;
  edit("", "[crl]\nnext_update_hours = 720\nrefresh_hours = 240\n");
  reload();
  set_clock(daemon::now() + hours(168) - hours(1));
  core_->crls.publish_due();
  EXPECT_GT(core_->crls.newest("issuing")->number, made);
  const auto crl = *core_->crls.newest("issuing");
  EXPECT_EQ(crl.next_update - crl.this_update, hours(720));
  set_clock(daemon::now() + hours(239));
  core_->crls.publish_due();
  EXPECT_EQ(core_->crls.newest("issuing")->number, crl.number) << "the new one keeps its own schedule";
}

TEST_F(ReloadingTest, StandsInTheLogOnceWithBothTexts) {
  const auto before = fixture_.config().sha256;
  edit("", "[crl]\nnext_update_hours = 48\n");
  reload();
  reload();
  nlohmann::json last;
  for (const auto& entry : core_->store.leaves(0, 100'000))
    if (auto leaf = nlohmann::json::parse(entry.leaf); leaf.at("type") == "config.change") last = leaf;
  EXPECT_EQ(last.at("detail"),
            (nlohmann::json{{"key", "file"}, {"old", before}, {"new", fixture_.config().sha256}}));
  EXPECT_EQ(last.at("actor").at("id"), "system:reload");
  EXPECT_EQ(leaves_of_type("config.change"), 2);
  for (const auto& sha256 : {before, fixture_.config().sha256})
    EXPECT_TRUE(core_->store.config_document(*policy::Sha256::from_hex(sha256)));
  reloading_.reset();
  close();
  open();
  EXPECT_EQ(leaves_of_type("config.change"), 2) << "a start with what is in force already";
  EXPECT_EQ(good_for(), hours(48));
  reloading_.emplace(*core_, *service_);
}

}  // namespace
}  // namespace inkan::tests
