#include "api/json/certificate_json.h"

#include "api/json/pem.h"
#include "api/json/timestamp.h"
#include "policy/types/json_object.h"

namespace inkan::api {
namespace {

using policy::CertificationRequest;
using policy::JsonObject;
using policy::NameAttribute;

// RFC 5280 Appendix A knows far fewer; a subject with more is a mistake or an attack.
constexpr std::size_t k_subject_attributes = 32;

// {"CN": "…", "O": "…"}: one RDN per member, in this order.
void read_attributes_object(const Json& object, std::vector<FieldError>& errors,
                            std::vector<NameAttribute>& attributes) {
  ObjectReader reader(object, "#/subject", errors);
  for (const auto& [type, value] : object.items()) {
    if (const auto text = reader.optional_text(type.c_str())) attributes.push_back({type, *text});
  }
}

// [{"type": "OU", "value": "…"}, …]: for a type that comes more than once.
void read_attributes_array(const Json& array, std::vector<FieldError>& errors,
                           std::vector<NameAttribute>& attributes) {
  for (std::size_t i = 0; i < array.size(); ++i) {
    const auto pointer = "#/subject/" + std::to_string(i);
    if (!array[i].is_object()) {
      errors.push_back({"pointer", pointer, "must be an object {\"type\", \"value\"}"});
      continue;
    }
    ObjectReader reader(array[i], pointer, errors);
    NameAttribute attribute{reader.text("type"), reader.text("value")};
    reader.refuse_unknown();
    attributes.push_back(std::move(attribute));
  }
}

std::optional<std::vector<NameAttribute>> read_subject(ObjectReader& reader,
                                                       std::vector<FieldError>& errors) {
  const Json* subject = reader.member("subject");
  if (!subject) return std::nullopt;
  std::vector<NameAttribute> attributes;
  if (!subject->is_structured() || subject->empty() || subject->size() > k_subject_attributes) {
    reader.fail("subject", "must be an object or an array of 1 to " + std::to_string(k_subject_attributes) +
                               " attributes; leave it out to take the CSR's");
  } else if (subject->is_object()) {
    read_attributes_object(*subject, errors, attributes);
  } else {
    read_attributes_array(*subject, errors, attributes);
  }
  return attributes;
}

void put(JsonObject json, const Revocation& revocation) {
  json.text("revoked_at", policy::to_rfc3339(revocation.revoked_at));
  json.text("reason", name(revocation.reason));
  if (revocation.invalidity_date)
    json.text("invalidity_date", policy::to_rfc3339(*revocation.invalidity_date));
  JsonObject ledger = json.object("ledger");
  ledger.number("index", revocation.leaf);
  ledger.end();
  json.end();
}

void put(JsonObject json, const Release& release) {
  json.text("released_at", policy::to_rfc3339(release.released_at));
  JsonObject ledger = json.object("ledger");
  ledger.number("index", release.leaf);
  ledger.end();
  json.end();
}

void put(JsonObject& json, const CertificateRecord& record) {
  json.text("serial", record.serial.hex());
  json.text("status", name(record.status));
  json.text("authority", record.authority);
  json.text("profile", record.profile);
  json.number("profile_version", record.profile_version);
  json.text("profile_sha256", record.profile_sha256);
  json.text("subject", record.subject);
  json.text("not_before", policy::to_rfc3339(record.validity.not_before()));
  json.text("not_after", policy::to_rfc3339(record.validity.not_after()));
  JsonObject renewal = json.object("renewal");
  renewal.text("from", policy::to_rfc3339(record.renewal_from));
  renewal.text("to", policy::to_rfc3339(record.renewal_to));
  renewal.end();
  json.text("requester", record.requester);
  // The leaf that tells how it ended, or as long as there is none, the one that tells what was intended.
  JsonObject ledger = json.object("ledger");
  ledger.number("index", record.outcome.value_or(record.intent));
  ledger.number("intent", record.intent);
  ledger.end();
  if (record.revocation) put(json.object("revocation"), *record.revocation);
  if (record.release) put(json.object("release"), *record.release);
}

// An array, each of whose values `append_one` appends.
template <class List, class AppendOne>
void append_list(std::string& text, const List& list, AppendOne append_one) {
  text += '[';
  for (const auto& each : list) {
    if (text.back() != '[') text += ',';
    append_one(each);
  }
  text += ']';
}

Json encode_denial(const policy::Denial& denial) {
  return {{"rule", denial.rule}, {"clause", denial.clause}, {"detail", denial.detail}, {"mend", denial.mend}};
}

}  // namespace

OrProblem<IssueRequest> decode_issue_request(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  auto profile = reader.text("profile");
  const auto csr_text = reader.text("csr");
  auto subject = read_subject(reader, errors);
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  auto csr = CertificationRequest::parse_text(csr_text);
  if (const auto* denial = policy::denied(csr)) return problem_of(*denial);
  return IssueRequest{std::move(profile), std::get<CertificationRequest>(std::move(csr)), std::move(subject)};
}

RevocationWords read_revocation(ObjectReader& reader) {
  RevocationWords words;
  const auto reason_text = reader.text("reason");
  const auto reason = policy::revocation_reason(std::string_view(reason_text));
  if (reason) words.reason = *reason;
  if (!reason && !reason_text.empty())
    reader.fail("reason", "is not a reason of RFC 5280 §5.3.1 such as keyCompromise or superseded");
  if (const auto date = reader.optional_text("invalidity_date")) {
    words.invalidity_date = parse_rfc3339(*date);
    if (!words.invalidity_date)
      reader.fail("invalidity_date", "is not a time like 2027-01-31T09:00:00Z (RFC 3339)");
  }
  return words;
}

OrProblem<RevokeRequest> decode_revoke_request(std::string_view body, policy::Serial serial) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  const auto words = read_revocation(reader);
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return RevokeRequest{std::move(serial), words.reason, words.invalidity_date};
}

std::optional<Problem> fault_in_release_request(std::string_view body) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader(std::get<Json>(parsed), "#", errors).refuse_unknown();
  return errors.empty() ? std::nullopt : std::optional(invalid_request(std::move(errors)));
}

// The names of RFC 9773 §4.2, and ours as in the rest of this interface.
std::string to_text(const RenewalRecord& renewal) {
  std::string text;
  JsonObject json(text, JsonObject::Names::as_they_come);
  json.text("certificate_id", renewal.certificate_id);
  JsonObject window = json.object("suggestedWindow");
  window.text("start", policy::to_rfc3339(renewal.info.start));
  window.text("end", policy::to_rfc3339(renewal.info.end));
  window.end();
  json.text("renew_at", policy::to_rfc3339(renewal.info.renew_at));
  json.raw("renew_now", renewal.info.now ? "true" : "false");
  json.text("explanation", renewal.info.explanation);
  json.end();
  return text;
}

std::string to_text(const CertificateRecord& record) {
  std::string text;
  JsonObject json(text, JsonObject::Names::as_they_come);
  put(json, record);
  json.end();
  return text;
}

std::string to_text(const IssuedCertificate& issued) {
  std::string text;
  text.reserve(8192);
  JsonObject json(text, JsonObject::Names::as_they_come);
  put(json, issued.record);
  if (!issued.record.der.empty()) json.text("certificate", to_pem(issued.record.der));
  json.begin("chain");
  append_list(text, issued.chain, [&](const auto& der) { policy::append_json_text(text, to_pem(der)); });
  json.end();
  return text;
}

std::string to_text(const CertificatePage& page) {
  std::string text;
  JsonObject json(text, JsonObject::Names::as_they_come);
  json.begin("items");
  append_list(text, page.items, [&](const auto& record) { text += to_text(record); });
  if (page.next.empty())
    json.raw("next", "null");
  else
    json.text("next", page.next);
  json.end();
  return text;
}

Json encode(const DryRun& run) {
  Json json;
  json["tbs"] = policy::to_base64(run.tbs);
  json["verdicts"] = Json::array();
  for (const auto& verdict : run.verdicts)
    json["verdicts"].push_back({{"rule", verdict.rule},
                                {"clause", verdict.clause},
                                {"result", verdict.result},
                                {"detail", verdict.detail}});
  json["origins"] = Json::object();
  for (const auto& [field, origin] : run.origins) json["origins"][field] = origin;
  json["denial"] = run.denial ? encode_denial(*run.denial) : Json(nullptr);
  return json;
}

}  // namespace inkan::api
