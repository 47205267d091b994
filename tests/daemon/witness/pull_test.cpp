#include "daemon/witness/pull.h"

#include <gmock/gmock.h>

#include "policy/types/error.h"
#include "tests/support/outside.h"
#include "tests/support/witness_peers.h"
#include "tests/support/witnessed_log.h"

namespace inkan::daemon::witness {
namespace {

class PullTest : public testing::Test {
 protected:
  PullTest()
      : witness_(WitnessKey::make(folder_.path() / "key.pem", "w.example"), {log_.verifier()},
                 folder_.path() / "state") {}

  static std::string ok(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  // What a pull from a server that always answers so says: the code, and the words.
  std::string pulled(const std::string& answer) {
    const test::CannedServer server(answer);
    try {
      const auto done = pull(witness_, {false, "127.0.0.1", server.port(), ""});
      return std::to_string(done.before.size) + " to " + std::to_string(done.now.size);
    } catch (const policy::Error& error) {
      return std::string(policy::name(error.code())) + ": " + error.what();
    }
  }

  test::TemporaryFolder folder_;
  test::SmallLog log_;
  Witness witness_;
};

TEST_F(PullTest, CosignsWhatItSeesFirstAndWantsTheTilesOfWhatGrew) {
  EXPECT_EQ(pulled(ok(log_.note(7))), "0 to 7");
  EXPECT_EQ(pulled(ok(log_.note(7))), "7 to 7");
  EXPECT_THAT(pulled(ok(log_.note(300))), testing::HasSubstr("is missing or too short"));
  EXPECT_EQ(witness_.last(log_.verifier().origin()).size, 7U);
}

TEST_F(PullTest, SaysThatALogIsNoLongerWhatItWas) {
  EXPECT_EQ(pulled(ok(log_.note(7))), "0 to 7");
  EXPECT_THAT(pulled(ok(log_.note(3))),
              testing::AllOf(testing::StartsWith("ledger"), testing::HasSubstr("rolled back")));
  EXPECT_THAT(pulled(ok(log_.note(7, 1))),
              testing::AllOf(testing::StartsWith("ledger"), testing::HasSubstr("another root")));
  EXPECT_THAT(pulled(ok(test::SmallLog().note(9))),
              testing::AllOf(testing::StartsWith("ledger"), testing::HasSubstr("no signature")));
}

TEST_F(PullTest, SaysWhatIsNoLedger) {
  EXPECT_THAT(pulled("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
              testing::HasSubstr("is --url the public listener"));
  EXPECT_THAT(pulled("SSH-2.0-x\r\n\r\n"), testing::HasSubstr("not HTTP"));
  EXPECT_THAT(pulled(ok(std::string(70000, 'x'))), testing::HasSubstr("more than"));
  EXPECT_THAT(pulled(ok("a page")), testing::HasSubstr("not a signed note"));
  EXPECT_THROW(pull(witness_, {false, "127.0.0.1", test::free_port(), ""}), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon::witness
