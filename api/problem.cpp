#include "api/problem.h"

#include "api/json/problem_json.h"

namespace inkan::api {
namespace {

struct Row {
  int status;
  std::string_view name, english, japanese;
};

// A switch, so that a new type without a row is a compile error.
Row row(ProblemType type) {
  switch (type) {
    case ProblemType::malformed_request:
      return {400, "malformed-request", "The request cannot be read", "リクエストを解釈できません"};
    case ProblemType::invalid_request:
      return {400, "invalid-request", "The request's content is not valid",
              "リクエストの内容が正しくありません"};
    case ProblemType::csr_not_acceptable:
      return {400, "csr-not-acceptable", "The certification request is not acceptable",
              "証明書署名要求（CSR）を受け付けられません"};
    case ProblemType::unknown_profile:
      return {400, "unknown-profile", "There is no such profile", "指定されたプロファイルはありません"};
    case ProblemType::client_certificate_required:
      return {401, "client-certificate-required", "A client certificate is required",
              "クライアント証明書が必要です"};
    case ProblemType::client_certificate_not_valid:
      return {401, "client-certificate-not-valid", "The client certificate is not valid now",
              "クライアント証明書は現在有効ではありません"};
    case ProblemType::unknown_identity:
      return {403, "unknown-identity", "The client certificate belongs to no identity of this service",
              "クライアント証明書に対応する利用者が登録されていません"};
    case ProblemType::role_not_allowed:
      return {403, "role-not-allowed", "This role may not do that", "この役割では操作が許可されていません"};
    case ProblemType::denied:
      return {403, "denied", "Refused by policy", "ポリシーにより拒否されました"};
    case ProblemType::not_found:
      return {404, "not-found", "There is no such resource", "指定されたものは見つかりません"};
    case ProblemType::method_not_allowed:
      return {405, "method-not-allowed", "This resource does not take that method",
              "このメソッドは使用できません"};
    case ProblemType::not_acceptable:
      return {406, "not-acceptable", "No representation fits the Accept field",
              "要求された形式では応答できません"};
    case ProblemType::request_in_progress:
      return {409, "request-in-progress", "The first request with this Idempotency-Key still runs",
              "同じ Idempotency-Key のリクエストを処理中です"};
    case ProblemType::length_required:
      return {411, "length-required", "The body's length is required", "Content-Length が必要です"};
    case ProblemType::body_too_large:
      return {413, "body-too-large", "The body is too large", "リクエスト本文が大きすぎます"};
    case ProblemType::target_too_long:
      return {414, "target-too-long", "The request target is too long", "URI が長すぎます"};
    case ProblemType::unsupported_media_type:
      return {415, "unsupported-media-type", "The body's media type is not supported",
              "本文の形式に対応していません"};
    case ProblemType::expectation_failed:
      return {417, "expectation-failed", "The expectation cannot be met", "Expect の内容に対応していません"};
    case ProblemType::idempotency_key_reused:
      return {422, "idempotency-key-reused", "This Idempotency-Key came with another body",
              "同じ Idempotency-Key が別の内容で使用されました"};
    case ProblemType::too_many_requests:
      return {429, "too-many-requests", "Too many requests in a short time",
              "短時間に要求が集中しています。しばらくしてからやり直してください"};
    case ProblemType::header_too_large:
      return {431, "header-too-large", "The header is too large", "ヘッダーが大きすぎます"};
    case ProblemType::internal:
      return {500, "internal", "The service failed", "サービス内部で障害が発生しました"};
    case ProblemType::unavailable:
      return {503, "unavailable", "The service cannot do this now", "現在この処理を行えません"};
    case ProblemType::issuing_stopped:
      return {503, "issuing-stopped", "An officer has stopped issuing", "証明書の発行は停止されています"};
    case ProblemType::too_many_connections:
      return {503, "too-many-connections", "Too many connections are open", "接続数が上限に達しています"};
  }
  return {500, "internal", "The service failed", "サービス内部で障害が発生しました"};
}

ProblemType type_of(const Fault& fault) {
  switch (fault.status) {
    case 404:
      return ProblemType::not_found;
    case 411:
      return ProblemType::length_required;
    case 413:
      return ProblemType::body_too_large;
    case 414:
      return ProblemType::target_too_long;
    case 417:
      return ProblemType::expectation_failed;
    case 431:
      return ProblemType::header_too_large;
    case 503:
      return ProblemType::too_many_connections;
    default:
      return ProblemType::malformed_request;
  }
}

ProblemType type_of(const policy::Denial& denial) {
  if (denial.rule.starts_with("csr.") || denial.rule == "key.parse") return ProblemType::csr_not_acceptable;
  if (denial.rule == "profile.unknown") return ProblemType::unknown_profile;
  return ProblemType::denied;
}

}  // namespace

int status_of(ProblemType type) {
  return row(type).status;
}
std::string_view type_name(ProblemType type) {
  return row(type).name;
}

Problem problem_of(const Fault& fault) {
  Problem problem{type_of(fault), fault.detail, {}, {}, fault.mend, {}, {}};
  if (fault.status == 503) problem.fields.emplace_back("Retry-After", "1");
  return problem;
}

Problem problem_of(const policy::Denial& denial) {
  Problem problem{type_of(denial), denial.detail, denial.rule, denial.clause, denial.mend, {}, {}};
  if (problem.type == ProblemType::csr_not_acceptable)
    problem.errors.push_back({"pointer", "#/csr", denial.detail});
  return problem;
}

Problem invalid_request(std::vector<FieldError> errors) {
  const auto more = errors.size() > k_field_errors ? errors.size() - k_field_errors : 0;
  errors.resize(errors.size() - more);
  std::string detail;
  for (const auto& error : errors) detail += (detail.empty() ? "" : "; ") + error.name + ": " + error.detail;
  if (more > 0) detail += "; and " + std::to_string(more) + " more";
  return {ProblemType::invalid_request, detail, {}, {}, {}, std::move(errors), {}};
}

Problem unavailable(std::string detail) {
  return {ProblemType::unavailable, std::move(detail), {}, {}, "try again after the time in Retry-After", {},
          {{"Retry-After", "5"}}};
}

Response respond(const Problem& problem, Language language, const std::string& request_id) {
  const Row kind = row(problem.type);
  const bool japanese = language == Language::japanese;
  Response response{
      kind.status, "application/problem+json",
      encode(problem, kind.name, japanese ? kind.japanese : kind.english, kind.status, request_id),
      problem.fields};
  return response.with("Cache-Control", "no-store")
      .with("Content-Language", japanese ? "ja" : "en")
      .with("Vary", "Accept-Language");
}

}  // namespace inkan::api
