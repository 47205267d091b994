#include "daemon/ledger/start_leaves.h"

#include <nlohmann/json.hpp>

#include "daemon/atomic_file.h"
#include "daemon/backup/restoring.h"
#include "daemon/ledger/token_event.h"

namespace inkan::daemon {

using nlohmann::json;
using policy::Event;
using policy::EventType;

namespace {

// How a token's PIN came, for its leaf.
const char* pin_source(const Config& config, const std::string& token) {
  for (const auto& each : config.tokens)
    if (each.token.name == token)
      return each.pin_entry ? "entered" : each.pin_credential.empty() ? "file" : "credential";
  return "";
}

// Text the last run left, against what it is now; `changed` is told of both where they differ.
template <class Changed>
void compare(Writing& w, Store& store, const char* what, const std::string& present, Changed changed) {
  const std::string known = store.meta(what);
  if (known == present) return;
  if (!known.empty()) changed(known);
  w.database().prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)").bind(what).bind(present).run();
}

json module_digests(const Config& config) {
  json digests = json::object();
  for (const auto& settings : config.tokens) {
    const auto module = read_file(settings.token.module);
    digests[settings.token.name] = module ? policy::sha256(policy::as_bytes(*module)).hex() : "";
  }
  return digests;
}

void append_change(Writing& w, Event event, const std::string& old, const std::string& now,
                   const policy::Identity& job) {
  event.detail["old"] = old;
  event.detail["new"] = now;
  w.append(event, job);
}

}  // namespace

void keep_configuration(Writing& w, Store& store, const Config& config, const policy::Identity& job) {
  w.database()
      .prepare("INSERT OR IGNORE INTO configurations(sha256, document) VALUES(?, ?)")
      .bind(policy::sha256(policy::as_bytes(config.document)).bytes())
      .bind(config.document)
      .run();
  compare(w, store, "config_sha256", config.sha256, [&](const std::string& old) {
    Event event{.type = EventType::config_change};
    event.detail = {{"key", "file"}};
    append_change(w, std::move(event), old, config.sha256, job);
  });
}

void write_start_leaves(LogWriter& writer, Store& store, const Config& config, const Tokens& tokens,
                        const Policies& policies, bool crashed) {
  const auto head = writer.head();
  const json modules = module_digests(config);
  writer.write([&](Writing& w) {
    const auto job = policy::Identity::system_job("start-up");
    if (crashed) {
      Event crash{.type = EventType::daemon_crash, .outcome = "failure"};
      crash.detail = {{"last_index", head.size - 1}};
      w.append(crash, job);
    }
    Event log{.type = EventType::log_start};
    log.detail = {{"tree_size", head.size}, {"root", head.root.hex()}};
    w.append(log, job);
    Event start{.type = EventType::daemon_start};
    start.detail = {{"build", INKAN_VERSION}, {"config_sha256", config.sha256}, {"module_sha256", modules}};
    w.append(start, job);
    take_up_restored(w, job);
    compare(w, store, "build", INKAN_VERSION, [&](const std::string& old) {
      append_change(w, {.type = EventType::software_update}, old, INKAN_VERSION, job);
    });
    keep_configuration(w, store, config, job);
    policies.keep(w, job);
    for (const auto& [name, token] : tokens.all())
      w.append(login_of(name, token->status(), pin_source(config, name)), job);
  });
}

}  // namespace inkan::daemon
