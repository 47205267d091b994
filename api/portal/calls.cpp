#include "api/portal/calls.h"

#include <algorithm>

#include "policy/x509/pem.h"

namespace inkan::api::portal {
namespace {

Json with_members(const Json& record, std::initializer_list<const char*> names) {
  Json json = Json::object();
  for (const char* name : names)
    if (const auto found = record.find(name); found != record.end()) json[name] = *found;
  return json;
}

std::string pem_of(const policy::Bytes& der) {
  return policy::pem_encode("CERTIFICATE", der);
}

// An enrolment that ended before there was anything to say goodbye to: 閉じる ends the others.
bool came_to_nothing(const Json& enrolment) {
  const auto state = enrolment.value("state", "");
  return state == "cancelled" || state == "timed_out" || state == "failed" || state == "expired";
}

}  // namespace

bool is_id(std::string_view segment) {
  return !segment.empty() && segment.size() <= 64 && std::all_of(segment.begin(), segment.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

OrProblem<Json> members_of(const Request& request, std::initializer_list<const char*> names) {
  auto parsed = parse_json_object(request.body);
  if (refused(parsed)) return parsed;
  const auto& object = std::get<Json>(parsed);
  std::vector<FieldError> errors;
  ObjectReader reader(object, "#", errors);
  Json taken = Json::object();
  for (const char* name : names)
    if (const auto* value = reader.member(name)) taken[name] = *value;
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return taken;
}

Json session_of(const Json& record) {
  return with_members(record, {"user", "ends", "choose_password"});
}

Json enrolment_of(const Json& record) {
  return with_members(record, {"id", "kind", "state", "opened", "ends", "confirm_by", "code_asked", "nonce",
                               "user_id", "certificate"});
}

void add_circumstances(Json& credentials, const Request& request) {
  credentials["address"] = request.peer->address;
  if (!request.peer->shown.empty()) credentials["certificate"] = pem_of(request.peer->shown);
}

Problem no_session() {
  return {ProblemType::denied, "nobody is logged in here", "user.ticket", "A16", "log in", {}, {}};
}

bool is_under_way(const Json& enrolment) {
  const auto state = enrolment.value("state", "");
  return state == "authenticated" || state == "issuing" || state == "issued_unconfirmed";
}

Response tell_state(Visit& visit, const std::string& proof_origin) {
  const auto pack = visit.get("/v1/policy-pack");
  if (!pack.ok()) return visit.relay(pack);
  Json state{{"pack", pack.body}, {"proof_origin", proof_origin}, {"shown", {{"status", "none"}}}};
  state["pack"].erase("document");
  state["session"] = state["enrolment"] = nullptr;
  if (const auto& shown = visit.request().peer->shown; !shown.empty()) {
    const auto judged = visit.post("/v1/shown-certificates", {{"certificate", pem_of(shown)}});
    if (!judged.ok()) return visit.relay(judged);
    state["shown"] = with_members(judged.body, {"status"});
  }
  if (visit.session()) {
    const auto found = visit.get("/v1/session", *visit.session());
    if (!found.ok() && !visit.drop_if_over(found)) return visit.relay(found);
    if (found.ok()) state["session"] = session_of(found.body);
  }
  if (const auto& ticket = visit.enrolment(); ticket && is_id(ticket->id)) {
    const auto found = visit.get(*ticket);
    if (!found.ok() && !visit.drop_if_over(found)) return visit.relay(found);
    if (found.ok()) state["enrolment"] = enrolment_of(found.body);
    // The page hears once that it is over.
    if (found.ok() && came_to_nothing(found.body)) visit.drop(k_enrolment_cookie);
  }
  return visit.answer(200, state);
}

}  // namespace inkan::api::portal
