#include "daemon/mail/template.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

using policy::MailKind;

TEST(MailTemplate, StandsValuesInItsNames) {
  const auto mail =
      MailTemplate::parse("Subject: {user_id} 様\n\n{name} 様、{until} まで\n{name}\n", "x.txt");
  const auto text = mail.fill({{"user_id", "taro001"}, {"name", "太郎 {until}"}, {"until", "明日"}});
  EXPECT_EQ(text.subject, "taro001 様");
  EXPECT_EQ(text.body, "太郎 {until} 様、明日 まで\n太郎 {until}\n") << "a value is no template";
}

struct Fault {
  const char *text, *complaint;
};

TEST(MailTemplate, SaysWhatIsWrongWithAFile) {
  for (const auto& [text, complaint] : {
           Fault{"", "the first line"},
           Fault{"Betreff: x\n\ny\n", "the first line"},
           Fault{"Subject: x\ny\n", "the second line"},
           Fault{"Subject: x\n\n", "may be empty"},
           Fault{"Subject: \n\ny\n", "may be empty"},
           Fault{"Subject: x\n\n{password}\n", "{password} is not known"},
           Fault{"Subject: {serials}\n\ny\n", "{serials} is not known"},
           Fault{"Subject: x\n\ny\r\n", "line feed alone"},
       }) {
    try {
      MailTemplate::parse(text, "mine/locked.txt");
      ADD_FAILURE() << text;
    } catch (const policy::Error& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("mine/locked.txt: "));
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

TEST(MailTemplates, AnOperatorsOwnComeFirst) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("inkan-test-mails-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "locked.txt") << "Subject: our own\n\n{user_id}\n";
  const auto all = load_templates(folder);
  std::filesystem::remove_all(folder);
  EXPECT_EQ(all.at(MailKind::locked).fill({}).subject, "our own");
  EXPECT_NE(all.at(MailKind::blocked).fill({}).subject, "our own");
}

}  // namespace
}  // namespace inkan::daemon
