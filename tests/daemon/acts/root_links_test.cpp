// A root that takes over from another, and the two link certificates of RFC 4210 §4.4, judged by OpenSSL with
// each root as its only anchor.
#include <gmock/gmock.h>

#include <thread>

#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"
#include "tests/support/act_bench.h"

namespace inkan::daemon {
namespace {

using policy::ActKind;
using policy::ActParameters;
using Link = api::Authority::Link;
using tests::ActBench;

const ActParameters k_linked = {{"authority", "root-2"}, {"common_name", "Test Root 2"}, {"links", "root"}};

class RootLinks : public testing::Test {
 protected:
  RootLinks() { bench_.open(); }
  tests::TwoOfficers& officers() { return bench_.officers(); }
  std::string pem_file(const std::string& name, const std::vector<policy::Bytes>& certificates) {
    std::string text;
    for (const auto& each : certificates) text += policy::pem_encode("CERTIFICATE", each);
    return folder_.write(name, text);
  }
  policy::Bytes certificate(const std::string& authority) {
    return bench_.core().authorities.find(authority)->certificate;
  }
  // With `anchor` alone trusted.
  test::Verdict verify(const std::string& target, const std::string& anchor,
                       const std::vector<policy::Bytes>& between) {
    std::vector<std::string> command = {"openssl", "verify", "-x509_strict", "-CAfile",
                                        pem_file("anchor", {certificate(anchor)})};
    if (!between.empty()) command.insert(command.end(), {"-untrusted", pem_file("between", between)});
    command.push_back(pem_file("target", {certificate(target)}));
    return test::run(command);
  }
  policy::Bytes link(Link which) { return bench_.service().find_link("root-2", which).value(); }

  test::TemporaryFolder folder_;
  ActBench bench_;
};

TEST_F(RootLinks, LetEachRootVerifyWhatIsUnderTheOther) {
  const auto made = officers().approve(ActKind::create_authority, k_linked);
  ASSERT_EQ(made.work, "done") << made.failure;
  EXPECT_THAT(made.in_words, testing::HasSubstr("RFC 4210"));
  ASSERT_EQ(officers()
                .approve(ActKind::create_authority,
                         {{"authority", "issuing-2"}, {"common_name", "Issuing 2"}, {"issuer", "root-2"}})
                .work,
            "done");
  EXPECT_EQ(verify("issuing", "root-2", {link(Link::old_with_new)}).status, 0)
      << verify("issuing", "root-2", {link(Link::old_with_new)}).output;
  EXPECT_EQ(verify("issuing-2", "root", {link(Link::new_with_old)}).status, 0)
      << verify("issuing-2", "root", {link(Link::new_with_old)}).output;
  EXPECT_NE(verify("issuing", "root-2", {}).status, 0);
  EXPECT_NE(verify("issuing-2", "root", {link(Link::old_with_new)}).status, 0)
      << "the other link does not help";
  // Each is what RFC 4210 calls it, and outlives neither root.
  const auto old = policy::Certificate::parse(certificate("root")),
             fresh = policy::Certificate::parse(certificate("root-2"));
  const auto old_with_new = policy::Certificate::parse(link(Link::old_with_new)),
             new_with_old = policy::Certificate::parse(link(Link::new_with_old));
  EXPECT_TRUE(old_with_new.public_key() == old.public_key() && old_with_new.subject() == old.subject());
  EXPECT_TRUE(new_with_old.public_key() == fresh.public_key() && new_with_old.subject() == fresh.subject());
  for (const auto* each : {&old_with_new, &new_with_old}) {
    EXPECT_LE(each->validity().not_after(), old.validity().not_after());
    EXPECT_LE(each->validity().not_after(), fresh.validity().not_after());
  }
  EXPECT_FALSE(bench_.service().find_link("root", Link::old_with_new));
  EXPECT_FALSE(bench_.service().find_link("root", Link::new_with_old));
  EXPECT_THAT(bench_.faults(), testing::IsEmpty());
}

TEST_F(RootLinks, AreForRootsAlone) {
  const auto rule = [&](ActParameters parameters) {
    const auto answer = officers().try_ask(ActKind::create_authority, std::move(parameters));
    return policy::denied(answer) ? policy::denied(answer)->rule : "none";
  };
  auto wanted = k_linked;
  wanted["links"] = "issuing";
  EXPECT_EQ(rule(wanted), "ca.links");
  wanted["links"] = "nobody";
  EXPECT_EQ(rule(wanted), "ca.links");
  wanted = k_linked;
  wanted["issuer"] = "root";
  EXPECT_EQ(rule(wanted), "ca.links");
  wanted = k_linked;
  wanted["profile"] = "root-link";
  EXPECT_EQ(rule(wanted), "ca.profile");
}

// A second act for the same id comes too late, and its undoing leaves alone what is the first one's.
TEST_F(RootLinks, AreNotRevokedByAnotherActOfThatId) {
  const auto first = officers().ask(ActKind::create_authority, k_linked),
             second = officers().ask(ActKind::create_authority, k_linked, "asked for again");
  for (const auto& id : {first, second})
    for (const auto* officer : {&officers().first(), &officers().second()}) officers().vote(*officer, id);
  officers().work();
  EXPECT_EQ(officers().seen_by(officers().first(), first).work, "done");
  EXPECT_EQ(officers().seen_by(officers().first(), second).work, "failed");
  EXPECT_TRUE(bench_.service().find_link("root-2", Link::old_with_new));
  EXPECT_TRUE(bench_.service().find_link("root-2", Link::new_with_old));
  EXPECT_THAT(bench_.faults(), testing::IsEmpty());
}

// Undone with the root: nothing that the new key has signed, or that was signed for it, stays valid.
TEST_F(RootLinks, AreRevokedIfTheRootIsUndone) {
  const auto id = officers().ask(ActKind::create_authority, k_linked);
  officers().vote(officers().first(), id);
  officers().vote(officers().second(), id);
  // Certificate, CRL and the first link are signed; the old root's key then fails for the second.
  bench_.shim().rules("fail C_Sign 5 0x68 0");
  officers().turn();
  bench_.shim().rules("");
  for (int i = 0; i < 100 && officers().seen_by(officers().first(), id).work != "failed"; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    try {
      bench_.core().key_keeper.make_canaries();
      officers().turn();
    } catch (const policy::Error&) {  // the token is being healed
    }
  }
  EXPECT_EQ(officers().seen_by(officers().first(), id).work, "failed");
  EXPECT_FALSE(bench_.service().find_link("root-2", Link::old_with_new));
  EXPECT_FALSE(bench_.service().find_link("root-2", Link::new_with_old));
  const auto made = bench_.core().store.certificates(tests::of_profile("root-link"), 1000000, now());
  EXPECT_FALSE(made.empty()) << "the first link was signed";
  for (const auto& each : made)
    EXPECT_TRUE(each.second.revocation || each.second.der.empty()) << each.second.serial.hex();
  EXPECT_THAT(bench_.faults(), testing::IsEmpty());
}

}  // namespace
}  // namespace inkan::daemon
