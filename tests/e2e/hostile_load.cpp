#include "tests/e2e/hostile_load.h"

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "tests/e2e/hostile_shots.h"

namespace inkan::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t k_kept_failures = 50;

class Run {
 public:
  explicit Run(const HostileSettings& settings)
      : settings_(settings), kinds_(shot_kinds(make_csr("hostile"), settings.profile)) {}

  HostileReport operator()() {
    std::thread beside([this] { behave(); });
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i) {
      threads.emplace_back(
          [this] { drip("POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "a"); });
      threads.emplace_back([this] {
        drip(
            "POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            "application/json\r\nContent-Length: 100000\r\n\r\n",
            " ");
      });
    }
    for (int i = 0; i < settings_.workers; ++i) threads.emplace_back([this, i] { attack(i); });
    for (auto& thread : threads) thread.join();
    ended_ = true;
    beside.join();
    return report_;
  }

 private:
  RawClient connect() const { return RawClient::tls(settings_.port, settings_.context, settings_.host); }

  void fail(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (report_.failures.size() < k_kept_failures) report_.failures.push_back(what);
  }

  void attack(int worker) {
    std::mt19937 random(settings_.seed * 1000 + static_cast<std::uint32_t>(worker));
    std::optional<RawClient> client;
    while (next_.fetch_add(1) < settings_.requests) {
      const auto& kind = kinds_[std::uniform_int_distribution<std::size_t>(0, kinds_.size() - 1)(random)];
      try {
        fire(kind, kind.make(random), client);
      } catch (const std::exception& error) {
        fail(std::string(kind.name) + ": " + error.what());
        client.reset();
      }
    }
  }

  void fire(const ShotKind& kind, const Shot& shot, std::optional<RawClient>& client) {
    const bool fresh = !client;
    if (fresh) client.emplace(connect());
    const auto response = client->ask(shot.octets, seconds(10));
    // A connection kept from before may have been closed for being idle; that is no answer to this request.
    if (!response && !fresh && client->ended()) {
      client.reset();
      return fire(kind, shot, client);
    }
    const auto fault = judge(shot, response);
    if (!fault.empty()) fail(std::string(kind.name) + ": " + fault + " for " + shot.octets.substr(0, 200));
    if (!response || response->field("connection") == "close") client.reset();
    const std::lock_guard lock(mutex_);
    ++report_.sent[kind.name];
    if (response) ++report_.statuses[response->status];
  }

  // Empty if the answer is a problem document that names the fault.
  static std::string judge(const Shot& shot, const std::optional<RawResponse>& response) {
    if (!response) return "no answer";
    const auto status = std::to_string(response->status);
    if (response->status / 100 != 4 || (shot.status != 0 && response->status != shot.status))
      return "status " + status + " instead of " + (shot.status ? std::to_string(shot.status) : "4xx") +
             ": " + response->body.substr(0, 300);
    if (response->field("content-type") != "application/problem+json")
      return "status " + status + " without a problem";
    const auto problem = nlohmann::json::parse(response->body, nullptr, false);
    if (!problem.is_object() || problem.value("detail", "").empty() ||
        !problem.value("type", "").starts_with("urn:inkan:problem:"))
      return "a problem that names no fault: " + response->body.substr(0, 300);
    if (problem.value("status", 0) != response->status) return "a problem of another status";
    if (shot.ends && response->field("connection") != "close")
      return "the connection goes on after what could be two requests";
    return "";
  }

  void drip(const std::string& begin, const std::string& drop) {
    try {
      auto client = connect();
      client.send(begin);
      const auto end = Clock::now() + settings_.drip_limit;
      while (Clock::now() < end) {
        if (client.send(drop) && !client.closes(milliseconds(100))) continue;
        const std::lock_guard lock(mutex_);
        ++report_.cut_drips;
        return;
      }
      fail("a drip-fed request was let go on beyond its deadline");
    } catch (const std::exception& error) {
      fail(std::string("drip: ") + error.what());
    }
  }

  void behave() {
    std::optional<RawClient> client;
    for (int number = 0; !ended_ || number < 3; ++number) {
      const auto csr = policy::to_base64(
          make_csr("beside-" + std::to_string(settings_.seed) + "-" + std::to_string(number)));
      const auto body = nlohmann::json{{"profile", settings_.profile}, {"csr", csr}}.dump();
      const auto begin = Clock::now();
      try {
        serve(client,
              "POST /v1/certificates HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              "application/json\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
      } catch (const std::exception& error) {
        fail(std::string("the well-behaved client: ") + error.what());
        client.reset();
      }
      const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
      if (took > settings_.served_within)
        fail("the well-behaved client waited " + std::to_string(took.count()) + " ms");
      {
        const std::lock_guard lock(mutex_);
        report_.slowest = std::max(report_.slowest, took);
      }
      std::this_thread::sleep_for(milliseconds(20));
    }
  }

  void serve(std::optional<RawClient>& client, const std::string& octets) {
    if (!client) client.emplace(connect());
    const auto response = client->ask(octets, settings_.served_within);
    if (!response || response->field("connection") == "close") client.reset();
    if (!response || response->status != 201)
      throw std::runtime_error(response ? "was answered " + response->body.substr(0, 300)
                                        : "was not answered");
    const std::lock_guard lock(mutex_);
    ++report_.served;
  }

  const HostileSettings& settings_;
  const std::vector<ShotKind> kinds_;
  std::atomic<int> next_ = 0;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;  // guards report_
  HostileReport report_;
};

}  // namespace

HostileReport run_hostile_load(const HostileSettings& settings) {
  return Run(settings)();
}

}  // namespace inkan::test
