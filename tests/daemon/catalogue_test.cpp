// Every type of the catalogue, made to happen: each is written, with every field that it promises.
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "daemon/backup/backup_proving.h"
#include "daemon/daemon.h"
#include "policy/log/story/catalogue.h"
#include "tests/support/outside_root.h"
#include "tests/support/relying_party.h"
#include "tests/support/test_pki.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::EventType;
using tests::ask_for;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class CatalogueTest : public testing::Test {
 protected:
  void sql(const char* statement) {
    Database(fixture_.config().database(), Database::Mode::existing).execute(statement);
  }
  template <class Condition>
  static void until(Condition condition) {
    for (int i = 0; i < 200 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    EXPECT_TRUE(condition());
  }
  // Two officers, beside those that the set-up's plan named: one stops issuing, both start it again, and make
  // an authority that comes and goes.
  void dual_control(Core& core, Service& service) {
    tests::TwoOfficers officers(core, service);
    const auto approve = [&](policy::ActKind kind, policy::ActParameters parameters) {
      EXPECT_THAT(officers.approve(kind, std::move(parameters)).work, testing::AnyOf("", "done"));
    };
    service.stop_issuing(call_by(officers.one()), "a doubt");
    EXPECT_THROW(service.issue(call_by(web_tier()), ask_for("stopped"), std::nullopt), policy::Error);
    approve(policy::ActKind::start_issuing, {});
    EXPECT_FALSE(service.stopped_issuing());
    approve(policy::ActKind::create_authority,
            {{"authority", "spare"}, {"common_name", "Spare"}, {"issuer", "root"}});
    approve(policy::ActKind::activate_authority, {{"authority", "spare"}});
    approve(policy::ActKind::revoke_role, {{"identity", "web-1"}});
    approve(policy::ActKind::activate_authority, {{"authority", "issuing"}});
    approve(policy::ActKind::retire_authority, {{"authority", "spare"}});
    std::string next = policy::ProfileSet::built_in().front().document;
    next.replace(next.find("version = 1"), 11, "version = 2");
    approve(policy::ActKind::change_profile,
            {{"profile", policy::ProfileSet::built_in().front().name}, {"document", next}});
    approve(policy::ActKind::change_blocklist, {{"add", std::string(64, 'a')}});
    approve(policy::ActKind::destroy_key, {{"key", core.authorities.find("spare")->issuer.key.hex()}});
    approve(policy::ActKind::request_authority, {{"authority", "outer"}, {"common_name", "Outer"}});
    approve(policy::ActKind::import_authority,
            test::OutsideRoot().answer("outer", service.ca_requests().at(0).request));
  }
  static void ask_for_status(Core& core) {
    core.ocsp->start(1);
    core.ocsp->turn();
    const test::RelyingParty party(core.authorities.find("root")->certificate,
                                   core.authorities.find("issuing")->certificate);
    const auto serial = *policy::Serial::parse("0102");
    EXPECT_EQ(party.read(core.ocsp->answer(party.ask({serial}), "192.0.2.1").der, serial).status, "unknown");
    core.ocsp.reset();
  }
  // The token itself stands for its backup: what matters here is what is written.
  static void prove_a_backup(Core& core) {
    auto config = core.tokens.find("ledger")->config();
    config.name = "backup";
    const auto backup = pkcs11::Token::open(config, pkcs11::Pin::from_text("1234-user"));
    EXPECT_TRUE(prove_backup(core, "ledger", backup).proved());
    backup->close();
  }
  static constexpr const char* k_subscribers =
      "[subscribers]\npack = \"rokin\"\npassword_memory_kib = 64\npassword_passes = 1\n"
      "tries_per_id_per_second = 1000\n[mail]\nfolder = \"mail\"\nfrom = \"no-reply@test.example\"\n";
  // A user who is registered, enrols, confirms, has another one issued, declines, is locked, released,
  // blocked, changed and deleted.
  void life_of_a_user(SubscriberService& subscribers) {
    const std::string first = "himitsu1", own = "jibun2no";
    const auto web = call_by(web_tier()), bank_call = call_by(bank_staff());
    const api::Acting bank{bank_call, std::nullopt};
    const auto company =
        std::get<api::OrganisationRecord>(subscribers.register_organisation(bank, "Company")).id;
    const auto id =
        std::get<api::UserRecord>(subscribers.create_user(bank, {company, "taro001", policy::UserKind::master,
                                                                 "Taro", "taro@kaisha.example", first}))
            .id;
    const auto session = std::get<api::SessionRecord>(
        subscribers.log_in(web, {"taro001", first, "", "", {}}, api::LoginScreen::registration));
    subscribers.choose_password(web, {session.ticket, ""}, first, own);
    const auto enrol = [&] {
      const auto opened =
          std::get<api::EnrolmentRecord>(subscribers.open_enrolment(web, {"taro001", own, "", "", {}}));
      const auto csr = policy::CertificationRequest::parse(test::make_csr("x"));
      EXPECT_FALSE(policy::denied(subscribers.issue(web, opened.id, {opened.ticket, ""},
                                                    std::get<policy::CertificationRequest>(csr))));
      return opened;
    };
    const auto dropped =
        std::get<api::EnrolmentRecord>(subscribers.open_enrolment(web, {"taro001", own, "", "", {}}));
    subscribers.cancel(web, dropped.id, {dropped.ticket, ""});
    const auto one = enrol();
    subscribers.confirm(web, one.id, {one.ticket, ""}, {api::Confirmation::How::tls, {}});
    subscribers.revoke_certificates(bank, id, {"2026-1", policy::RevocationReason::superseded, {}});
    const auto two = enrol();
    subscribers.decline(web, two.id, {two.ticket, ""});
    const auto fail = [&](int times) {
      for (int i = 0; i < times; ++i) subscribers.open_enrolment(web, {"taro001", "chigau9", "", "", {}});
    };
    fail(6);
    subscribers.release_user(bank, id);
    sql("UPDATE users SET locks = 2");
    fail(6);
    subscribers.change_user(bank, id, {"Jiro", std::nullopt, std::nullopt});
    subscribers.outbox()->turn();
    subscribers.delete_user(bank, id);
  }
  // A run that is asked for everything, and whose token fails, hangs and lies; it ends without a last leaf.
  void troubled_run() {
    const auto core = fixture_.open();
    Service service(
        *core, [] {}, [] {});
    policy::InstantMicros clock = now_micros();
    Watch watch(*core->writer, core->tokens, core->authorities, core->checkpoint_signer,
                core->evidence_signer, core->ocsp_signer.get(), [&] { return clock; });
    clock += std::chrono::hours(1);
    watch.look();
    const auto outcome = service.issue(call_by(web_tier()), ask_for("alice01"), std::nullopt);
    const auto serial = std::get<api::IssuedCertificate>(outcome).record.serial;
    core->checkpoints.publish();
    core->checkpoints.add_cosignature(core->checkpoints.newest().head,
                                      "\xe2\x80\x94 witness.example AAAAAAA=\n");
    const api::RevokeRequest revoke{serial, policy::RevocationReason::superseded, std::nullopt};
    service.revoke(call_by(bank_staff()), {serial, policy::RevocationReason::certificate_hold, std::nullopt},
                   std::nullopt);
    service.release(call_by(bank_staff()), serial, std::nullopt);
    service.revoke(call_by(bank_staff()), revoke, std::nullopt);
    service.record_forbidden(call_by(bank_staff()), "issueCertificate");
    service.record_refused("192.0.2.1", "CN=someone", "unknown");
    service.refused().flush();
    dual_control(*core, service);
    prove_a_backup(*core);
    ask_for_status(*core);
    life_of_a_user(*service.subscriber_jobs());
    core->checkpoints.publish();
    service.order_evidence(call_by(bank_staff()), {now() - std::chrono::hours(1), now(), std::nullopt});
    core->evidence.make_ordered();
    EXPECT_TRUE(policy::denied(
        service.issue(call_by(web_tier()), ask_for("bob0001", "no-such-profile"), std::nullopt)));

    shim_.rules("hang C_Sign 1");
    EXPECT_THROW(
        service.issue(call_by(web_tier(), std::chrono::milliseconds(300)), ask_for("carol01"), std::nullopt),
        policy::Error);
    shim_.rules("");
    until([&] { return core->unfinished.size() > 0; });
    core->unfinished.settle();
    core->key_keeper.make_canaries();
    shim_.rules("fail C_SignInit 1 0x5 0");
    EXPECT_THROW(
        service.issue(call_by(web_tier(), std::chrono::seconds(2)), ask_for("dave001"), std::nullopt),
        policy::Error);
    watch.look();
    shim_.rules("");
    until([&] { return core->tokens.find("ca")->status().state == pkcs11::TokenState::ready; });
    watch.look();
    core->key_keeper.make_canaries();
    shim_.rules("fail C_Sign 1 0x0");  // "signed", but nothing was
    EXPECT_THROW(service.issue(call_by(web_tier()), ask_for("erin001"), std::nullopt), policy::Error);
    shim_.rules("");
    watch.look();
    core->tokens.close();
  }

  tests::Shim shim_;
  tests::AuthorityFixture fixture_;
};

TEST_F(CatalogueTest, EveryTypeIsWrittenWithWhatItPromises) {
  fixture_.plan_ocsp();
  tests::write_text(fixture_.folder() / "inkand.toml", fixture_.config_text() + k_subscribers);
  fixture_.set_up();
  troubled_run();
  sql("UPDATE meta SET value = '0.0.1' WHERE key = 'build'; INSERT INTO meta VALUES('restored', "
      "'{\"covered\":1,\"kept_root\":\"00\",\"kept_size\":1,\"leaves\":1,\"lost\":0,\"root\":\"00\"}')");
  tests::write_text(fixture_.folder() / "inkand.toml", fixture_.config_text() + "# another\n");
  Daemon(fixture_.config(), {}, {}).stop();
  sql("UPDATE keys SET attributes = replace(attributes, '\"CKA_EXTRACTABLE\":\"false\"', "
      "'\"CKA_EXTRACTABLE\":\"true\"') WHERE label = 'inkan/ca/issuing'");
  EXPECT_THROW(fixture_.open(), policy::Error);

  Store store(fixture_.config().database());
  std::set<std::string> seen;
  for (policy::LeafIndex i = 0; i < store.size(); ++i) {
    const auto leaf = nlohmann::json::parse(*store.leaf(i));
    seen.insert(leaf.at("type"));
    for (const auto type : policy::all_event_types()) {
      if (leaf.at("type") != policy::name(type)) continue;
      for (const auto& field : policy::known_type(type).detail)
        EXPECT_TRUE(!field.required ||
                    leaf.value("detail", nlohmann::json::object()).contains(std::string(field.name)))
            << field.name << " " << leaf;
    }
  }
  std::set<std::string> all;
  for (const auto type : policy::all_event_types()) all.insert(std::string(policy::name(type)));
  EXPECT_EQ(seen, all);
}

}  // namespace
}  // namespace inkan::daemon
