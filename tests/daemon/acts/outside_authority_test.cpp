// An authority under a root outside, whose CA is the openssl command line: what is taken of what it makes,
// what is not, and whether the outside world verifies what comes of it.
#include <gmock/gmock.h>

#include "policy/log/event_type.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"
#include "tests/support/act_bench.h"
#include "tests/support/outside_root.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using policy::ActParameters;
using test::OutsideRoot;
using testing::IsEmpty;
using tests::ActBench;
using tests::ask_for;
using tests::call_by;
using tests::web_tier;

class OutsideAuthority : public testing::Test {
 protected:
  OutsideAuthority() {
    bench_.open();
    const auto asked =
        officers().approve(ActKind::request_authority,
                           {{"authority", "outer"}, {"common_name", "Outer"}, {"algorithm", "P-384"}});
    if (asked.work != "done") throw std::runtime_error(asked.failure);
  }
  tests::TwoOfficers& officers() { return bench_.officers(); }
  policy::Bytes request() { return bench_.service().ca_requests().at(0).request; }
  ActParameters with(const policy::Bytes& certificate, const policy::Bytes& chain) {
    return {{"authority", "outer"},
            {"certificate", policy::to_base64(certificate)},
            {"chain", policy::to_base64(chain)}};
  }
  std::string rule_against(const ActParameters& parameters) {
    const auto answer = officers().try_ask(ActKind::import_authority, parameters);
    const auto* const denial = policy::denied(answer);
    return denial ? denial->rule : "none";
  }
  std::string rule_against(const std::string& extensions, const std::vector<std::string>& more = {}) {
    return rule_against(with(root_.sign(request(), extensions, more), root_.certificate()));
  }
  std::string pem_file(const std::string& name, const std::vector<policy::Bytes>& certificates) {
    std::string text;
    for (const auto& each : certificates) text += policy::pem_encode("CERTIFICATE", each);
    return folder_.write(name, text);
  }

  test::TemporaryFolder folder_;
  ActBench bench_;
  const OutsideRoot root_;
};

TEST_F(OutsideAuthority, AsksWithARequestThatOpensslReads) {
  const auto file = folder_.write("request.der", policy::BytesView(request()));
  const auto seen =
      test::run({"openssl", "req", "-inform", "DER", "-in", file, "-noout", "-verify", "-text"});
  EXPECT_EQ(seen.status, 0) << seen.output;
  for (const auto* said : {"verify OK", "CN = Outer", "C = JP", "secp384r1", "CA:TRUE, pathlen:0",
                           "Certificate Sign, CRL Sign", "X509v3 Subject Key Identifier"})
    EXPECT_THAT(seen.output, testing::HasSubstr(said));
  EXPECT_THAT(bench_.faults(), IsEmpty());
  // It stays after a restart, and its key signs nothing else meanwhile.
  bench_.close();
  bench_.open();
  EXPECT_THAT(bench_.standing(), testing::Contains("key inkan/ca/outer pre-active"));
  EXPECT_EQ(bench_.core().authorities.find("outer"), nullptr);
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

TEST_F(OutsideAuthority, RefusesWhatDoesNotDo) {
  const std::string good = OutsideRoot::k_good;
  const auto without = [&](const std::string& line) {
    auto text = good;
    const auto at = text.find(line);
    return text.erase(at, text.find('\n', at) + 1 - at);
  };
  EXPECT_EQ(rule_against("basicConstraints=critical,CA:FALSE\n" + without("basicConstraints")),
            "ca.basic-constraints");
  EXPECT_EQ(rule_against(without("basicConstraints")), "ca.basic-constraints");
  EXPECT_EQ(rule_against("keyUsage=critical,keyCertSign\n" + without("keyUsage")), "ca.key-usage");
  EXPECT_EQ(rule_against("keyUsage=critical,cRLSign,digitalSignature\n" + without("keyUsage")),
            "ca.key-usage");
  EXPECT_EQ(rule_against(without("keyUsage")), "ca.key-usage");
  EXPECT_EQ(rule_against(without("subjectKeyIdentifier") + "subjectKeyIdentifier=none\n"),
            "ca.key-identifier");
  EXPECT_EQ(rule_against("keyUsage=keyCertSign,cRLSign\n" + without("keyUsage")), "lint.key-usage");
  EXPECT_EQ(rule_against("basicConstraints=CA:TRUE\n" + without("basicConstraints")), "ca.chain");
  EXPECT_EQ(rule_against(good, {"-subj", "/CN=Another"}), "ca.subject");
  EXPECT_EQ(rule_against(good, {"-md", "sha1"}), "ca.chain");
  // In ten years, when root and certificate have ended.
  const auto given = with(root_.sign(request()), root_.certificate());
  const auto asked = std::get<policy::CertificationRequest>(policy::CertificationRequest::parse(request()));
  const auto judge = [&](policy::Instant when) {
    const auto outside = std::get<policy::OutsideCertificate>(
        policy::OutsideCertificate::parse(given.at("certificate"), given.at("chain")));
    return bench_.core().policies.now().fault_in_outside(outside, asked.public_key(), asked.subject(),
                                                         "issuing-ca", when);
  };
  EXPECT_FALSE(judge(now()));
  EXPECT_EQ(judge(now() + std::chrono::days(3600)).value_or(policy::Denial{}).rule, "ca.chain");
  EXPECT_EQ(judge(now() - std::chrono::days(2)).value_or(policy::Denial{}).rule, "ca.chain");
}

TEST_F(OutsideAuthority, RefusesAChainThatDoesNotLeadToItsRoot) {
  const auto certificate = root_.sign(request());
  EXPECT_EQ(rule_against(with(certificate, certificate)), "ca.chain");
  EXPECT_EQ(rule_against(with(certificate, OutsideRoot().certificate())), "ca.chain") << "of the same name";
  EXPECT_EQ(rule_against(with({0x30, 0x00}, root_.certificate())), "ca.certificate");
  auto changed = certificate;
  changed.back() ^= 1;
  EXPECT_EQ(rule_against(with(changed, root_.certificate())), "ca.chain");
  auto two = certificate;
  two.insert(two.end(), certificate.begin(), certificate.end());
  EXPECT_EQ(rule_against(with(two, root_.certificate())), "ca.certificate");
  EXPECT_EQ(rule_against({{"authority", "outer"}, {"certificate", "!"}, {"chain", "AA=="}}),
            "ca.certificate");
  // Well formed as it is, it is more than a parameter may hold.
  const auto large = policy::to_base64(policy::Bytes(9000, 0));
  EXPECT_EQ(rule_against({{"authority", "outer"}, {"certificate", large}, {"chain", "AA=="}}),
            "ca.certificate");
  auto unasked = with(certificate, root_.certificate());
  unasked["authority"] = "elsewhere";
  EXPECT_EQ(rule_against(unasked), "ca.not-requested");
}

TEST_F(OutsideAuthority, RefusesAnotherKey) {
  const auto first = root_.sign(request());
  EXPECT_EQ(
      officers().approve(ActKind::destroy_key, {{"key", bench_.service().ca_requests().at(0).key_id}}).work,
      "done");
  EXPECT_THAT(bench_.standing(), testing::Not(testing::Contains(testing::HasSubstr("outer"))));
  EXPECT_THAT(bench_.faults(), IsEmpty());
  EXPECT_EQ(
      officers().approve(ActKind::request_authority, {{"authority", "outer"}, {"common_name", "Outer"}}).work,
      "done")
      << "given up, its name is free";
  EXPECT_EQ(rule_against(with(first, root_.certificate())), "ca.key");
}

TEST_F(OutsideAuthority, RefusesARootThatAllowsNoneBelow) {
  const OutsideRoot strict("pathlen:0");
  EXPECT_EQ(rule_against(with(strict.sign(request()), strict.certificate())), "ca.path-length");
}

TEST_F(OutsideAuthority, IssuesWhatOpensslVerifiesUpToTheOutsideRoot) {
  const auto imported = officers().approve(ActKind::import_authority, root_.answer("outer", request()));
  ASSERT_EQ(imported.work, "done") << imported.failure;
  EXPECT_THAT(imported.in_words, testing::HasSubstr("Outside Root"));
  EXPECT_EQ(officers().approve(ActKind::activate_authority, {{"authority", "outer"}}).failure, "");
  const auto issue = [&] {
    return std::get<api::IssuedCertificate>(
        bench_.service().issue(call_by(web_tier()), ask_for("alice01"), std::nullopt));
  };
  const auto verify = [&](const api::IssuedCertificate& issued) {
    const auto crl = folder_.write(
        "crl.der", policy::BytesView(*bench_.service().find_crl("outer", policy::k_full_crl)->der));
    EXPECT_EQ(test::run({"openssl", "crl", "-inform", "DER", "-in", crl, "-out", crl + ".pem"}).status, 0);
    return test::run({"openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-crl_check", "-CRLfile",
                      crl + ".pem", "-CAfile", root_.pem(), "-untrusted",
                      pem_file("chain", {issued.chain.begin() + 1, issued.chain.end()}),
                      pem_file("leaf", {issued.chain.front()})});
  };
  const auto issued = issue();
  EXPECT_EQ(issued.record.authority, "outer");
  EXPECT_EQ(issued.chain.size(), 2U) << "the root is for the verifier to have";
  EXPECT_EQ(verify(issued).status, 0) << verify(issued).output;
  EXPECT_THAT(bench_.faults(), IsEmpty());
  // The same after a restart; and it is no root that could be rolled over here.
  bench_.close();
  bench_.open();
  EXPECT_EQ(verify(issue()).status, 0) << verify(issue()).output;
  const auto rolled =
      officers().try_ask(ActKind::roll_over, {{"authority", "next"}, {"common_name", "Next"}});
  ASSERT_TRUE(policy::denied(rolled));
  EXPECT_EQ(policy::denied(rolled)->rule, "ca.outside");
  EXPECT_THAT(bench_.core().trust_anchors(), testing::Contains(issue().chain.at(1)));
}

// Certificates of the day begin at midnight: one that was made since cannot issue them, and must not be what
// issues.
TEST_F(OutsideAuthority, IsActivatedOnceItCoversTheDay) {
  const auto late = root_.sign(request(), OutsideRoot::k_good, {"-days", "1000"});
  ASSERT_EQ(officers().approve(ActKind::import_authority, with(late, root_.certificate())).work, "done");
  const auto activated = officers().try_ask(ActKind::activate_authority, {{"authority", "outer"}});
  ASSERT_TRUE(policy::denied(activated));
  EXPECT_EQ(policy::denied(activated)->rule, "ca.begins");
  EXPECT_THAT(bench_.faults(), IsEmpty());
}

// An intermediate outside, and an identifier of the key that is not of our making.
TEST_F(OutsideAuthority, ServesTheChainBetween) {
  const auto between = root_.between();
  const auto answer = between->answer("outer", request());
  ASSERT_EQ(officers().approve(ActKind::import_authority, answer).work, "done");
  officers().approve(ActKind::activate_authority, {{"authority", "outer"}});
  const auto issued = std::get<api::IssuedCertificate>(
      bench_.service().issue(call_by(web_tier()), ask_for("alice01"), std::nullopt));
  ASSERT_EQ(issued.chain.size(), 3U);
  const auto verdict = test::run({"openssl", "verify", "-x509_strict", "-CAfile", root_.pem(), "-untrusted",
                                  pem_file("chain", {issued.chain.begin() + 1, issued.chain.end()}),
                                  pem_file("leaf", {issued.chain.front()})});
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  const auto records = bench_.service().authorities();
  EXPECT_EQ(records.back().outside_issuers.size(), 2U);
  EXPECT_FALSE(records.back().issuer);
}

// What was imported in the store and not by its leaf is found.
TEST_F(OutsideAuthority, IsHeldAgainstTheLeafThatBroughtIt) {
  ASSERT_EQ(officers().approve(ActKind::import_authority, root_.answer("outer", request())).work, "done");
  EXPECT_THAT(bench_.faults(), IsEmpty());
  const auto other = root_.sign(policy::to_bytes(policy::as_bytes(tests::vector("openssl-p256.der"))));
  bench_.core().writer->write([&](Writing& w) {
    w.database()
        .prepare("UPDATE outside_issuers SET certificate = ? WHERE authority = 'outer'")
        .bind(other)
        .run();
  });
  EXPECT_THAT(bench_.faults(),
              testing::Contains(testing::HasSubstr("authority outer has another certificate")));
}

}  // namespace
}  // namespace inkan::daemon
