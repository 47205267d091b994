// Votes made by the openssl command line, which is what an officer without our tools has; and judged by it.
#include "policy/dual_control/ballot.h"

#include <gmock/gmock.h>

#include <fstream>

#include "policy/dual_control/act.h"
#include "policy/dual_control/tally.h"
#include "tests/support/outside.h"

namespace inkan::policy {
namespace {

using testing::HasSubstr;

class BallotTest : public testing::Test {
 protected:
  static std::string at(const std::string& name) { return (folder().path() / name).string(); }
  static const test::TemporaryFolder& folder() {
    static const test::TemporaryFolder k_folder;
    return k_folder;
  }
  static void SetUpTestSuite() {
    for (const std::string name : {"one", "two"})
      must({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
            "-subj", "/CN=" + name, "-keyout", at(name + ".key"), "-out", at(name + ".pem")});
    must({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=rsa", "-keyout",
          at("rsa.key"), "-out", at("rsa.pem")});
  }
  static void must(const std::vector<std::string>& command) {
    const auto done = test::run(command);
    ASSERT_EQ(done.status, 0) << done.output;
  }
  static SpkiHash key_of(const std::string& name) {
    must({"sh", "-c",
          "openssl x509 -in " + at(name + ".pem") +
              " -noout -pubkey | openssl pkey -pubin -outform DER -out " + at("spki")});
    return spki_hash_of(read("spki"));
  }
  static Bytes read(const std::string& name) {
    std::ifstream in(at(name), std::ios::binary);
    const std::string octets{std::istreambuf_iterator<char>(in), {}};
    return to_bytes(as_bytes(octets));
  }
  static Ballot ballot(bool approve = true, const std::string& officer = "one") {
    return {"01939f4e-0000-7000-8000-000000000001",
            "00112233445566778899aabbccddeeff",
            std::get<Act>(Act::make(ActKind::start_issuing, "all is well")).plan_sha256(),
            approve,
            key_of(officer),
            Instant(std::chrono::seconds(1'800'000'000)),
            "log.example.test"};
  }
  static Bytes sign(const std::string& document, const std::string& who, std::vector<std::string> more = {}) {
    folder().write("document", document);
    std::vector<std::string> command{
        "openssl",        "cms",    "-sign",          "-binary",  "-in", at("document"), "-signer",
        at(who + ".pem"), "-inkey", at(who + ".key"), "-outform", "DER", "-out",         at("vote.p7s")};
    command.insert(command.end(), more.begin(), more.end());
    must(command);
    return read("vote.p7s");
  }
  static std::string why(const Ballot& ballot, BytesView cms) {
    const auto fault = fault_in_vote(ballot, cms);
    return fault ? fault->detail : "";
  }
};

TEST_F(BallotTest, OfTheOpensslCommandLineIsTaken) {
  for (const bool approve : {true, false}) {
    const auto mine = ballot(approve);
    EXPECT_EQ(why(mine, sign(mine.document(), "one")), "");
    EXPECT_EQ(why(mine, sign(mine.document(), "one", {"-md", "sha512"})), "");
    EXPECT_EQ(why(mine, sign(mine.document(), "one", {"-noattr"})), "");
    EXPECT_NE(why(ballot(!approve), sign(mine.document(), "one")), "") << "a vote the other way";
  }
  const auto rsa = ballot(true, "rsa");
  EXPECT_EQ(why(rsa, sign(rsa.document(), "rsa")), "");
  EXPECT_EQ(why(rsa, sign(rsa.document(), "rsa", {"-keyopt", "rsa_padding_mode:pss"})), "");
}

TEST_F(BallotTest, IsTheCanonicalJsonThatItsDeclarationShows) {
  const auto mine = ballot();
  const auto python =
      test::run({"python3", "-c",
                 "import json, sys; d = json.loads(sys.argv[1]); assert sorted(d) == list(d); "
                 "print(json.dumps(d, separators=(',', ':'), sort_keys=True, ensure_ascii=False), end='')",
                 mine.document()});
  EXPECT_EQ(python.output, mine.document());
  EXPECT_THAT(mine.document(), HasSubstr("\"expires\":\"2027-01-15T08:00:00Z\""));
}

TEST_F(BallotTest, IsReadBackFromItsDocumentAlone) {
  const auto document = ballot(false).document();
  const auto read = Ballot::parse(document);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->approve);
  EXPECT_EQ(read->document(), document);
  for (const std::string& other : {std::string(), std::string("[]"), document + "\n", " " + document,
                                   document.substr(0, document.size() - 1)})
    EXPECT_FALSE(Ballot::parse(other)) << other;
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"refuse", "maybe"},
                                                        {"\"v\":1", "\"v\":2"},
                                                        {"T08:00:00Z", "T08:00:00.5Z"},
                                                        {"\"nonce\"", "\"once\""}}) {
    auto changed = document;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_FALSE(Ballot::parse(changed)) << changed;
  }
}

TEST_F(BallotTest, OfAnotherRequestPlanOrOfficerIsRefused) {
  const auto mine = ballot();
  const auto vote = sign(mine.document(), "one");
  auto other = mine;
  other.nonce[0] = 'f';
  EXPECT_THAT(why(other, vote), HasSubstr("no signature over this request's document"));
  other = mine;
  other.request_id.back() = '2';
  EXPECT_NE(why(other, vote), "");
  other = mine;
  other.plan_sha256 = sha256(as_bytes("another plan"));
  EXPECT_NE(why(other, vote), "");
  other = mine;
  other.expires += std::chrono::hours(1);
  EXPECT_NE(why(other, vote), "");
  other = mine;
  other.ledger_origin = "log.other.test";
  EXPECT_NE(why(other, vote), "");
  // Two signs the very document that names One's key.
  EXPECT_THAT(why(mine, sign(mine.document(), "two")), HasSubstr("another key than that of the certificate"));
}

TEST_F(BallotTest, OfAnotherFormIsRefused) {
  const auto mine = ballot();
  const auto document = mine.document();
  EXPECT_THAT(why(mine, sign(document, "one", {"-nodetach"})), HasSubstr("a document of its own"));
  EXPECT_THAT(why(mine, sign(document, "one", {"-nocerts"})), HasSubstr("no certificate of its signer"));
  EXPECT_THAT(why(mine, sign(document, "one", {"-md", "sha1"})), HasSubstr("neither SHA-256"));
  EXPECT_THAT(why(mine, sign(document + "\n", "one")),
              HasSubstr("no signature over this request's document"));
  EXPECT_THAT(why(mine, sign(document, "one", {"-signer", at("two.pem"), "-inkey", at("two.key")})),
              HasSubstr("exactly one signer"));
  EXPECT_THAT(why(mine, Bytes{}), HasSubstr("no CMS SignedData"));
  EXPECT_THAT(why(mine, to_bytes(as_bytes("-----BEGIN CMS-----"))), HasSubstr("no CMS SignedData"));
  auto longer = sign(document, "one");
  longer.push_back(0);
  EXPECT_THAT(why(mine, longer), HasSubstr("no CMS SignedData"));
}

// Whatever octet is changed: refused, or still this officer's signature over this document, as openssl says
// too.
TEST_F(BallotTest, WithAnOctetChangedIsNobodyElsesVote) {
  const auto mine = ballot();
  const auto vote = sign(mine.document(), "one");
  int taken = 0;
  for (std::size_t i = 0; i < vote.size(); ++i) {
    auto changed = vote;
    changed[i] ^= 0x01;
    if (fault_in_vote(mine, changed)) continue;
    ++taken;
    folder().write("changed", BytesView(changed));
    const auto judged = test::run({"openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER",
                                   "-in", at("changed"), "-content", at("document"), "-out", "/dev/null"});
    EXPECT_EQ(judged.status, 0) << i << ": " << judged.output;
  }
  EXPECT_LT(taken, static_cast<int>(vote.size() / 2))
      << "of " << vote.size() << ": the certificate's own signature and names, which nobody asks";
}

TEST(Act, NeedsAReasonThatCanBeRead) {
  EXPECT_FALSE(denied(Act::make(ActKind::start_issuing, "\xe5\x86\x8d\xe9\x96\x8b")));
  for (const std::string& reason :
       {std::string(), std::string(501, 'x'), std::string("a\nb"), std::string("\xff")})
    EXPECT_TRUE(denied(Act::make(ActKind::start_issuing, reason))) << reason;
  EXPECT_EQ(std::get<Act>(Act::make(ActKind::start_issuing, "a \"b\"")).plan(),
            R"({"op":"issuing.start","reason":"a \"b\"","v":1})");
}

TEST(Tally, ComesToItsEndAsSoonAsItIsCertain) {
  const Instant end(std::chrono::seconds(1000)), before = end - std::chrono::seconds(1);
  EXPECT_EQ(state_of({2, 3, 0, 0}, end, before), RequestState::open);
  EXPECT_EQ(state_of({2, 3, 1, 1}, end, before), RequestState::open);
  EXPECT_EQ(state_of({2, 3, 2, 0}, end, before), RequestState::approved);
  EXPECT_EQ(state_of({2, 3, 0, 2}, end, before), RequestState::refused);
  EXPECT_EQ(state_of({2, 2, 1, 1}, end, before), RequestState::refused);
  EXPECT_EQ(state_of({2, 3, 1, 0}, end, end), RequestState::expired);
  EXPECT_EQ(state_of({2, 3, 2, 0}, end, end), RequestState::approved) << "its last vote came in time";
}

}  // namespace
}  // namespace inkan::policy
