#include "daemon/fault_point.h"

#ifdef INKAN_FAULT_POINTS

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace inkan::daemon {
namespace {

struct Armed {
  std::string name;
  std::atomic<long> left{0};
  Armed() {
    const char* const text =
        std::getenv("INKAN_FAULT");  // NOLINT(concurrency-mt-unsafe): read once, before any thread sets it
    const std::string spec = text ? text : "";
    const auto colon = spec.rfind(':');
    if (colon == std::string::npos) return;
    name = spec.substr(0, colon);
    left = std::strtol(spec.c_str() + colon + 1, nullptr, 10);
  }
};

void (*g_hear)(const char*) = nullptr;

}  // namespace

void on_fault_point(void (*hear)(const char* name)) {
  g_hear = hear;
}

void fault_point(const char* name) {
  if (g_hear) g_hear(name);
  static Armed armed;
  if (armed.name == name && --armed.left == 0) std::raise(SIGKILL);
}

}  // namespace inkan::daemon

#endif
