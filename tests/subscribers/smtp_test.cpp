// The outbox against a real SMTP server (aiosmtpd): what it puts off comes later, what it refuses is given
// up, and a server that is down is waited for (rules R14, A21).
#include <unistd.h>
#include <cstdio>
#include <thread>

#include "tests/subscribers/subscriber_fixture.h"

namespace inkan::tests {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

// The server as a process; it dies with this.
class MailServer {
 public:
  explicit MailServer(const std::filesystem::path& folder) {
    const std::string in = "cd " + folder.string() + " && ";
    run(in +
        "mkdir mailbox && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 5000 "
        "-subj "
        "/CN=localhost -addext subjectAltName=DNS:localhost -keyout mail.key -out mail.crt 2>/dev/null");
    write_text(folder / "mail-password", "kagi\n");
    start(folder);
  }
  ~MailServer() { stop(); }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  int port() const { return port_; }
  void start(const std::filesystem::path& folder) {
    // It prints its port and its process id.
    const std::string command = "cd " + folder.string() +
                                " && exec /usr/bin/python3 " INKAN_SOURCE_DIR "/tests/e2e/mail_server.py " +
                                std::to_string(port_) + " mailbox mail.crt mail.key inkan kagi 2>/dev/null";
    pipe_ = ::popen(command.c_str(), "r");
    if (!pipe_ || std::fscanf(pipe_, "ready %d %d", &port_, &process_) != 2)
      throw std::runtime_error("the mail server does not start: is python3-aiosmtpd installed?");
  }
  void stop() {
    if (!pipe_) return;
    ::kill(process_, SIGKILL);
    ::pclose(pipe_);
    pipe_ = nullptr;
  }

 private:
  static void run(const std::string& command) {
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command);
  }

  std::FILE* pipe_ = nullptr;
  int port_ = 0, process_ = 0;
};

class SmtpTest : public SubscriberTest {
 protected:
  std::string mail_server() const override {
    return "server = \"localhost:" + std::to_string(server_.port()) +
           "\"\nca = \"mail.crt\"\nuser = \"inkan\"\npassword_file = \"mail-password\"\n";
  }
  // A user at that address is locked: a mail.
  std::string lock(const std::string& user_id, const std::string& mail) {
    auto user = new_user(user_id, policy::UserKind::master);
    user.mail = mail;
    const auto id = std::get<api::UserRecord>(subs().create_user(bank(), user)).id;
    for (int i = 0; i < 6; ++i) refusal(user_id, "chigau9");
    return id;
  }
  void turn_after(seconds time) {
    set_clock(daemon::now() + time);
    service_->subscriber_jobs()->outbox()->turn();
  }
  daemon::OutboxCount count() {
    return core_->store.read([](daemon::Database& database) { return daemon::count_outbox(database); });
  }
  std::string fault(const std::string& id) {
    return std::get<api::UserRecord>(subs().find_user(bank(), id)).mail_fault;
  }
  long delivered() const {
    return std::distance(std::filesystem::directory_iterator(fixture_.folder() / "mailbox"), {});
  }

  MailServer server_{fixture_.folder()};
};

TEST_F(SmtpTest, R14_WhatTheServerPutsOffIsTriedAgainLater) {
  const auto id = lock("ato0001", "later@kaisha.example");
  turn_after(seconds(0));
  EXPECT_EQ(count().waiting, 1);
  turn_after(seconds(59));
  turn_after(seconds(2));  // the second time
  EXPECT_EQ(count().waiting, 1);
  EXPECT_EQ(fault(id), "") << "nothing is lost yet";
  turn_after(seconds(119));
  EXPECT_EQ(delivered(), 0);
  turn_after(seconds(2));
  EXPECT_EQ(count().sent, 1);
  EXPECT_EQ(delivered(), 1);
}

TEST_F(SmtpTest, WhatTheServerRefusesIsGivenUpAndTold) {
  const auto id = lock("nashi01", "bounce@kaisha.example");
  turn_after(seconds(0));
  EXPECT_EQ(count().failed, 1);
  EXPECT_THAT(fault(id), testing::HasSubstr("550"));
}

TEST_F(SmtpTest, AServerThatIsDownIsWaitedForAndGivenUpInTheEnd) {
  const auto one = lock("taro001", "taro@kaisha.example");
  server_.stop();
  turn_after(seconds(0));
  EXPECT_EQ(count().waiting, 1);
  server_.start(fixture_.folder());
  turn_after(seconds(61));
  EXPECT_EQ(count().sent, 1);

  server_.stop();
  const auto two = lock("jiro002", "jiro@kaisha.example");
  for (int i = 0; i < 30 && count().waiting; ++i) turn_after(hours(6));
  EXPECT_EQ(count().failed, 1);
  EXPECT_EQ(fault(one), "");
  EXPECT_NE(fault(two), "");
  EXPECT_EQ(leaves_of_type("notify.sent"), 2);
}

// A code is of use for minutes only: what a stop leaves, the next run sends at once.
TEST_F(SmtpTest, A21_AStopSendsWhatItIsAtAndGivesBackTheRest) {
  lock("taro001", "slow@kaisha.example");
  set_clock(daemon::now() + seconds(1));
  lock("jiro002", "jiro@kaisha.example");
  auto* const outbox = service_->subscriber_jobs()->outbox();
  std::thread turn([&] { outbox->turn(); });
  const auto any_due = [&] {
    return core_->store.read(
        [](daemon::Database& database) { return daemon::OutboxRow::any_due(database, daemon::now()); });
  };
  while (any_due()) std::this_thread::sleep_for(std::chrono::milliseconds(10));  // both are leased
  outbox->stop();
  turn.join();
  EXPECT_EQ(count().sent, 1);
  EXPECT_EQ(count().waiting, 1);
  close();
  open();
  turn_after(seconds(0));
  EXPECT_EQ(count().sent, 2);
}

TEST_F(SmtpTest, ACertificateThatDoesNotVerifyGetsNoMail) {
  lock("taro001", "taro@kaisha.example");
  close();
  const auto other = test::make_certificate({.common_name = "localhost", .authority = true}, nullptr);
  write_text(fixture_.folder() / "mail.crt", test::pem_of("CERTIFICATE", other.der));
  open();
  turn_after(seconds(0));
  EXPECT_EQ(count().waiting, 1);
  EXPECT_EQ(delivered(), 0);
}

}  // namespace
}  // namespace inkan::tests
