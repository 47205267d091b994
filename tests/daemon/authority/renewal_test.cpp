#include "policy/rules/renewal.h"

#include <gtest/gtest.h>

#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/outside.h"
#include "tests/support/two_officers.h"

namespace inkan::daemon {
namespace {

using policy::RevocationReason;
using tests::bank_staff;
using tests::call_by;
using tests::web_tier;

class RenewalTest : public tests::AuthorityTest {
 protected:
  api::CertificateRecord issue() {
    const auto outcome = service_->issue(call_by(web_tier()), tests::ask_for("alice01"), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record;
  }
  bool renew_now(const policy::Serial& serial) {
    return service_->renewal(*core_->store.find_certificate(serial, now())).info.now;
  }
  void revoke(const policy::Serial& serial, RevocationReason reason) {
    const auto outcome =
        service_->revoke(call_by(bank_staff()), {serial, reason, std::nullopt}, std::nullopt);
    ASSERT_FALSE(policy::denied(outcome));
  }
};

TEST_F(RenewalTest, IsInTheProfilesTimeUntilTheCertificateIsRevoked) {
  const auto record = issue();
  const auto renewal = service_->renewal(record);
  EXPECT_FALSE(renewal.info.now);
  EXPECT_EQ(renewal.info.start, record.renewal_from);
  EXPECT_LT(renewal.info.end, record.validity.not_after());
  revoke(record.serial, RevocationReason::certificate_hold);
  EXPECT_FALSE(renew_now(record.serial));
  revoke(record.serial, RevocationReason::superseded);
  EXPECT_TRUE(renew_now(record.serial));
}

TEST_F(RenewalTest, IsNowOnceTheKeyIsBlocked) {
  const auto record = issue();
  const auto key = policy::Certificate::parse(record.der).public_key().spki_hash();
  tests::TwoOfficers officers(*core_, *service_);
  officers.approve(policy::ActKind::change_blocklist, {{"add", key.hex()}});
  EXPECT_TRUE(renew_now(record.serial));
}

// RFC 9773 §4.1, from what the openssl command line reads in the certificate.
TEST_F(RenewalTest, NamesTheCertificateByWhatIsInIt) {
  const auto record = issue();
  const test::TemporaryFolder folder;
  const auto file = folder.write("alice.pem", policy::pem_encode("CERTIFICATE", record.der));
  const std::string read = R"py(
import base64, re, subprocess, sys
said = subprocess.run(["openssl", "x509", "-in", sys.argv[1], "-noout", "-serial", "-ext", "authorityKeyIdentifier"],
                      capture_output=True, text=True, check=True).stdout
serial = re.search("serial=([0-9A-F]+)", said).group(1)
key = re.search("([0-9A-F]{2}:){19}[0-9A-F]{2}", said).group(0).replace(":", "")
print(".".join(base64.urlsafe_b64encode(bytes.fromhex(each)).decode().rstrip("=") for each in (key, serial)), end="")
)py";
  const auto said = test::run({"python3", "-c", read, file});
  EXPECT_EQ(service_->renewal(record).certificate_id, said.output);
}

}  // namespace
}  // namespace inkan::daemon
