// Evidence packs: ordered, asked after, fetched.
#include <fstream>

#include "api/handlers/answers.h"
#include "api/handlers/handlers.h"
#include "api/json/evidence_json.h"
#include "api/query.h"
#include "policy/types/error.h"

namespace inkan::api {
namespace {

constexpr std::size_t k_part = 256 * 1024;  // octets of an archive sent at a time

Problem not_ready(const std::string& id) {
  return Problem{ProblemType::not_found,
                 "there is no pack " + id.substr(0, 64) + " that is ready",
                 {},
                 {},
                 "order it by POST /v1/evidence, and ask GET /v1/evidence/{id} until its status is ready",
                 {},
                 {}};
}

std::optional<Problem> refuse_parameters(const Exchange& exchange) {
  return QueryReader(exchange.request.target.query).finish();
}

// The file as it was when it was opened: should it be forgotten meanwhile, it is still sent whole.
BodySource source_of(const std::filesystem::path& file) {
  auto in = std::make_shared<std::ifstream>(file, std::ios::binary);
  if (!*in) throw policy::Error(policy::ErrorCode::store, file.string() + " cannot be read");
  return [in]() -> std::optional<std::string> {
    std::string part(k_part, '\0');
    in->read(part.data(), static_cast<std::streamsize>(part.size()));
    if (in->bad()) throw policy::Error(policy::ErrorCode::store, "an archive cannot be read to its end");
    part.resize(static_cast<std::size_t>(in->gcount()));
    return part.empty() ? std::nullopt : std::optional(std::move(part));
  };
}

}  // namespace

Answer order_evidence(const Exchange& exchange) {
  const auto order = decode_evidence_order(exchange.request.body);
  if (const auto* problem = refused(order)) return *problem;
  const auto record = exchange.authority.order_evidence(exchange.call, std::get<EvidenceOrder>(order));
  const bool ready = record.status == "ready";
  auto response = json_response(ready ? 200 : 202, encode(record));
  response.with("Location", "/v1/evidence/" + record.id);
  return ready ? response : response.with("Retry-After", "1");
}

Answer get_evidence(const Exchange& exchange) {
  if (auto problem = refuse_parameters(exchange)) return *problem;
  const auto record = exchange.authority.find_evidence(exchange.parameters[0]);
  if (!record)
    return Problem{ProblemType::not_found,
                   "no pack of this id is ordered or kept",
                   {},
                   {},
                   "order it by POST /v1/evidence with the same tree_size, from and to: it is the same again",
                   {},
                   {}};
  return json_response(200, encode(*record));
}

Answer get_evidence_archive(const Exchange& exchange) {
  if (auto problem = refuse_parameters(exchange)) return *problem;
  const auto& id = exchange.parameters[0];
  const auto files = exchange.authority.evidence_files(id);
  if (!files) return not_ready(id);
  Response response{200, "application/x-tar", "", {}};
  response.source = source_of(files->archive);
  return response.with("Cache-Control", "private, no-cache")
      .with("Content-Disposition", "attachment; filename=\"" + id + ".tar\"");
}

Answer get_evidence_signature(const Exchange& exchange) {
  if (auto problem = refuse_parameters(exchange)) return *problem;
  const auto& id = exchange.parameters[0];
  const auto files = exchange.authority.evidence_files(id);
  if (!files) return not_ready(id);
  Response response{200, "text/plain; charset=utf-8", files->signature, {}};
  return response.with("Cache-Control", "private, no-cache");
}

}  // namespace inkan::api
