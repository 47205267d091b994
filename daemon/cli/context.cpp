#include "daemon/cli/context.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace inkan::daemon::cli {
namespace {

std::string environment(const std::string& name) {
  // One thread so far: the program makes none.
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  return value ? value : "";
}

// "web-tier" → "INKAN_WEB_TIER_"
std::string prefix_of(const std::string& identity) {
  std::string name = identity;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::isalnum(c) ? static_cast<char>(std::toupper(c)) : '_'; });
  return name.empty() ? "INKAN_" : "INKAN_" + name + "_";
}

void fill(std::string& value, const std::string& variable, const char* option) {
  if (value.empty()) value = environment(variable);
  if (value.empty())
    throw Failure(
        Exit::usage, "neither " + std::string(option) + " nor " + variable + " is set",
        "give " + std::string(option) + ", or source the environment file (demo: . build/demo/env)");
}

}  // namespace

void Context::resolve() {
  fill(api, "INKAN_API", "--api");
  fill(ca, "INKAN_CA", "--ca");
  fill(certificate, prefix_of(as) + "CERT", "--cert");
  fill(key, prefix_of(as) + "KEY", "--key");
}

}  // namespace inkan::daemon::cli
