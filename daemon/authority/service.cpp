#include "daemon/authority/service.h"

#include <algorithm>
#include <charconv>

#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

// One key, one role: else a subscriber's certificate would share a key with an operator's.
const policy::Denial k_operators_key{"key.operator", "role table",
                                     "this key is an operator's of this authority",
                                     "make a new key for each certificate"};

// The caller's subject, where he named one instead of the request's.
policy::OrDenial<policy::IssuanceRequest> to_request(const api::IssueRequest& request) {
  std::optional<policy::Name> subject;
  if (request.subject) {
    auto built = policy::Name::build(*request.subject);
    if (const auto* denial = policy::denied(built)) return *denial;
    subject = std::get<policy::Name>(std::move(built));
  }
  return policy::IssuanceRequest::from(request.profile, request.csr, std::move(subject));
}

std::int64_t parse_cursor(const std::string& cursor) {
  if (cursor.empty()) return 0;
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), id, 36);
  if (error != std::errc() || end != cursor.data() + cursor.size() || id <= 0)
    throw Error(
        ErrorCode::invalid_input,
        "the cursor is not one this API gave: take it from `next` or the Link header of the page before");
  return id;
}

std::string to_cursor(std::int64_t id) {
  char text[16];
  const auto [end, error] = std::to_chars(text, text + sizeof text, id, 36);
  return error == std::errc() ? std::string(text, end) : "";
}

}  // namespace

Service::Service(Core& core, std::function<void()> wake_publisher)
    : core_(core),
      identities_(core.store),
      refused_(*core.writer),
      revocation_(core.ledger, core.store, core.engine.profiles(), core.crls, identities_,
                  std::move(wake_publisher)) {}

std::optional<api::IdentityRecord> Service::find_identity(const policy::SpkiHash& key,
                                                          const policy::Fingerprint& certificate) {
  return identities_.find(key, certificate);
}

void Service::record_refused(const std::string& address, const std::string& subject, const std::string& why) {
  refused_.add(address, subject, why);
}

void Service::record_forbidden(const api::Call& call, const std::string& operation) {
  core_.writer->write([&](Writing& w) {
    policy::Event event{.type = "operator.authz.denied", .outcome = "denied"};
    event.request_id = call.request_id;
    event.trace_id = call.trace_id;
    event.detail = {{"op", operation}};
    w.append(event, call.identity);
  });
}

api::Outcome<api::IssuedCertificate> Service::issue(const api::Call& call, const api::IssueRequest& request,
                                                    const std::optional<api::Idempotency>& idempotency) {
  const auto asked = to_request(request);
  if (const auto* denial = policy::denied(asked)) return core_.issuance.deny(*denial, call, idempotency);
  if (identities_.is_operators(request.csr.public_key().spki_hash()))
    return core_.issuance.deny(k_operators_key, call, idempotency);
  return core_.issuance.issue(call, std::get<policy::IssuanceRequest>(asked), core_.authorities.issuing(),
                              idempotency);
}

api::Outcome<api::IssuedCertificate> Service::deny(const api::Call& call, const policy::Denial& denial,
                                                   const std::optional<api::Idempotency>& idempotency) {
  return core_.issuance.deny(denial, call, idempotency);
}

api::DryRun Service::dry_run(const api::Call&, const api::IssueRequest& request) {
  api::DryRun answer;
  const auto asked = to_request(request);
  if (const auto* denial = policy::denied(asked)) {
    answer.denial = *denial;
    answer.verdicts.push_back({denial->rule, denial->clause, "fail", denial->detail});
    return answer;
  }
  // Judged as the web tier's, the role that would make the call: officers and auditors look at what it would
  // get.
  const auto found =
      core_.engine.examine(std::get<policy::IssuanceRequest>(asked), core_.authorities.issuing().issuer,
                           policy::Role::web_tier, core_.serials.draw(), now());
  if (found.tbs) answer.tbs = policy::to_bytes(found.tbs->to_be_signed());
  for (const auto& verdict : found.verdicts)
    answer.verdicts.push_back({verdict.rule, verdict.clause, verdict.pass ? "pass" : "fail", verdict.detail});
  answer.origins = found.origins;
  answer.denial = found.denial;
  return answer;
}

std::optional<api::IssuedCertificate> Service::find_certificate(const api::Call&,
                                                                const policy::Serial& serial) {
  auto record = core_.store.find_certificate(serial, now());
  if (!record) return std::nullopt;
  auto chain = record->der.empty() ? std::vector<policy::Bytes>{}
                                   : core_.authorities.chain(record->authority, record->der);
  return api::IssuedCertificate{std::move(*record), std::move(chain), false};
}

api::CertificatePage Service::list_certificates(const api::Call&, const api::ListFilter& filter) {
  api::ListFilter one_more = filter;
  ++one_more.limit;  // tells whether there is a next page
  auto rows = core_.store.certificates(one_more, parse_cursor(filter.cursor), now());
  api::CertificatePage page;
  if (rows.size() > static_cast<std::size_t>(filter.limit)) {
    rows.pop_back();
    page.next = to_cursor(rows.back().first);
  }
  for (auto& [id, record] : rows) page.items.push_back(std::move(record));
  return page;
}

api::Outcome<api::CertificateRecord> Service::revoke(const api::Call& call, const api::RevokeRequest& request,
                                                     const std::optional<api::Idempotency>& idempotency) {
  return revocation_.revoke(call, request, idempotency);
}

std::vector<api::AuthorityRecord> Service::authorities() {
  std::vector<api::AuthorityRecord> all;
  for (const auto& authority : core_.authorities.all()) {
    const auto& issuer = authority->issuer;
    const auto crl = core_.crls.newest(issuer.id);
    const auto why = authority->signer->out_of_service();
    all.push_back({issuer.id, issuer.subject.text(), issuer.validity,
                   std::string(policy::name(issuer.public_key.algorithm())),
                   std::string(policy::name(issuer.signature_algorithm)), issuer.public_key.spki_hash(),
                   authority->certificate, authority->parent,
                   !why.empty()                        ? "out-of-service"
                   : authority->signer->needs_canary() ? "unavailable"
                                                       : "ready",
                   crl ? std::optional(crl->number) : std::nullopt,
                   crl ? std::optional(crl->next_update) : std::nullopt});
  }
  return all;
}

std::vector<api::ProfileRecord> Service::profiles() {
  std::vector<api::ProfileRecord> all;
  for (const auto& profile : core_.engine.profiles().all()) {
    api::ProfileRecord record{profile.name,        profile.version,  profile.sha256.hex(),
                              profile.description, profile.document, {}};
    for (const auto role : profile.roles) record.roles.emplace_back(policy::name(role));
    all.push_back(std::move(record));
  }
  return all;
}

std::vector<api::TokenRecord> Service::tokens() {
  std::vector<api::TokenRecord> all;
  for (const auto& [name, token] : core_.tokens.all()) {
    const auto status = token->status();
    api::TokenRecord record{name,
                            std::string(pkcs11::name(status.state)),
                            status.detail,
                            status.label,
                            status.serial,
                            status.manufacturer,
                            status.model,
                            status.firmware,
                            status.sessions_open,
                            status.in_flight,
                            status.stuck,
                            status.queued,
                            status.epoch,
                            status.recoveries,
                            {}};
    const auto counts = token->signature_counts();
    for (const auto& key : core_.keys) {
      if (key.token != name) continue;
      const auto count =
          std::find_if(counts.begin(), counts.end(), [&](const auto& each) { return each.key == key.id; });
      record.keys.push_back({key.id.hex(), std::string(policy::name(key.purpose)), key.label,
                             count == counts.end() ? 0 : count->signatures});
    }
    all.push_back(std::move(record));
  }
  return all;
}

std::optional<policy::Bytes> Service::find_crl(const std::string& authority_id) {
  const auto crl = core_.crls.newest(authority_id);
  return crl ? std::optional(crl->der) : std::nullopt;
}

api::LedgerHead Service::ledger_head() {
  return {core_.writer->head(), core_.checkpoints.note(), core_.verifier.verifier_key()};
}

std::vector<api::LedgerEntry> Service::ledger_entries(policy::LeafIndex from, int limit) {
  return core_.store.leaves(from, limit);
}

}  // namespace inkan::daemon
