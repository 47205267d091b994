#include "api/json/approval_json.h"

#include "policy/dual_control/ballot.h"

namespace inkan::api {
namespace {

std::string known_acts() {
  std::string all;
  for (const auto kind : policy::all_act_kinds()) all += (all.empty() ? "" : ", ") + std::string(name(kind));
  return all;
}

// Those of this kind that an officer gives; what they mean is the daemon's to judge.
policy::ActParameters read_parameters(ObjectReader& reader, policy::ActKind kind,
                                      std::vector<FieldError>& errors) {
  policy::ActParameters given;
  const Json* const object = reader.member("parameters");
  if (object && !object->is_object()) {
    reader.fail("parameters", "is no object");
    return given;
  }
  const Json none = Json::object();
  ObjectReader inner(object ? *object : none, "#/parameters", errors);
  for (const auto& each : policy::parameters_of(kind)) {
    if (each.given == policy::ActParameter::Given::by_daemon) continue;
    const std::string name(each.name);
    auto text = each.given == policy::ActParameter::Given::always ? std::optional(inner.text(name.c_str()))
                                                                  : inner.optional_text(name.c_str());
    if (!text || text->empty()) continue;
    if (const auto wrong = policy::fault_in_value(each, *text); !wrong.empty())
      inner.fail(name.c_str(), wrong);
    given.emplace(name, *std::move(text));
  }
  inner.refuse_unknown();
  return given;
}

Json encode(const CastVote& vote) {
  return {{"officer", vote.officer},         {"vote", vote.approve ? "approve" : "refuse"},
          {"comment", vote.comment},         {"at", policy::to_rfc3339(vote.at)},
          {"document", vote.document},       {"signature", policy::to_base64(vote.signature)},
          {"ledger", {{"index", vote.leaf}}}};
}

}  // namespace

std::string read_plain(ObjectReader& reader, const char* name, std::string text) {
  if (!text.empty() && !policy::is_plain_text(text))
    reader.fail(name, "is not plain text of 1 to " + std::to_string(policy::k_most_plain_text) +
                          " octets in UTF-8, without line breaks");
  return text;
}

OrProblem<ApprovalOrder> decode_approval_order(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  const auto op = reader.text("op");
  const auto kind = policy::act_kind(op);
  if (!kind && !op.empty()) reader.fail("op", "is no act that takes approval; those are " + known_acts());
  auto reason = read_plain(reader, "reason", reader.text("reason"));
  auto parameters = kind ? read_parameters(reader, *kind, errors) : policy::ActParameters{};
  if (kind) reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return ApprovalOrder{*kind, std::move(reason), std::move(parameters)};
}

OrProblem<ApprovalVote> decode_approval_vote(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  const auto vote = reader.text("vote");
  if (!vote.empty() && vote != "approve" && vote != "refuse")
    reader.fail("vote", "is neither approve nor refuse");
  const auto text = reader.text("signature");
  auto signature = policy::from_base64(text);
  if (!text.empty() && (!signature || signature->size() > policy::k_max_vote))
    reader.fail("signature", "is not base64 of a CMS signature in DER, of at most 64 KiB");
  auto comment = read_plain(reader, "comment", reader.optional_text("comment").value_or(""));
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return ApprovalVote{vote == "approve", std::move(*signature), std::move(comment)};
}

OrProblem<std::string> decode_stop(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  auto reason = read_plain(reader, "reason", reader.text("reason"));
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return reason;
}

Json encode(const ApprovalRecord& record) {
  Json json;
  json["id"] = record.id;
  json["op"] = record.op;
  json["reason"] = record.reason;
  json["in_words"] = record.in_words;
  json["plan"] = record.plan;
  json["plan_sha256"] = record.plan_sha256;
  json["state"] = record.state;
  if (!record.work.empty()) {
    json["work"]["state"] = record.work;
    if (!record.failure.empty()) json["work"]["why"] = record.failure;
  }
  json["requester"] = record.requester;
  json["created"] = policy::to_rfc3339(record.created);
  json["expires"] = policy::to_rfc3339(record.expires);
  json["needed"] = record.needed;
  json["officers"] = record.officers;
  json["votes"] = Json::array();
  for (const auto& vote : record.votes) json["votes"].push_back(encode(vote));
  json["ledger"] = {{"request", record.leaf},
                    {"result", record.result_leaf ? Json(*record.result_leaf) : Json(nullptr)}};
  if (!record.approve_document.empty())
    json["to_sign"] = {{"approve", record.approve_document}, {"refuse", record.refuse_document}};
  return json;
}

Json encode_issuing(const std::optional<StoppedIssuing>& stopped) {
  if (!stopped) return {{"state", "running"}};
  return {{"state", "stopped"},
          {"by", stopped->by},
          {"reason", stopped->reason},
          {"since", policy::to_rfc3339(stopped->since)}};
}

}  // namespace inkan::api
