// An authority with subscribers, without HTTP: SoftHSM, the store, mails into a folder, and a clock that the
// tests set. It begins at rule A01's first vector: 2026-11-23 00:30 in Japan.
#pragma once

#include <gmock/gmock.h>

#include <optional>

#include "daemon/store/outbox_rows.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/simulated_clock.h"
#include "tests/support/test_pki.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::tests {

using policy::EnrolmentKind;
using policy::EnrolmentState;
using policy::UserState;
using test::utc;

inline policy::Instant japan(int year, unsigned month, unsigned day, int hour = 0, int minute = 0,
                             int second = 0) {
  return utc(year, month, day, hour, minute, second) - std::chrono::hours(9);
}

constexpr const char* k_password = "himitsu1";

class SubscriberTest : public testing::Test {
 protected:
  void SetUp() override {
    set_clock(japan(2026, 11, 23, 0, 30));
    std::ofstream(fixture_.folder() / "inkand.toml", std::ios::app)
        << "[subscribers]\npack = \"" + pack() + "\"\npassword_memory_kib = " + std::to_string(memory_kib()) +
               "\npassword_passes = 1\ntries_per_second = 100000\n"
               "tries_per_address_per_second = 100000\ntries_per_id_per_second = 100000\n"
               "[mail]\nfrom = \"no-reply@ca.test.example\"\n" +
               mail_server();
    fixture_.set_up();
    open();
    organisation_ =
        std::get<api::OrganisationRecord>(subs().register_organisation(bank(), "株式会社見本")).id;
  }
  void TearDown() override { close(); }
  virtual std::string pack() const { return "rokin"; }
  virtual int memory_kib() const { return 64; }  // what a password's hash costs
  virtual std::string mail_server() const { return "folder = \"mail\"\n"; }

  void open() {
    core_ = fixture_.open();
    service_ = std::make_unique<daemon::Service>(
        *core_, [] {}, [] {});
  }
  void close() {
    service_.reset();
    if (core_) core_->tokens.close();
    core_.reset();
  }
  void turn() {
    service_->subscriber_jobs()->turn();
    service_->subscriber_jobs()->outbox()->turn();
  }

  api::Subscribers& subs() { return *service_->subscribers(); }
  api::Call web() const { return call_by(web_tier()); }
  api::Acting bank() const { return {bank_call_, std::nullopt}; }
  api::Acting master(const api::Ticket& ticket) const { return {web_call_, ticket}; }

  // The first password is told by the bank, or by a master user.
  api::UserRecord add_user(const std::string& user_id, policy::UserKind kind = policy::UserKind::general,
                           const std::string& organisation = "") {
    if (kind == policy::UserKind::master)
      return std::get<api::UserRecord>(subs().create_user(bank(), new_user(user_id, kind, organisation)));
    return std::get<api::UserRecord>(
        subs().create_user(master(master_ticket()), new_user(user_id, kind, organisation)));
  }
  api::NewUser new_user(const std::string& user_id, policy::UserKind kind,
                        const std::string& organisation = "") const {
    return {organisation.empty() ? organisation_ : organisation,
            user_id,
            kind,
            "見本 太郎",
            user_id + "@kaisha.example",
            k_password};
  }

  // A session of the organisation's first master user, who has registered and has his certificate.
  api::Ticket master_ticket() {
    if (!master_) {
      add_user("master1", policy::UserKind::master);
      register_user("master1", "jibun2no");
      const auto issued = enrol("master1", "jibun2no");
      master_ = issued.certificate->record.der;
    }
    return log_in("master1", "jibun2no", *master_);
  }
  void register_user(const std::string& user_id, const std::string& chosen) {
    const auto session = std::get<api::SessionRecord>(
        subs().log_in(web(), {user_id, k_password, "", "", {}}, api::LoginScreen::registration));
    ASSERT_TRUE(std::holds_alternative<api::UserRecord>(
        subs().choose_password(web(), {session.ticket, ""}, k_password, chosen)));
  }
  api::Ticket log_in(const std::string& user_id, const std::string& password, const policy::Bytes& shown) {
    const auto session = subs().log_in(web(), {user_id, password, "", "", shown}, api::LoginScreen::login);
    if (const auto* denial = std::get_if<policy::Denial>(&session))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    return {std::get<api::SessionRecord>(session).ticket, ""};
  }

  // Screen ④: the rule that refuses, or the enrolment.
  api::Admitted<api::EnrolmentRecord> authenticate(const std::string& user_id,
                                                   const std::string& password = k_password,
                                                   std::optional<policy::Bytes> shown = {}) {
    return subs().open_enrolment(web(), {user_id, password, "", "", std::move(shown)});
  }
  std::string refusal(const std::string& user_id, const std::string& password = k_password) {
    return rule_in(authenticate(user_id, password));
  }
  api::EnrolmentRecord opened(const std::string& user_id, const std::string& password = k_password) {
    const auto answer = authenticate(user_id, password);
    if (const auto* denial = std::get_if<policy::Denial>(&answer))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    return std::get<api::EnrolmentRecord>(answer);
  }
  static policy::CertificationRequest request_by(const std::shared_ptr<EVP_PKEY>& key) {
    return std::get<policy::CertificationRequest>(
        policy::CertificationRequest::parse(test::make_csr("whatever", key)));
  }
  policy::OrDenial<api::EnrolmentRecord> issue(const api::EnrolmentRecord& enrolment,
                                               const std::shared_ptr<EVP_PKEY>& key) {
    return subs().issue(web(), enrolment.id, {enrolment.ticket, ""}, request_by(key));
  }
  // Screens ④ to ⑥; the ticket goes with the record.
  api::EnrolmentRecord enrol(const std::string& user_id, const std::string& password = k_password) {
    key_ = test::make_p256_key();
    const auto enrolment = opened(user_id, password);
    auto issued = issue(enrolment, key_);
    if (const auto* denial = policy::denied(issued))
      throw std::runtime_error(denial->rule + ": " + denial->detail);
    std::get<api::EnrolmentRecord>(issued).ticket = enrolment.ticket;
    return std::get<api::EnrolmentRecord>(issued);
  }
  EnrolmentState state(const api::EnrolmentRecord& enrolment) {
    const auto found = subs().find_enrolment(web(), enrolment.id, {enrolment.ticket, ""});
    return std::get<api::EnrolmentRecord>(found).state;
  }
  std::string status(const policy::Serial& serial) {
    return std::string(name(core_->store.find_certificate(serial, daemon::now())->status));
  }
  UserState user_state(const std::string& id) {
    return std::get<api::UserRecord>(subs().find_user(bank(), id)).state;
  }

  template <class... T>
  static std::string rule_in(const std::variant<T...>& outcome) {
    const auto* denial = std::get_if<policy::Denial>(&outcome);
    return denial ? denial->rule : "";
  }

  // Kinds of all mails so far, of one user, in their order.
  std::vector<std::string> mails_of(const std::string& id) {
    return core_->store.read([&](daemon::Database& database) {
      std::vector<std::string> kinds;
      auto rows = database.prepare("SELECT kind FROM outbox WHERE user = ? ORDER BY id");
      rows.bind(id);
      while (rows.step()) kinds.push_back(rows.text(0));
      return kinds;
    });
  }
  int leaves_of_type(const std::string& type) {
    int count = 0;
    for (const auto& entry : core_->store.leaves(0, 100'000))
      if (nlohmann::json::parse(entry.leaf).at("type") == type) ++count;
    return count;
  }

  AuthorityFixture fixture_;
  std::unique_ptr<daemon::Core> core_;
  std::unique_ptr<daemon::Service> service_;
  std::string organisation_;
  std::optional<policy::Bytes> master_;  // his certificate
  std::shared_ptr<EVP_PKEY> key_;        // of the newest enrolment
  const api::Call bank_call_ = call_by(bank_staff(), std::chrono::hours(1));
  const api::Call web_call_ = call_by(web_tier(), std::chrono::hours(1));
};

class OneUserTest : public SubscriberTest {
 protected:
  void SetUp() override {
    SubscriberTest::SetUp();
    user_ = add_user("taro001").id;
  }
  std::vector<api::CertificateRecord> revoke(
      policy::RevocationReason reason = policy::RevocationReason::superseded) {
    return std::get<std::vector<api::CertificateRecord>>(
        subs().revoke_certificates(bank(), user_, {"2026-0042", reason, {}}));
  }

  static test::TestCertificate foreign() {
    return test::make_certificate({.common_name = "taro001"}, nullptr);
  }

  std::string user_;
};

class DefaultPackTest : public SubscriberTest {
 protected:
  std::string pack() const override { return "default"; }
};

}  // namespace inkan::tests
