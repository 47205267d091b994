// Ten years of many users' lives: renewals, lapses, new computers, leavers, lost installs, and days on which
// the daemon is down. What the store, the outbox and the log say at the end is held against a reckoning of
// its own that knows whole days and a list of certificates, and nothing of the product.
#include <random>

#include "tests/subscribers/subscriber_fixture.h"
#include "tests/support/process.h"

namespace inkan::tests {
namespace {

using policy::RevocationReason;

constexpr int k_days = 3653;
const int k_users = test::k_sanitized ? 20 : 1000;
constexpr int k_valid = 366, k_window = 30;  // R01, R03

// The reckoning. Days are counted from the first one.
struct Certificate {
  int last_day;
  bool revoked = false;
  bool told_renewal = false, told_expired = false;
};
struct Person {
  std::vector<Certificate> certificates;
  bool deleted = false;
  int renewal_mails = 0, expired_mails = 0, issued = 0, refused = 0, revoked = 0;

  const Certificate* latest(int day) const {
    const Certificate* found = nullptr;
    for (const auto& each : certificates)
      if (!each.revoked && each.last_day >= day && (!found || each.last_day > found->last_day)) found = &each;
    return found;
  }
  bool may_enrol(int day) const {
    const auto* now = latest(day);
    return !now || day >= now->last_day - k_window;
  }
  // The first turn of each day that the daemon is up, before anybody acts on that day.
  void morning(int day) {
    for (auto& each : certificates) {
      const auto* newest = latest(day);
      const bool newer = newest && newest->last_day > each.last_day;
      if (!each.told_renewal && day >= each.last_day - k_window) {
        each.told_renewal = true;
        renewal_mails += day <= each.last_day && !deleted && !each.revoked && !newer;
      }
      if (!each.told_expired && day > each.last_day) {
        each.told_expired = true;
        expired_mails += !deleted && !each.revoked && !newer;
      }
    }
  }
};

class TenYearsTest : public SubscriberTest {
 protected:
  // The bank registers general users itself, and the CA lives long enough: neither is what this is about.
  void SetUp() override {
    std::string pack;
    for (const auto& each : policy::Pack::built_in())
      if (each.name == "rokin") pack = each.document;
    pack.replace(pack.find("bank-staff = ["), 14, "bank-staff = [\"general.manage\", ");
    write_text(fixture_.folder() / "years.toml", pack);
    for (const auto& each : policy::ProfileSet::built_in()) {
      if (each.name != "issuing-ca") continue;
      std::string profile = each.document;
      profile.replace(profile.find("days = 3653"), 11, "days = 6000");
      profile.replace(profile.find("issuing-ca"), 10, "long-ca");
      write_text(fixture_.folder() / "long-ca.toml", profile);
    }
    const auto config = fixture_.config().document;
    write_text(fixture_.folder() / "inkand.toml", "profiles = [\"long-ca.toml\"]\n" + config);
    std::string plan = fixture_.plan_text();
    plan.replace(plan.find("\"issuing-ca\""), 12, "\"long-ca\"");
    write_text(fixture_.folder() / "plan.toml", plan);
    SubscriberTest::SetUp();
  }
  std::string pack() const override { return "years.toml"; }

  int mails(const std::string& user, const std::string& kind) {
    return static_cast<int>(std::ranges::count(mails_of(user), kind));
  }
};

TEST_F(TenYearsTest, A03_A04_A07_EndAsAReckoningByHandSays) {
  std::mt19937 random(20261123);
  const auto chance = [&](int one_in) { return random() % static_cast<unsigned>(one_in) == 0; };
  std::vector<Person> people(static_cast<std::size_t>(k_users));
  std::vector<std::string> ids;
  const auto name_of = [](std::size_t i) { return "taro" + std::to_string(1000 + i); };
  for (std::size_t i = 0; i < people.size(); ++i)
    ids.push_back(
        std::get<api::UserRecord>(subs().create_user(bank(), new_user(name_of(i), policy::UserKind::general)))
            .id);
  const policy::Instant first_day = japan(2026, 11, 23);
  int down = 0;
  for (int day = 0; day < k_days; ++day) {
    if (down == 0 && chance(40)) down = 1 + static_cast<int>(random() % 50);
    if (down > 0 && --down >= 0) continue;
    set_clock(first_day + std::chrono::days(day) + std::chrono::hours(10));
    service_->subscriber_jobs()->turn();
    for (auto& each : people) each.morning(day);
    for (std::size_t i = 0; i < people.size(); ++i) {
      auto& person = people[i];
      if (person.deleted) continue;
      if (chance(4000)) {
        ASSERT_EQ(rule_in(subs().delete_user(bank(), ids[i])), "");
        person.deleted = true;
        continue;
      }
      if (chance(900)) {  // another computer
        const auto revoked = std::get<std::vector<api::CertificateRecord>>(
            subs().revoke_certificates(bank(), ids[i], {"2026-1", RevocationReason::superseded, {}}));
        int expected = 0;
        for (auto& each : person.certificates)
          if (!each.revoked && each.last_day >= day) {
            each.revoked = true;
            ++expected;
          }
        ASSERT_EQ(revoked.size(), static_cast<std::size_t>(expected));
        person.revoked += expected;
      }
      const bool may = person.may_enrol(day);
      if (!chance(may ? 25 : 400)) continue;
      if (!may) {
        ASSERT_EQ(refusal(name_of(i)), "enrol.already-issued") << name_of(i) << " on day " << day;
        ++person.refused;
        continue;
      }
      const auto issued = enrol(name_of(i));
      person.certificates.push_back({day + k_valid - 1});
      ++person.issued;
      if (chance(10)) continue;  // the install was lost
      subs().confirm(web(), issued.id, {issued.ticket, ""}, {api::Confirmation::How::tls, {}});
    }
  }
  int issued = 0, revoked = 0, refused = 0, all_mails = 0;
  for (std::size_t i = 0; i < people.size(); ++i) {
    const auto& person = people[i];
    EXPECT_EQ(mails(ids[i], "renewal-30d"), person.renewal_mails) << name_of(i);
    EXPECT_EQ(mails(ids[i], "expired"), person.expired_mails) << name_of(i);
    EXPECT_EQ(user_state(ids[i]) == UserState::deleted, person.deleted);
    issued += person.issued;
    revoked += person.revoked;
    refused += person.refused;
    all_mails += person.renewal_mails + person.expired_mails;
  }
  std::map<std::string, int> types;
  for (policy::LeafIndex i = 0; i < core_->store.size(); ++i)
    ++types[nlohmann::json::parse(*core_->store.leaf(i)).at("type")];
  EXPECT_EQ(types["enrol.request"], issued);
  EXPECT_EQ(types["cert.revoke"], revoked);
  EXPECT_EQ(types["request.denied"], refused);
  api::ListFilter filter = of_profile("client-auth");
  filter.limit = 1'000'000;
  EXPECT_EQ(core_->store.certificates(filter, 0, daemon::now()).size(), static_cast<std::size_t>(issued));
  EXPECT_GT(issued, 5 * k_users);
  EXPECT_GT(all_mails, 3 * k_users);
  RecordProperty("issued", issued);
}

}  // namespace
}  // namespace inkan::tests
