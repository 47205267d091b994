#include "daemon/authority/issuing_switch.h"

#include <nlohmann/json.hpp>

#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

std::optional<api::StoppedIssuing> stopped_issuing(Database& database) {
  auto row = database.prepare("SELECT value FROM meta WHERE key = 'issuing_stopped'");
  if (!row.step()) return std::nullopt;
  const auto stopped = nlohmann::json::parse(row.text(0));
  return api::StoppedIssuing{stopped.at("by").get<std::string>(), stopped.at("reason").get<std::string>(),
                             from_seconds(stopped.at("since").get<std::int64_t>())};
}

void require_issuing(Database& database, const policy::Identity& requester) {
  if (requester.role() == policy::Role::system) return;
  auto row = database.prepare("SELECT 1 FROM meta WHERE key = 'issuing_stopped'");
  if (row.step())
    throw policy::Error(policy::ErrorCode::stopped, "an officer stopped issuing; two start it again");
}

void stop_issuing(Writing& w, const api::Call& call, const std::string& reason) {
  const nlohmann::json value{{"by", call.identity.id()}, {"reason", reason}, {"since", to_seconds(w.now())}};
  w.database()
      .prepare("INSERT OR IGNORE INTO meta(key, value) VALUES('issuing_stopped', ?)")
      .bind(value.dump())
      .run();
  policy::Event event{.type = policy::EventType::issuing_stop, .reason = reason};
  event.request_id = call.request_id;
  event.trace_id = call.trace_id;
  event.detail = {{"by", call.identity.id()}};
  w.append(event, call.identity);
}

void start_issuing(Writing& w, const policy::Identity& last_voter, const std::string& reason,
                   const std::string& request) {
  w.database().execute("DELETE FROM meta WHERE key = 'issuing_stopped'");
  policy::Event event{
      .type = policy::EventType::issuing_start, .target = {"approval", request}, .reason = reason};
  event.detail = {{"request", request}};
  w.append(event, last_voter);
}

}  // namespace inkan::daemon
