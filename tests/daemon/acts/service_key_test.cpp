// The key for OCSP that the set-up did not make: asked for by an act, used from the next start on.
#include <gmock/gmock.h>

#include "tests/support/act_bench.h"
#include "tests/support/relying_party.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::call_by;

class ServiceKeyTest : public testing::Test {
 protected:
  ServiceKeyTest() { bench_.open(); }
  void again() {
    bench_.close();
    bench_.open();
  }
  std::string refused(policy::ActParameters parameters) {
    const auto asked = bench_.officers().try_ask(ActKind::generate_key, std::move(parameters));
    const auto* const denial = policy::denied(asked);
    return denial ? denial->rule : "not refused";
  }
  api::CertificateRecord issue(const std::string& name) {
    const auto outcome =
        bench_.service().issue(call_by(tests::web_tier()), tests::ask_for(name), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record;
  }
  static std::string responder_in(const api::CertificateRecord& record) {
    const test::TemporaryFolder folder;
    return test::run({"openssl", "x509", "-inform", "DER", "-in",
                      folder.write("certificate", policy::BytesView(record.der)), "-noout", "-ocsp_uri"})
        .output;
  }

  tests::ActBench bench_;
};

TEST_F(ServiceKeyTest, AnswersForOlderCertificatesTooFromTheNextStartOn) {
  const auto older = issue("older01");
  EXPECT_THAT(responder_in(older), IsEmpty());
  EXPECT_EQ(
      bench_.officers().approve(ActKind::generate_key, {{"purpose", "ocsp"}, {"algorithm", "P-384"}}).work,
      "done");
  EXPECT_FALSE(bench_.core().ocsp) << "it was not there at the start";
  again();
  auto& core = bench_.core();
  ASSERT_TRUE(core.ocsp);
  core.ocsp->start(core.ocsp_sessions());
  core.ocsp->turn();
  const auto newer = issue("newer01");
  EXPECT_THAT(responder_in(newer), HasSubstr("http://pki.test.example/ocsp"));
  const test::RelyingParty party(core.authorities.find("root")->certificate,
                                 core.authorities.find("issuing")->certificate);
  for (const auto& record : {older, newer}) {
    const auto seen =
        party.read(core.ocsp->answer(party.ask({record.serial}), "192.0.2.1").der, record.serial);
    EXPECT_EQ(seen.status, "good");
    EXPECT_TRUE(seen.verified);
  }
  core.ocsp.reset();
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

TEST_F(ServiceKeyTest, IsRefusedForAnotherPurposeKindOrPlaceAndASecondTime) {
  EXPECT_EQ(refused({{"purpose", "ledger"}}), "key.purpose");
  EXPECT_EQ(refused({{"purpose", "ocsp"}, {"algorithm", "Ed25519"}}), "key.algorithm");
  EXPECT_EQ(refused({{"purpose", "ocsp"}, {"algorithm", "P-521"}}), "key.algorithm");
  EXPECT_EQ(refused({{"purpose", "ocsp"}, {"algorithm", "DSA"}}), "ca.algorithm");
  EXPECT_EQ(refused({{"purpose", "ocsp"}, {"token", "none"}}), "ca.token");
  EXPECT_EQ(refused({}), "approval.parameters");
  bench_.officers().approve(ActKind::generate_key, {{"purpose", "ocsp"}});
  EXPECT_EQ(refused({{"purpose", "ocsp"}}), "approval.nothing-to-do");
}

TEST_F(ServiceKeyTest, IsDestroyedWhereItMakesNoCanary) {
  // CKR_KEY_FUNCTION_NOT_PERMITTED: the key's fault, so that nothing else of the token is touched.
  bench_.shim().rules("fail C_SignInit 1 0x68 0");
  const auto before = bench_.standing();
  const auto done = bench_.officers().approve(ActKind::generate_key, {{"purpose", "ocsp"}});
  bench_.shim().rules("");
  EXPECT_EQ(done.work, "failed") << done.failure;
  EXPECT_EQ(bench_.standing(), before);
  again();
  EXPECT_FALSE(bench_.core().ocsp);
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

}  // namespace
}  // namespace inkan::daemon
