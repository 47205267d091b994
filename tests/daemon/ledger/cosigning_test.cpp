#include "daemon/ledger/cosigning.h"

#include <Poco/Net/Context.h>
#include <Poco/Net/SecureServerSocket.h>
#include <gmock/gmock.h>

#include <thread>

#include "daemon/atomic_file.h"
#include "daemon/witness/witness_server.h"
#include "policy/log/receipt.h"
#include "policy/types/error.h"
#include "tests/support/authority_fixture.h"
#include "tests/support/outside.h"
#include "tests/support/witness_peers.h"

namespace inkan::daemon {
namespace {

using tests::ask_for;
using tests::call_by;
using tests::web_tier;

class CosigningTest : public tests::AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    auto key = witness::WitnessKey::make(fixture_.folder() / "witness.pem", k_name);
    verifier_ = key.verifier();
    witness_.emplace(std::move(key), std::vector{core_->verifier}, fixture_.folder() / "witness");
    port_ = test::free_port();
  }
  void TearDown() override {
    server_.reset();
    AuthorityTest::TearDown();
  }

  void listen() {
    server_ =
        std::make_unique<witness::WitnessServer>(*witness_, "127.0.0.1", port_, [](const std::string&) {});
  }
  std::unique_ptr<Cosigner> cosigner(std::uint16_t port) {
    const WitnessSettings settings{*verifier_, {false, "127.0.0.1", port, ""}, {}};
    return std::make_unique<Cosigner>(settings, core_->checkpoints, core_->tiles);
  }
  policy::LeafIndex issue() {
    const auto outcome = service_->issue(call_by(web_tier()), ask_for("alice01"), std::nullopt);
    return *std::get<api::IssuedCertificate>(outcome).record.outcome;
  }
  // Another checkpoint, of a log that grew.
  void grow() {
    issue();
    core_->checkpoints.publish();
  }
  // What a turn says; empty if nothing.
  static std::string turn(Cosigner& cosigner) {
    try {
      cosigner.turn();
      return "";
    } catch (const policy::Error& error) {
      return error.what();
    }
  }
  bool is_cosigned(const std::string& note) const { return verifier_->seen_at(note).has_value(); }

  static constexpr const char* k_name = "witness.example.test/w1";
  std::optional<policy::CosignatureVerifier> verifier_;
  std::optional<witness::Witness> witness_;
  std::unique_ptr<witness::WitnessServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(CosigningTest, TheCosignedNoteIsServedKeptAndInReceipts) {
  listen();
  const auto self = cosigner(port_);
  const auto leaf = issue();
  core_->checkpoints.publish();
  EXPECT_FALSE(is_cosigned(core_->checkpoints.note()));
  EXPECT_EQ(turn(*self), "");
  const auto note = core_->checkpoints.note();
  const auto covered = core_->checkpoints.covered();
  EXPECT_TRUE(is_cosigned(note));
  EXPECT_EQ(core_->verifier.open(note)->size, covered);
  EXPECT_EQ(read_file(core_->config.checkpoint()), note);
  EXPECT_EQ(read_file(core_->config.ledger() / "checkpoint"), note);
  EXPECT_EQ(core_->store.newest_checkpoint()->note, note);
  EXPECT_EQ(policy::Receipt::parse(*service_->receipt(leaf, std::chrono::steady_clock::now())).checkpoint,
            note);
  const auto told = nlohmann::json::parse(*core_->store.leaf(core_->store.size() - 1));
  EXPECT_EQ(told.at("type"), "log.checkpoint");
  EXPECT_EQ(told.at("detail").at("size"), covered);
  EXPECT_EQ(told.at("detail").at("root"), core_->checkpoints.newest().head.root.hex());
  EXPECT_EQ(told.at("detail").at("cosigners"), nlohmann::json::array({k_name}));
  EXPECT_EQ(service_->reconcile().differences_found, 0U);
}

TEST_F(CosigningTest, ItsLeafAloneCallsForNoCheckpoint) {
  listen();
  const auto self = cosigner(port_);
  core_->checkpoints.publish();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(turn(*self), "");
    core_->checkpoints.publish();
  }
  const auto covered = core_->checkpoints.covered();
  EXPECT_EQ(core_->store.size(), covered + 1);
  EXPECT_EQ(core_->checkpoints.accounted(), covered + 1);
  grow();
  EXPECT_EQ(core_->checkpoints.covered(), core_->store.size()) << "the next one covers it too";
}

// The disk was full between database and file: the next try writes what is missing, and nothing twice.
TEST_F(CosigningTest, OneWitnessIsUnderACheckpointOnce) {
  listen();
  core_->checkpoints.publish();
  ASSERT_EQ(turn(*cosigner(port_)), "");
  const auto note = core_->checkpoints.note();
  const auto size = core_->store.size();
  std::filesystem::remove(core_->config.checkpoint());
  ASSERT_EQ(turn(*cosigner(port_)), "");
  EXPECT_EQ(core_->checkpoints.note(), note);
  EXPECT_EQ(core_->store.size(), size);
  EXPECT_EQ(read_file(core_->config.checkpoint()), note);
}

// Until the newest checkpoint is cosigned, the newest cosigned one that covers the leaf proves more.
TEST_F(CosigningTest, AReceiptHasTheCosignedCheckpointThatCoversItsLeaf) {
  listen();
  const auto self = cosigner(port_);
  const auto first = issue();
  core_->checkpoints.publish();
  turn(*self);
  const auto cosigned = core_->checkpoints.note();
  const auto second = issue();
  core_->checkpoints.publish();
  const auto receipt = [&](policy::LeafIndex leaf) {
    auto read = policy::Receipt::parse(*service_->receipt(leaf, std::chrono::steady_clock::now()));
    EXPECT_EQ(policy::fault_in(read, core_->verifier), std::nullopt);
    return read.checkpoint;
  };
  EXPECT_EQ(receipt(first), cosigned);
  EXPECT_FALSE(is_cosigned(receipt(second)));
}

TEST_F(CosigningTest, AStartTakesACosignedCheckpointFile) {
  listen();
  core_->checkpoints.publish();
  turn(*cosigner(port_));
  ASSERT_TRUE(is_cosigned(*read_file(core_->config.checkpoint())));
  service_.reset();
  core_->tokens.close();
  core_.reset();
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  EXPECT_TRUE(is_cosigned(core_->checkpoints.note()));
  core_->checkpoints.publish();
  EXPECT_EQ(turn(*cosigner(port_)), "") << "a new run asks from size 0, and goes on from what it is told";
  EXPECT_TRUE(is_cosigned(core_->checkpoints.note()));
}

TEST_F(CosigningTest, AWitnessThatIsOutIsTriedAgainLaterAndSaidSo) {
  const auto self = cosigner(port_);
  core_->checkpoints.publish();
  const std::string why = turn(*self);
  EXPECT_THAT(why, testing::HasSubstr("127.0.0.1"));
  EXPECT_EQ(turn(*self), why) << "nothing is tried before its time";
  EXPECT_EQ(self->status().failure, why);
  EXPECT_FALSE(self->status().refused);
  grow();
  listen();
  for (int i = 0; i < 100 && !turn(*self).empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_TRUE(is_cosigned(core_->checkpoints.note()));
  EXPECT_EQ(self->status().failure, "");
  EXPECT_EQ(self->status().size, core_->checkpoints.covered());
}

TEST_F(CosigningTest, WhatIsNoGoodAnswerIsSaidAndPublishesNothing) {
  core_->checkpoints.publish();
  const auto answer = [](const std::string& status, const std::string& body,
                         const std::string& type = "text/plain") {
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  const std::string size_type = "text/x.tlog.size";
  struct {
    const char* name;
    std::string answer;
    const char* says;
    bool refused;
  } const cases[] = {
      {"no HTTP", "garbage\r\n\r\n", "not HTTP", false},
      {"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nx", "broke off", false},
      {"too long", "HTTP/1.1 200 OK\r\n\r\n" + std::string(70000, 'x'), "more than", false},
      {"endless head", "HTTP/1.1 200 OK\r\nX: " + std::string(20000, 'x'), "header", false},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "transfer coding", false},
      {"no cosignature", answer("200 OK", ""), "not good under", false},
      {"another's", answer("200 OK", "\xe2\x80\x94 witness.example.test/w1 AAAAAAAAAAA=\n"), "not good under",
       false},
      {"unknown", answer("404 Not Found", "who"), "--log", false},
      {"busy", answer("500 Oops", "\x1b[2Jevil"), "500", false},
      {"no size", answer("409 Conflict", "7", size_type), "named no size", false},
      {"a size too large", answer("409 Conflict", "99999\n", size_type), "call the auditor", true},
      {"sizes without end", answer("409 Conflict", "3\n", size_type), "another size at each try", false},
      {"another root", answer("409 Conflict", "root"), "call the auditor", true},
      {"no consistency", answer("422 Unprocessable", "proof"), "call the auditor", true},
  };
  const std::string note = core_->checkpoints.note();
  for (const auto& each : cases) {
    const test::CannedServer peer(each.answer);
    const auto self = cosigner(peer.port());
    const std::string why = turn(*self);
    EXPECT_THAT(why, testing::HasSubstr(each.says)) << each.name;
    EXPECT_EQ(why.find('\x1b'), std::string::npos) << each.name;
    EXPECT_EQ(self->status().refused, each.refused) << each.name;
    EXPECT_LE(peer.asked(), 3) << each.name;
  }
  EXPECT_EQ(core_->checkpoints.note(), note);
  EXPECT_EQ(core_->store.size(), core_->checkpoints.covered());
}

// Neither checkpoints nor issuing wait for it, and a stop cuts it short.
TEST_F(CosigningTest, ASilentWitnessHoldsNobodyUp) {
  core_->checkpoints.publish();
  const test::CannedServer silent("");
  const auto self = cosigner(silent.port());
  std::string why;
  std::thread turning([&] { why = turn(*self); });
  for (int i = 0; i < 200 && silent.asked() == 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto began = std::chrono::steady_clock::now();
  grow();
  EXPECT_EQ(core_->checkpoints.covered(), core_->store.size());
  self->client().cut();
  turning.join();
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(8));
  EXPECT_NE(why, "");
}

// By its name and under the CA that was given for it, or not at all.
TEST_F(CosigningTest, AWitnessByHttpsMustBeWhoItIsCalled) {
  core_->checkpoints.publish();
  const auto certificate = [&](const std::string& name, const std::string& host) {
    const auto base = (fixture_.folder() / name).string();
    const auto made =
        test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-noenc", "-keyout", base + ".key", "-out", base + ".pem", "-days", "2", "-subj",
                   "/CN=" + host, "-addext", "subjectAltName=DNS:" + host});
    EXPECT_EQ(made.status, 0) << made.output;
    return base;
  };
  const auto right = certificate("right", "localhost"), other = certificate("other", "localhost"),
             elsewhere = certificate("elsewhere", "elsewhere.test");
  const auto said = [&](const std::string& served, const std::string& trusted) {
    const Poco::Net::Context::Ptr context =
        std::make_unique<Poco::Net::Context>(Poco::Net::Context::TLS_SERVER_USE, served + ".key",
                                             served + ".pem", "", Poco::Net::Context::VERIFY_NONE)
            .release();
    const Poco::Net::SecureServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0), 64, context);
    const test::CannedServer peer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", socket);
    const WitnessSettings settings{*verifier_, {true, "localhost", peer.port(), ""}, trusted + ".pem"};
    Cosigner self(settings, core_->checkpoints, core_->tiles);
    return turn(self);
  };
  EXPECT_THAT(said(right, right), testing::HasSubstr("answered 404"));
  EXPECT_THAT(said(right, other), testing::HasSubstr("TLS with localhost"));
  EXPECT_THAT(said(elsewhere, elsewhere), testing::HasSubstr("TLS with localhost"));
  const WitnessSettings none{*verifier_, {true, "localhost", 1, ""}, fixture_.folder() / "plan.toml"};
  EXPECT_THROW(Cosigner(none, core_->checkpoints, core_->tiles), policy::Error);
}

// The witness remembers a log that this one did not grow out of.
TEST_F(CosigningTest, ALogRolledBackWithItsCheckpointIsRefusedAndSaidAloud) {
  listen();
  core_->checkpoints.publish();
  service_.reset();
  core_->tokens.close();
  core_.reset();
  const auto state = fixture_.config().state_dir, copy = fixture_.folder() / "copy";
  std::filesystem::copy(state, copy, std::filesystem::copy_options::recursive);
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  grow();
  EXPECT_EQ(turn(*cosigner(port_)), "");
  service_.reset();
  core_->tokens.close();
  core_.reset();
  std::filesystem::remove_all(state);
  std::filesystem::rename(copy, state);
  core_ = fixture_.open();
  service_ = std::make_unique<Service>(
      *core_, [] {}, [] {});
  core_->checkpoints.publish();
  EXPECT_THAT(turn(*cosigner(port_)), testing::HasSubstr("which has"));
  for (int i = 0; i < 3; ++i) grow();
  const auto self = cosigner(port_);
  EXPECT_THAT(turn(*self), testing::HasSubstr("did not grow out of"));
  EXPECT_TRUE(self->status().refused);
  EXPECT_FALSE(is_cosigned(core_->checkpoints.note()));
}

}  // namespace
}  // namespace inkan::daemon
