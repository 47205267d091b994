#include "daemon/service_manager.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace inkan::daemon {
namespace {

// What systemd has: a datagram socket, by a path or by an abstract name.
class Manager {
 public:
  explicit Manager(const std::string& name) : name_(name), socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), length) != 0)
      throw std::runtime_error("no socket " + name);
  }
  ~Manager() {
    ::close(socket_);
    if (name_.front() != '@') std::filesystem::remove(name_);
  }
  std::string hear() {
    std::string lines(4096, '\0');
    const auto length = ::recv(socket_, lines.data(), lines.size(), MSG_DONTWAIT);
    lines.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return lines;
  }

 private:
  std::string name_;
  int socket_;
};

class ServiceManagerTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }

  const std::string path_ = testing::TempDir() + "inkan-notify-" + std::to_string(::getpid());
};

TEST_F(ServiceManagerTest, IsToldByADatagramAtAPath) {
  Manager systemd(path_);
  set("NOTIFY_SOCKET", path_);
  const auto manager = ServiceManager::from_environment();
  manager.tell("READY=1\nSTATUS=serving");
  EXPECT_EQ(systemd.hear(), "READY=1\nSTATUS=serving");
  EXPECT_EQ(systemd.hear(), "");
}

TEST_F(ServiceManagerTest, IsToldUnderAnAbstractName) {
  const std::string name = "@inkan-notify-" + std::to_string(::getpid());
  Manager systemd(name);
  set("NOTIFY_SOCKET", name);
  ServiceManager::from_environment().tell("WATCHDOG=1");
  EXPECT_EQ(systemd.hear(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, MayBeNobodyOrGoneOrOutOfReach) {
  ServiceManager::from_environment().tell("READY=1");
  set("NOTIFY_SOCKET", path_);  // nobody there
  ServiceManager::from_environment().tell("READY=1");
  set("NOTIFY_SOCKET", "/" + std::string(200, 'x'));  // longer than an address
  ServiceManager::from_environment().tell("READY=1");
}

TEST_F(ServiceManagerTest, HandsNothingOnToWhatThisProcessStarts) {
  set("NOTIFY_SOCKET", path_);
  set("WATCHDOG_USEC", "60000000");
  set("WATCHDOG_PID", std::to_string(::getpid()));
  EXPECT_EQ(ServiceManager::from_environment().patience(), std::chrono::seconds(60));
  for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
  EXPECT_EQ(ServiceManager::from_environment().patience(), std::nullopt);
}

TEST_F(ServiceManagerTest, HasNoPatienceForAnotherProcessNorInWordsThatAreNoNumber) {
  const auto patience = [&](const std::string& microseconds, const std::string& whose) {
    set("NOTIFY_SOCKET", path_);
    set("WATCHDOG_USEC", microseconds);
    set("WATCHDOG_PID", whose);
    return ServiceManager::from_environment().patience();
  };
  EXPECT_EQ(patience("60000000", ""), std::chrono::seconds(60));
  EXPECT_EQ(patience("60000000", std::to_string(::getppid())), std::nullopt);
  for (const char* wrong : {"", "0", "-1", "60s", "99999999999999999999"})
    EXPECT_EQ(patience(wrong, ""), std::nullopt) << wrong;
}

}  // namespace
}  // namespace inkan::daemon
