// What an officer's key makes, judged by the openssl command line.
#include "daemon/ceremony/officer_key.h"

#include <gmock/gmock.h>

#include "policy/dual_control/ballot.h"
#include "policy/types/error.h"
#include "policy/x509/certification_request.h"
#include "tests/support/outside.h"

namespace inkan::daemon {
namespace {

using testing::HasSubstr;

policy::Ballot ballot_of(const OfficerKey& key) {
  return {"01939f4e-0000-7000-8000-000000000001",
          "00",
          policy::sha256(policy::as_bytes("plan")),
          true,
          key.spki_hash(),
          policy::Instant(std::chrono::seconds(1'800'000'000)),
          "log.example.test"};
}

TEST(OfficerKey, SignsAsTheOpensslCommandLineDoes) {
  const test::TemporaryFolder folder;
  const auto file = (folder.path() / "key").string();
  for (const std::vector<std::string>& kind :
       {std::vector<std::string>{"EC", "-pkeyopt", "ec_paramgen_curve:P-384"}, {"RSA"}}) {
    std::vector<std::string> make{"openssl", "genpkey", "-out", file, "-algorithm"};
    make.insert(make.end(), kind.begin(), kind.end());
    ASSERT_EQ(test::run(make).status, 0);
    const auto key = OfficerKey::from_file(file);
    const auto spki =
        test::run({"sh", "-c", "openssl pkey -in " + file + " -pubout -outform DER | sha256sum"});
    EXPECT_THAT(spki.output, HasSubstr(key.spki_hash().hex()));
    const auto ballot = ballot_of(key);
    const auto vote = key.sign(ballot.document());
    EXPECT_EQ(policy::fault_in_vote(ballot, vote), std::nullopt);
    EXPECT_EQ(policy::key_in_vote(vote), key.spki_hash());
    const auto judged = test::run(
        {"openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", folder.write("vote", vote),
         "-content", folder.write("document", ballot.document()), "-noverify", "-out", "/dev/null"});
    EXPECT_EQ(judged.status, 0) << judged.output;
  }
}

TEST(OfficerKey, AsksForACertificate) {
  const auto key = OfficerKey::throw_away();
  const auto pem = key.request("officer-1");
  const test::TemporaryFolder folder;
  const auto judged =
      test::run({"openssl", "req", "-verify", "-noout", "-subject", "-in", folder.write("request", pem)});
  EXPECT_EQ(judged.status, 0) << judged.output;
  EXPECT_THAT(judged.output, HasSubstr("CN = officer-1"));
  const auto request = policy::CertificationRequest::parse_text(pem);
  ASSERT_FALSE(policy::denied(request));
  EXPECT_EQ(std::get<policy::CertificationRequest>(request).public_key().spki_hash(), key.spki_hash());
}

TEST(OfficerKey, IsRefusedWhereThereIsNone) {
  const test::TemporaryFolder folder;
  EXPECT_THROW(OfficerKey::from_file(folder.path() / "nowhere"), policy::Error);
  EXPECT_THROW(OfficerKey::from_file(folder.write("junk", "no key")), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon
