#include "daemon/fault_point.h"

#ifdef INKAN_FAULT_POINTS

#include <csignal>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <sstream>
#include <string>

namespace inkan::daemon {
namespace {

class Armed {
 public:
  Armed() {
    const char* const text =
        std::getenv("INKAN_FAULT");  // NOLINT(concurrency-mt-unsafe): read once, before any thread sets it
    std::istringstream spec(text ? text : "");
    for (std::string step; std::getline(spec, step, ',');) {
      const auto colon = step.rfind(':');
      if (colon == std::string::npos) return;
      steps_.push_back({step.substr(0, colon), std::strtol(step.c_str() + colon + 1, nullptr, 10)});
    }
  }

  void pass(const char* name) {
    const std::lock_guard lock(mutex_);
    if (steps_.empty() || steps_.front().name != name || --steps_.front().left != 0) return;
    if (steps_.size() == 1) std::raise(SIGKILL);
    steps_.pop_front();
  }

 private:
  struct Step {
    std::string name;
    long left;
  };
  std::mutex mutex_;  // guards steps_
  std::deque<Step> steps_;
};

void (*g_hear)(const char*) = nullptr;

}  // namespace

void on_fault_point(void (*hear)(const char* name)) {
  g_hear = hear;
}

void fault_point(const char* name) {
  if (g_hear) g_hear(name);
  static Armed armed;
  armed.pass(name);
}

}  // namespace inkan::daemon

#endif
