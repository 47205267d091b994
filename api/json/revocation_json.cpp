#include "api/json/revocation_json.h"

#include "api/json/approval_json.h"
#include "api/json/certificate_json.h"

namespace inkan::api {
namespace {

using policy::SerialList;

std::vector<policy::Serial> read_serials(ObjectReader& reader, std::vector<FieldError>& errors) {
  std::vector<policy::Serial> serials;
  const Json* const list = reader.member("serials");
  if (!list || !list->is_array() || list->empty() || list->size() > SerialList::k_most) {
    reader.fail("serials", "must be an array of 1 to " + std::to_string(SerialList::k_most) +
                               " serial numbers in hexadecimal; make several calls for more");
    return serials;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& each = (*list)[i];
    const auto serial =
        each.is_string() ? policy::Serial::parse(each.get_ref<const std::string&>()) : std::nullopt;
    if (serial)
      serials.push_back(*serial);
    else
      errors.push_back({"pointer", "#/serials/" + std::to_string(i),
                        "is not a serial number: 1 to 40 hexadecimal digits, positive, at most 20 octets"});
  }
  return serials;
}

bool read_preview(ObjectReader& reader) {
  const Json* const preview = reader.member("preview");
  if (!preview) return false;
  if (!preview->is_boolean()) reader.fail("preview", "must be true or false");
  return preview->is_boolean() && preview->get<bool>();
}

}  // namespace

OrProblem<DecodedRevocations> decode_revocations(std::string_view body) {
  const auto parsed = parse_json_object(body, SerialList::k_most);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  auto serials = read_serials(reader, errors);
  const auto how = read_revocation(reader);
  auto comment = read_plain(reader, "comment", reader.optional_text("comment").value_or(""));
  const bool preview = read_preview(reader);
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return DecodedRevocations{
      {SerialList(std::move(serials)), how.reason, how.invalidity_date, std::move(comment)}, preview};
}

Json encode(const RevocationReport& report) {
  Json json;
  json["count"] = report.items.size();
  json["sha256"] = report.sha256;
  json["needs_approval"] = report.needs_approval;
  if (report.approval) {
    const auto& approval = *report.approval;
    json["approval"] = {{"id", approval.id}, {"state", approval.state}};
    if (!approval.work.empty()) json["approval"]["work"] = approval.work;
    if (!approval.failure.empty()) json["approval"]["why"] = approval.failure;
    json["approval"]["requester"] = approval.requester;
    json["approval"]["reason"] = approval.reason;
    json["approval"]["needed"] = approval.needed;
    json["approval"]["votes"] = approval.votes.size();
    json["approval"]["expires"] = policy::to_rfc3339(approval.expires);
  }
  json["totals"] = Json::object();
  for (const auto& [outcome, count] : report.totals()) json["totals"][std::string(name(outcome))] = count;
  json["items"] = Json::array();
  for (const auto& item : report.items) {
    Json one{{"serial", item.serial.hex()}, {"outcome", name(item.outcome)}};
    if (!item.rule.empty()) one["rule"] = item.rule;
    if (!item.detail.empty()) one["detail"] = item.detail;
    json["items"].push_back(std::move(one));
  }
  return json;
}

}  // namespace inkan::api
