// What a test must know of its own process.
#pragma once

#include <fstream>
#include <string>

namespace inkan::test {

// Slower by far, and memory that was freed is kept for a while: bounds of either are not the subject's.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool k_sanitized = true;
#else
constexpr bool k_sanitized = false;
#endif

inline long resident_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  return 0;
}

}  // namespace inkan::test
