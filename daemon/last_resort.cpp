#include "daemon/last_resort.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

constexpr std::chrono::seconds k_until_next_look(5);
// After a look that found the tokens: the ladder's longest wait and its rung fit in.
constexpr std::chrono::seconds k_last_chance(5);

// -1: it has not ended. Asked once more after it has, it would be another process.
int wait_status(pid_t child, int options) {
  int status = 0;
  return waitpid(child, &status, options) == child ? status : -1;
}

bool ends_well(pid_t child, std::chrono::steady_clock::time_point deadline) {
  while (std::chrono::steady_clock::now() < deadline) {
    if (const int status = wait_status(child, WNOHANG); status != -1)
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(child, SIGKILL);
  wait_status(child, 0);
  return false;
}

}  // namespace

LastResort::LastResort(const Config& config, const Tokens& tokens, LogWriter& writer, Look look)
    : config_(config), tokens_(tokens), writer_(writer), look_(std::move(look)) {}

std::string LastResort::turn() {
  const auto hung = find_hung();
  if (!hung) found_at_.reset();
  if (!hung || told_) return {};
  if (!found_at_) {
    if (Clock::now() < look_at_) return {};
    if (look_()) found_at_ = Clock::now();
    look_at_ = Clock::now() + k_until_next_look;
    return {};
  }
  if (Clock::now() - *found_at_ < k_last_chance) return {};
  told_ = true;
  record(*hung);
  return "token " + hung->token + ": " + hung->why;
}

// A token that stands by, or that another one stands in for, keeps nobody waiting.
std::optional<LastResort::Hung> LastResort::find_hung() const {
  for (const auto& settings : config_.tokens) {
    if (settings.stuck_exit.count() == 0 || !tokens_.is_in_use(settings)) continue;
    const auto status = tokens_.find(settings.token.name)->status();
    if (status.hung < settings.stuck_exit) continue;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(status.hung).count();
    return Hung{settings.token.name, "hung for " + std::to_string(seconds) + " s (" + status.detail +
                                         "), and a fresh process finds it: only a restart helps"};
  }
  return std::nullopt;
}

void LastResort::record(const Hung& hung) {
  try {
    writer_.write([&](Writing& w) {
      policy::Event event{
          .type = policy::EventType::token_event, .outcome = "failure", .target = {"token", hung.token}};
      event.reason = hung.why;
      event.detail = {{"event", "hung"}};
      w.append(event, policy::Identity::system_job("last-resort"));
    });
  } catch (const policy::Error&) {
    // A full disk must not keep it from ending.
  }
}

// Nothing of ours goes along: neither the listeners' sockets nor the module's connection, which a child that
// hangs would keep open.
bool fresh_process_finds_tokens(const std::filesystem::path& program, const std::filesystem::path& config,
                                std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  std::string name = "inkand", option = "--config", file = std::filesystem::absolute(config).string(),
              what = "--check-tokens";
  const std::array<char*, 5> arguments{name.data(), option.data(), file.data(), what.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failed == 0 && ends_well(child, deadline);
}

}  // namespace inkan::daemon
