#include "daemon/mail/template.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::MailKind;

TEST(MailTemplate, StandsValuesInItsNames) {
  const auto mail = MailTemplate::parse(
      MailKind::locked, "Subject: {user_id} 様\n\n{name} 様、{until} まで\n{name}\n", "x.txt");
  const auto text = mail.fill({{"user_id", "taro001"}, {"name", "太郎 {until}"}, {"until", "明日"}});
  EXPECT_EQ(text.subject, "taro001 様");
  EXPECT_EQ(text.body, "太郎 {until} 様、明日 まで\n太郎 {until}\n") << "a value is no template";
}

TEST(MailTemplate, MayBeWrittenOnWindows) {
  const auto text =
      MailTemplate::parse(MailKind::locked, "\xef\xbb\xbfSubject: a\r\n\r\n{name}\r\nb", "x.txt")
          .fill({{"name", "太郎"}});
  EXPECT_EQ(text.subject, "a");
  EXPECT_EQ(text.body, "太郎\nb\n");
}

struct Fault {
  MailKind kind;
  std::string text;
  const char *where, *complaint;
};

TEST(MailTemplate, SaysWhatIsWrongWithAFile) {
  const std::string shift_jis = "Subject: x\n\n\x83\x8d\x83\x62\x83\x4e\n";
  for (const auto& [kind, text, where, complaint] : {
           Fault{MailKind::locked, "", ":1: ", "the first line"},
           Fault{MailKind::locked, "Betreff: x\n\ny\n", ":1: ", "the first line"},
           Fault{MailKind::locked, "Subject: \n\ny\n", ":1: ", "the first line"},
           Fault{MailKind::locked, "Subject: x\ny\n", ":2: ", "the second line"},
           Fault{MailKind::locked, "Subject: x\n\n", ":3: ", "must stand here"},
           Fault{MailKind::locked, "Subject: x\n\n\n{password}\n", ":4: ", "{password} is not known"},
           Fault{MailKind::locked, "Subject: {serials}\n\ny\n", ":1: ", "{serials} is not known"},
           Fault{MailKind::locked, "Subject: x\n\n{name\n}\n", ":3: ", "a { is not closed"},
           Fault{MailKind::locked, "Subject: x\n\ny\rz\n", ":3: ", "control character"},
           Fault{MailKind::locked, "Subject: x\ty\x01\n\nz\n", ":1: ", "control character"},
           Fault{MailKind::locked, shift_jis, ":3: ", "is not UTF-8"},
           // Of another kind.
           Fault{MailKind::locked, "Subject: x\n\n{code}\n", ":3: ",
                 "{code} is not known in this mail; these are: {name}, {organisation}, {until}, {user_id}"},
           Fault{MailKind::blocked, "Subject: x\n\n{until}\n", ":3: ", "{until} is not known"},
           Fault{MailKind::revoked, "Subject: x\n\n{not_after}\n", ":3: ", "{not_after} is not known"},
           Fault{MailKind::expired, "Subject: x\n\n{until}\n", ":3: ", "{until} is not known"},
           Fault{MailKind::code, "Subject: x\n\n{user_id}\n", ": ", "{code} is nowhere in it"},
       }) {
    try {
      MailTemplate::parse(kind, text, "mine/x.txt");
      ADD_FAILURE() << text;
    } catch (const policy::Error& error) {
      EXPECT_THAT(error.what(), testing::StartsWith(std::string("mine/x.txt") + where));
      EXPECT_THAT(error.what(), testing::HasSubstr(complaint));
    }
  }
}

TEST(MailTemplates, ThereIsOneOfEachKindThatAsksForNothing) {
  const auto all = load_templates({});
  for (int kind = 0; kind <= static_cast<int>(MailKind::code); ++kind) {
    ASSERT_TRUE(all.contains(MailKind(kind))) << name(MailKind(kind));
    const auto text = all.at(MailKind(kind)).fill({{"user_id", "taro001"}});
    EXPECT_THAT(text.subject, testing::HasSubstr("taro001"));
    EXPECT_THAT(text.body, testing::Not(testing::HasSubstr("http"))) << "no link (rule A21)";
    EXPECT_THAT(text.body, testing::HasSubstr("パスワードをお尋ねすることはありません"));
  }
}

class MailFolder : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void put(const std::string& file, const std::string& text) { std::ofstream(folder_ / file) << text; }
  static std::string fault_of(const std::filesystem::path& folder) {
    try {
      load_templates(folder);
    } catch (const policy::Error& error) {
      EXPECT_EQ(error.code(), policy::ErrorCode::config);
      return error.what();
    }
    return "";
  }
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("inkan-test-mails-" + std::to_string(::getpid()));
};

TEST_F(MailFolder, AnOperatorsOwnComeFirst) {
  put("locked.txt", "Subject: our own\n\n{user_id}\n");
  put(".locked.txt.swp", "of an editor");
  const auto all = load_templates(folder_);
  EXPECT_EQ(all.at(MailKind::locked).fill({}).subject, "our own");
  EXPECT_NE(all.at(MailKind::blocked).fill({}).subject, "our own");
}

TEST_F(MailFolder, IsThereAndHoldsNothingThatNobodySends) {
  EXPECT_EQ(fault_of(folder_), "") << "an empty one will do";
  EXPECT_THAT(fault_of(folder_ / "mispelt"), testing::HasSubstr("mispelt is not there"));
  put("locked.txt", "Subject: x\n\ny\n");
  EXPECT_THAT(fault_of(folder_ / "locked.txt"), testing::HasSubstr("locked.txt is no folder"));
  std::filesystem::remove(folder_ / "locked.txt");
  put("lock.txt", "Subject: x\n\ny\n");
  EXPECT_THAT(fault_of(folder_),
              testing::HasSubstr("lock.txt is no mail's text; these are: blocked.txt, code.txt"));
  std::filesystem::remove(folder_ / "lock.txt");
  put("locked.txt", "Subject: x\n\n{until\n");
  EXPECT_THAT(fault_of(folder_), testing::HasSubstr("locked.txt:3: a { is not closed"));
  std::filesystem::remove(folder_ / "locked.txt");
  std::filesystem::create_symlink("nowhere", folder_ / "locked.txt");
  EXPECT_THAT(fault_of(folder_), testing::HasSubstr("locked.txt cannot be read"));
}

}  // namespace
}  // namespace inkan::daemon
