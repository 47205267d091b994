#include "tests/support/p11_shim_rules.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

namespace inkan::shim {
namespace {

// A test that is misspelt must not pass: an unreadable rule ends the process.
[[noreturn]] void refuse(const std::string& line) {
  std::fprintf(stderr, "p11-shim: cannot read the rule: %s\n", line.c_str());
  std::abort();
}

Rule parse(const std::string& line) {
  std::istringstream words(line);
  std::string verb, rv;
  Rule rule{};
  words >> verb >> rule.function >> rule.first;
  if (!words) refuse(line);
  if (verb == "delay") {
    rule.kind = Rule::Kind::delay;
    words >> rule.jitter;
    return rule;
  }
  if (verb == "hang") {
    rule.kind = Rule::Kind::hang;
    return rule;
  }
  if (verb != "fail" && verb != "lose") refuse(line);
  rule.kind = verb == "fail" ? Rule::Kind::fail : Rule::Kind::lose;
  if (!(words >> rv)) refuse(line);
  rule.rv = std::strtoul(rv.c_str(), nullptr, 0);
  if (!(words >> rule.times)) rule.times = 1;
  return rule;
}

bool is_due(const Rule& rule) {
  if (rule.kind == Rule::Kind::hang) return rule.seen == rule.first;
  return rule.seen >= rule.first && (rule.times == 0 || rule.seen < rule.first + rule.times);
}

long jittered(const Rule& rule) {
  static thread_local std::minstd_rand chance{std::random_device{}()};
  return rule.first + (rule.jitter > 0 ? std::uniform_int_distribution<long>(0, rule.jitter)(chance) : 0);
}

}  // namespace

bool Rules::replace(const std::string& text) {
  std::vector<Rule> fresh;
  bool drop_sessions = false, reset_counts = false;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (line.starts_with("drop-sessions")) {
      drop_sessions = true;
      continue;
    }
    if (line.starts_with("reset-counts")) {
      reset_counts = true;
      continue;
    }
    fresh.push_back(parse(line));
  }
  const std::lock_guard lock(mutex_);
  rules_ = std::move(fresh);
  if (reset_counts) calls_.clear();
  ++version_;
  changed_.notify_all();
  return drop_sessions;
}

bool Rules::reread(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  {
    const std::lock_guard lock(mutex_);
    path_ = path;
    if (status.st_mtim.tv_sec == file_seconds_ && status.st_mtim.tv_nsec == file_nanoseconds_) return false;
    file_seconds_ = status.st_mtim.tv_sec;
    file_nanoseconds_ = status.st_mtim.tv_nsec;
  }
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return replace(text.str());
}

Fate Rules::next(const std::string& function) {
  Fate fate;
  std::unique_lock lock(mutex_);
  ++calls_[function];
  bool hang = false;
  for (auto& rule : rules_) {
    if (rule.function != function) continue;
    ++rule.seen;
    if (rule.kind == Rule::Kind::delay) fate.delay_us += jittered(rule);
    if (rule.kind == Rule::Kind::delay || !is_due(rule)) continue;
    if (rule.kind == Rule::Kind::hang) hang = true;
    if (rule.kind == Rule::Kind::fail) fate.refuse = true;
    if (rule.kind == Rule::Kind::lose) fate.lose = true;
    if (rule.kind != Rule::Kind::hang) fate.rv = rule.rv;
  }
  const auto version = version_;
  // The file is read by calls, and there may be no other one: all hang.
  while (hang &&
         !changed_.wait_for(lock, std::chrono::milliseconds(50), [&] { return version_ != version; })) {
    if (path_.empty()) continue;
    lock.unlock();
    fate.drop_sessions |= reread(path_);
    lock.lock();
  }
  return fate;
}

long Rules::calls(const std::string& function) const {
  const std::lock_guard lock(mutex_);
  const auto at = calls_.find(function);
  return at == calls_.end() ? 0 : at->second;
}

}  // namespace inkan::shim
