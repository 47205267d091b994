#include "daemon/authority/service.h"

#include <algorithm>
#include <charconv>

#include "daemon/authority/issuing_switch.h"
#include "daemon/clock.h"
#include "daemon/metrics/page.h"
#include "daemon/store/key_rows.h"
#include "policy/log/receipt.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

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

Service::Service(Core& core, std::function<void()> wake_publisher, std::function<void()> wake_evidence)
    : core_(core),
      wake_evidence_(std::move(wake_evidence)),
      refused_(*core.writer),
      revocation_(core.ledger, core.store, core.policies, core.crls, core.identities, core.measurements,
                  wake_publisher),
      bulk_revocation_(core.ledger, core.store, core.policies, core.crls, core.approvals, core.measurements,
                       core.config.revoke_alone, std::move(wake_publisher)),
      subscribers_(core.config.subscribers ? std::make_unique<SubscriberService>(core, revocation_)
                                           : nullptr) {}

void Service::follow(const Config& next, MailTemplates templates) {
  bulk_revocation_.follow(next.revoke_alone);
  if (!subscribers_ || !next.subscribers) return;
  subscribers_->follow(next.subscribers->limits);
  if (auto* outbox = subscribers_->outbox(); outbox && next.mail)
    outbox->follow(*next.mail, std::move(templates));
}

std::optional<api::IdentityRecord> Service::find_identity(const policy::SpkiHash& key,
                                                          const policy::Fingerprint& certificate) {
  return core_.identities.find(key, certificate);
}

void Service::record_refused(const std::string& address, const std::string& subject, const std::string& why) {
  refused_.add(address, subject, why);
}

void Service::record_forbidden(const api::Call& call, const std::string& operation) {
  core_.writer->write([&](Writing& w) {
    policy::Event event{.type = policy::EventType::operator_authz_denied, .outcome = "denied"};
    event.request_id = call.request_id;
    event.trace_id = call.trace_id;
    event.detail = {{"op", operation}};
    w.append(event, call.identity);
  });
}

api::Outcome<api::IssuedCertificate> Service::issue(const api::Call& call, const api::IssueRequest& request,
                                                    const std::optional<api::Idempotency>& idempotency) {
  const auto asked = to_request(request);
  if (const auto* denial = policy::denied(asked))
    return core_.issuance.deny(*denial, request.profile, call, idempotency);
  if (const auto denial = core_.identities.refuse_operators(request.csr.public_key().spki_hash()))
    return core_.issuance.deny(*denial, request.profile, call, idempotency);
  return core_.issuance.issue(call, std::get<policy::IssuanceRequest>(asked), core_.authorities.issuing(),
                              idempotency);
}

api::Outcome<api::IssuedCertificate> Service::deny(const api::Call& call, const policy::Denial& denial,
                                                   const std::optional<api::Idempotency>& idempotency) {
  return core_.issuance.deny(denial, "", call, idempotency);  // refused before its profile was read
}

api::DryRun Service::dry_run(const api::Call& call, const api::IssueRequest& request) {
  api::DryRun answer;
  const auto asked = to_request(request);
  if (const auto* denial = policy::denied(asked)) {
    answer.denial = *denial;
    answer.verdicts.push_back({denial->rule, denial->clause, "fail", denial->detail});
    return answer;
  }
  // Judged as the web tier's, the role that would make the call: officers and auditors look at what it would
  // get.
  const policy::Engine& engine = core_.policies.now();
  const auto serial = core_.serials.draw(call.deadline);
  const auto issuer = core_.authorities.issuing().issuer_for(engine.profiles().find(request.profile), serial);
  const auto found =
      engine.examine(std::get<policy::IssuanceRequest>(asked), issuer, policy::Role::web_tier, serial, now());
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

api::RenewalRecord Service::renewal(const api::CertificateRecord& certificate) {
  const auto* authority = core_.authorities.find(certificate.authority);
  const auto identifier = authority ? authority->issuer.key_identifier() : policy::Bytes{};
  return {policy::renewal_certificate_id(identifier, certificate.serial),
          policy::renewal_info(certificate.serial, certificate.validity, certificate.renewal_from,
                               certificate.renewal_to, incident_of(certificate), now())};
}

// What is on hold may be released: that is no reason for another.
std::optional<policy::RenewalIncident> Service::incident_of(const api::CertificateRecord& certificate) const {
  using policy::RenewalIncident;
  if (certificate.status == api::CertificateStatus::revoked) return RenewalIncident::revoked;
  if (certificate.der.empty()) return RenewalIncident::not_issued;
  const auto key = policy::Certificate::parse(certificate.der).public_key().spki_hash();
  return core_.policies.now().blocklist().contains(key) ? std::optional(RenewalIncident::key_blocked)
                                                        : std::nullopt;
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

std::vector<api::TokenRecord> Service::tokens() {
  std::vector<api::TokenRecord> all;
  const auto keys = core_.store.keys();
  for (const auto& settings : core_.config.tokens) {
    const auto& name = settings.token.name;
    const auto& main = settings.standby_for.empty() ? name : settings.standby_for;
    const auto token = core_.tokens.find(name);
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
                            static_cast<int>(status.sign_time.count()),
                            status.epoch,
                            status.recoveries,
                            {}};
    const auto counts = token->signature_counts();
    for (const auto& key : keys) {
      if (key.token != main) continue;
      const auto count =
          std::find_if(counts.begin(), counts.end(), [&](const auto& each) { return each.key == key.id; });
      record.keys.push_back({key.id.hex(), std::string(policy::name(key.purpose)), key.label,
                             count == counts.end() ? 0 : count->signatures});
    }
    record.standby_for = settings.standby_for;
    record.in_use = core_.tokens.is_in_use(settings);
    all.push_back(std::move(record));
  }
  return all;
}

std::vector<api::KeyDetails> Service::keys() {
  return core_.store.read([](Database& database) {
    const auto authorities = AuthorityRow::all(database);
    std::vector<api::KeyDetails> all;
    for (auto& row : KeyRow::all(database)) {
      auto& key = row.record;
      api::KeyDetails details{key.id.hex(),
                              std::string(policy::name(key.purpose)),
                              key.label,
                              key.token,
                              std::string(policy::name(key.algorithm)),
                              key.bits,
                              std::string(name(row.state)),
                              row.created,
                              policy::spki_hash_of(key.spki).hex(),
                              std::move(key.attributes),
                              row.ceremony};
      for (const auto& authority : authorities) {
        if (authority.key != key.id) continue;
        details.authority = authority.id;
        details.certificate_expires =
            policy::Certificate::parse(authority.certificate).validity().not_after();
      }
      all.push_back(std::move(details));
    }
    return all;
  });
}

api::LedgerHead Service::ledger_head() {
  return {core_.writer->head(), core_.checkpoints.note(), core_.verifier.verifier_key()};
}

std::string Service::metrics() {
  return metrics_page(core_, server_);
}

std::vector<api::LedgerEntry> Service::ledger_entries(policy::LeafIndex from, int limit) {
  return core_.store.leaves(from, limit);
}

api::EventPage Service::events(const api::Call& call, const api::EventQuery& query) {
  auto page = core_.store.events(query);
  if (query.wait.count() <= 0) return page;
  const auto until = std::min(call.deadline, std::chrono::steady_clock::now() + query.wait);
  while (page.leaves.empty() && page.next >= page.end && core_.writer->wait_beyond(page.next, until)) {
    api::EventQuery rest = query;
    rest.begin = page.next;
    page = core_.store.events(rest);
    if (page.next == rest.begin) break;  // what came is beyond `to`
  }
  return page;
}

std::optional<std::string> Service::find_tile(const policy::TilePath& path) {
  return core_.tiles.find(path, core_.checkpoints.covered());
}

std::optional<std::string> Service::receipt(policy::LeafIndex leaf, api::Deadline until) {
  if (!core_.checkpoints.wait_for(leaf, until)) return std::nullopt;
  const auto octets = core_.store.leaf(leaf);
  if (!octets) throw Error(ErrorCode::ledger, "leaf " + std::to_string(leaf) + " is missing");
  const auto [head, note] = core_.checkpoints.best_for(leaf);
  policy::TiledTree tree = core_.tiles.tree(head.size);
  const policy::Receipt receipt{leaf, policy::to_bytes(policy::as_bytes(*octets)), tree.inclusion_proof(leaf),
                                note};
  // What leaves the house holds: a damaged tile must not become a receipt that an auditor calls a forgery.
  if (!policy::verify_inclusion(head, leaf, policy::hash_leaf(receipt.leaf), receipt.proof))
    throw Error(ErrorCode::ledger, "the tiles in " + core_.config.ledger().string() + " do not prove leaf " +
                                       std::to_string(leaf) +
                                       ": remove that folder and restart, it is made from the store again");
  return receipt.text();
}

policy::OrDenial<api::ApprovalRecord> Service::request_approval(const api::Call& call,
                                                                const api::ApprovalOrder& order) {
  return core_.approvals.request(call, order);
}

policy::OrDenial<api::ApprovalRecord> Service::vote(const api::Call& call, const std::string& id,
                                                    const api::ApprovalVote& vote) {
  return core_.approvals.vote(call, id, vote);
}

std::optional<api::ApprovalRecord> Service::find_approval(const api::Call& call, const std::string& id) {
  return core_.approvals.find(call, id);
}

std::vector<api::ApprovalRecord> Service::list_approvals(const api::Call& call,
                                                         const std::optional<std::string>& state) {
  return core_.approvals.list(call, state);
}

void Service::stop_issuing(const api::Call& call, const std::string& reason) {
  core_.approvals.stop_issuing(call, reason);
}

std::optional<api::StoppedIssuing> Service::stopped_issuing() {
  return core_.store.read([](Database& database) { return daemon::stopped_issuing(database); });
}

api::EvidenceRecord Service::order_evidence(const api::Call& call, const api::EvidenceOrder& order) {
  auto record = core_.evidence.order(call, order);
  wake_evidence_();
  return record;
}

std::optional<api::EvidenceRecord> Service::find_evidence(const std::string& id) {
  return core_.evidence.find(id);
}

std::optional<api::EvidenceFiles> Service::evidence_files(const std::string& id) {
  return core_.evidence.files(id);
}

}  // namespace inkan::daemon
