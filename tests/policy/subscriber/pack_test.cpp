#include "policy/subscriber/pack.h"

#include <gtest/gtest.h>

#include "policy/profile/profile.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

const Pack& built_in(std::string_view name) {
  for (const auto& pack : Pack::built_in())
    if (pack.name == name) return pack;
  throw std::runtime_error("no pack " + std::string(name));
}

// The manual's numbers stand in the manual's pack: each is held against the rule here, not against the code.
TEST(Pack, R11_R13_R17_A16_RokinHasTheManualsNumbers) {
  const Pack& rokin = built_in("rokin");
  EXPECT_EQ(rokin.user_id.least, 6);
  EXPECT_EQ(rokin.user_id.most, 12);
  EXPECT_EQ(rokin.password.least, 6);
  EXPECT_EQ(rokin.password.most, 12);
  EXPECT_TRUE(rokin.user_id.letter && rokin.user_id.digit && rokin.password.letter && rokin.password.digit);
  EXPECT_EQ(rokin.user_id.symbols + rokin.password.symbols, "");
  EXPECT_EQ(rokin.lock.tries, 6);
  EXPECT_EQ(rokin.lock.lock, std::chrono::minutes(60));
  EXPECT_EQ(rokin.lock.locks, 3);
  EXPECT_EQ(rokin.ticket, std::chrono::minutes(10));
  EXPECT_EQ(rokin.mail.utc_offset, std::chrono::hours(9));
  EXPECT_EQ(rokin.mail.kinds, (std::set<MailKind>{MailKind::renewal_30d, MailKind::expired, MailKind::locked,
                                                  MailKind::blocked}));
}

TEST(Pack, R28_A06_A14_A23_RokinKeepsToTheLetterAndDefaultRevokes) {
  EXPECT_EQ(built_in("rokin").unconfirmed, Unconfirmed::seed);
  EXPECT_EQ(built_in("rokin").supersede, Supersede::keep);
  EXPECT_FALSE(built_in("rokin").require_current_certificate);
  EXPECT_EQ(built_in("default").unconfirmed, Unconfirmed::auto_revoke);
}

TEST(Pack, R15_R16_A15_RokinsRoleTable) {
  const Pack& rokin = built_in("rokin");
  const auto may = [&](SubscriberRole role) {
    std::set<SubscriberAct> acts;
    for (int act = 0; act <= static_cast<int>(SubscriberAct::history_read); ++act)
      if (rokin.may(role, SubscriberAct(act))) acts.insert(SubscriberAct(act));
    return acts;
  };
  using enum SubscriberAct;
  EXPECT_EQ(may(SubscriberRole::general_user), (std::set{enrol}));
  EXPECT_EQ(may(SubscriberRole::master_user), (std::set{enrol, general_manage, general_release}));
  EXPECT_EQ(may(SubscriberRole::bank_staff), (std::set{organisation_manage, master_manage, master_release,
                                                       certificates_revoke, history_read}));
}

TEST(Pack, R01_R03_ThePacksProfileHasTheManualsValidity) {
  for (const auto& pack : Pack::built_in()) {
    const ProfileSet profiles(ProfileSet::built_in());
    const auto* profile = profiles.find(pack.profile);
    ASSERT_TRUE(profile) << pack.name;
    EXPECT_EQ(profile->validity.days, 366);
    EXPECT_EQ(profile->validity.renewal_days, 30);
    EXPECT_EQ(profile->validity.utc_offset, pack.mail.utc_offset);
  }
}

struct Misspelt {
  const char *from, *to, *complaint;
};

TEST(Pack, SaysWhereItIsWrongAndWhatWouldBeRight) {
  const std::string good = built_in("rokin").document;
  for (const auto& [from, to, complaint] : {
           Misspelt{"tries = 6", "tries = 0", "`lock.tries` is 0; it must be a whole number from 1 to 100"},
           Misspelt{"tries = 6", "tires = 6", "`lock.tries` is missing"},
           Misspelt{"most = 12\nletter = true\ndigit = true\n\n[password]", "most = 65\n[password]",
                    "is above 64"},
           Misspelt{"most = 12", "most = 5", "`user_id.most` is 5"},
           Misspelt{"first = \"masters\"", "first = \"some\"", "known: everybody, masters, nobody"},
           Misspelt{"unconfirmed = \"seed\"", "unconfirmed = \"maybe\"", "known: auto_revoke, seed"},
           Misspelt{"\"general.release\"", "\"general.unlock\"",
                    "`roles.master-user` holds \"general.unlock\""},
           Misspelt{"\"expired\"", "\"expiry\"", "`mail.kinds` holds \"expiry\""},
           Misspelt{"C = \"JP\"", "CN = \"x\"", "set by the program"},
           Misspelt{"C = \"JP\"", "C = \"Japan\"", "cannot stand in a certificate"},
           Misspelt{"supersede = \"keep\"", "supersede = \"revoke_after\"",
                    "`certificate.supersede_days` is missing"},
           Misspelt{"supersede = \"keep\"", "supersede = \"keep\"\nsupersede_days = 14",
                    "unknown key `certificate.supersede_days`"},
           Misspelt{"hour = 9", "hour = 24", "`mail.hour` is 24"},
           Misspelt{"hour = 9", "hour = 9\nminute = 1", "unknown key `mail.minute`"},
       }) {
    std::string text = good;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, std::string(from).size(), to);
    try {
      Pack::parse(text, "mine.toml");
      ADD_FAILURE() << "taken: " << to;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::config);
      EXPECT_TRUE(std::string(error.what()).starts_with("mine.toml:")) << error.what();
      EXPECT_NE(std::string(error.what()).find(complaint), std::string::npos) << error.what();
    }
  }
}

}  // namespace
}  // namespace inkan::policy
