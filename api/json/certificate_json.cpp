#include "api/json/certificate_json.h"

#include "api/json/pem.h"
#include "api/json/timestamp.h"

namespace inkan::api {
namespace {

using policy::CertificationRequest;
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

Json encode_revocation(const Revocation& revocation) {
  Json json;
  json["revoked_at"] = policy::to_rfc3339(revocation.revoked_at);
  json["reason"] = name(revocation.reason);
  if (revocation.invalidity_date) json["invalidity_date"] = policy::to_rfc3339(*revocation.invalidity_date);
  json["ledger"]["index"] = revocation.leaf;
  return json;
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

OrProblem<RevokeRequest> decode_revoke_request(std::string_view body, policy::Serial serial) {
  const auto parsed = parse_json_object(body);
  if (const auto* problem = refused(parsed)) return *problem;
  std::vector<FieldError> errors;
  ObjectReader reader(std::get<Json>(parsed), "#", errors);
  RevokeRequest request{std::move(serial), policy::RevocationReason::unspecified, std::nullopt};
  const auto reason_text = reader.text("reason");
  const auto reason = policy::revocation_reason(std::string_view(reason_text));
  if (reason) request.reason = *reason;
  if (!reason && !reason_text.empty())
    reader.fail("reason", "is not a reason of RFC 5280 §5.3.1 such as keyCompromise or superseded");
  if (const auto date = reader.optional_text("invalidity_date")) {
    request.invalidity_date = parse_rfc3339(*date);
    if (!request.invalidity_date)
      reader.fail("invalidity_date", "is not a time like 2027-01-31T09:00:00Z (RFC 3339)");
  }
  reader.refuse_unknown();
  if (!errors.empty()) return invalid_request(std::move(errors));
  return request;
}

Json encode(const CertificateRecord& record) {
  Json json;
  json["serial"] = record.serial.hex();
  json["status"] = name(record.status);
  json["authority"] = record.authority;
  json["profile"] = record.profile;
  json["profile_version"] = record.profile_version;
  json["profile_sha256"] = record.profile_sha256;
  json["subject"] = record.subject;
  json["not_before"] = policy::to_rfc3339(record.validity.not_before());
  json["not_after"] = policy::to_rfc3339(record.validity.not_after());
  json["renewal"] = {{"from", policy::to_rfc3339(record.renewal_from)},
                     {"to", policy::to_rfc3339(record.renewal_to)}};
  json["requester"] = record.requester;
  // The leaf that tells how it ended, or as long as there is none, the one that tells what was intended.
  json["ledger"] = {{"index", record.outcome.value_or(record.intent)}, {"intent", record.intent}};
  if (record.revocation) json["revocation"] = encode_revocation(*record.revocation);
  return json;
}

Json encode(const IssuedCertificate& issued) {
  auto json = encode(issued.record);
  if (!issued.record.der.empty()) json["certificate"] = to_pem(issued.record.der);
  json["chain"] = Json::array();
  for (const auto& der : issued.chain) json["chain"].push_back(to_pem(der));
  return json;
}

Json encode(const CertificatePage& page) {
  Json json;
  json["items"] = Json::array();
  for (const auto& record : page.items) json["items"].push_back(encode(record));
  json["next"] = page.next.empty() ? Json(nullptr) : Json(page.next);
  return json;
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
