#include "api/json/evidence_json.h"

#include "api/json/timestamp.h"

namespace inkan::api {
namespace {

policy::Instant read_instant(ObjectReader& reader, const char* name) {
  const auto text = reader.text(name);
  const auto instant = parse_rfc3339(text);
  if (!instant && !text.empty())
    reader.fail(name, "is not a time like 2027-01-31T09:00:00+09:00 (RFC 3339, whole seconds)");
  return instant.value_or(policy::Instant{});
}

}  // namespace

OrProblem<EvidenceOrder> decode_evidence_order(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  EvidenceOrder order{read_instant(reader, "from"), read_instant(reader, "to"), std::nullopt};
  if (const auto* size = reader.member("tree_size")) {
    if (size->is_number_unsigned() && *size > 0)
      order.tree_size = size->get<std::uint64_t>();
    else
      reader.fail("tree_size", "is not the number of leaves of a checkpoint");
  }
  if (errors.empty() && order.from >= order.to) reader.fail("to", "is not after `from`");
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return order;
}

Json encode(const EvidenceRecord& record) {
  Json json;
  json["id"] = record.id;
  json["status"] = record.status;
  json["tree_size"] = record.tree_size;
  json["from"] = policy::to_rfc3339(record.from);
  json["to"] = policy::to_rfc3339(record.to);
  if (record.status == "ready") {
    json["octets"] = record.octets;
    json["sha256"] = record.sha256;
    json["archive"] = "/v1/evidence/" + record.id + "/archive";
    json["signature"] = "/v1/evidence/" + record.id + "/signature";
  }
  if (!record.why.empty()) json["why"] = record.why;
  return json;
}

}  // namespace inkan::api
