// An authority for tests of the edge: it issues nothing, and what it answers depends on the profile's name
// alone.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "policy/types/error.h"
#include "tests/support/fake_status_changes.h"

namespace inkan::test {

// issue(): "client-auth" succeeds; "denied", "unknown", "busy", "reused", "broken" and "slow" do what they
// say, and an ErrorCode's name throws that. deny(): the keys "busy" and "reused" are. Serial 0a… belongs to
// "web-1", 0b… to "web-2"; nothing else is found.
class FakeAuthority : public FakeStatusChanges {
 public:
  struct Refusal {
    std::string address, subject, why;
  };

  explicit FakeAuthority(policy::Bytes certificate) : FakeStatusChanges(std::move(certificate)) {}

  api::Subscribers* subscribers() override { return nullptr; }

  void add(const policy::SpkiHash& key, std::string id, policy::Role role) {
    const std::lock_guard lock(mutex_);
    identities_.insert_or_assign(key, api::IdentityRecord{std::move(id), role});
  }
  void remove(const policy::SpkiHash& key) {
    const std::lock_guard lock(mutex_);
    identities_.erase(key);
  }
  std::vector<Refusal> refusals() const {
    const std::lock_guard lock(mutex_);
    return refusals_;
  }
  std::vector<std::string> forbidden() const {
    const std::lock_guard lock(mutex_);
    return forbidden_;
  }
  std::vector<std::string> denied() const {
    const std::lock_guard lock(mutex_);
    return denied_;
  }
  std::optional<api::Idempotency> last_idempotency() const {
    const std::lock_guard lock(mutex_);
    return idempotency_;
  }
  std::optional<api::ListFilter> last_filter() const {
    const std::lock_guard lock(mutex_);
    return filter_;
  }
  std::optional<std::vector<policy::NameAttribute>> last_subject() const {
    const std::lock_guard lock(mutex_);
    return subject_;
  }
  std::optional<api::EventQuery> last_event_query() const {
    const std::lock_guard lock(mutex_);
    return event_query_;
  }
  std::string last_trace_id() const {
    const std::lock_guard lock(mutex_);
    return trace_id_;
  }

  std::atomic<bool> ready = true;
  policy::LeafIndex events_size = 45;
  std::function<api::EventPage(const api::EventQuery&)> events_of;  // instead of these
  std::chrono::milliseconds slow_for{300};

  std::optional<api::IdentityRecord> find_identity(const policy::SpkiHash& key,
                                                   const policy::Fingerprint&) override {
    const std::lock_guard lock(mutex_);
    const auto found = identities_.find(key);
    return found == identities_.end() ? std::nullopt : std::optional(found->second);
  }
  void record_refused(const std::string& address, const std::string& subject,
                      const std::string& why) override {
    const std::lock_guard lock(mutex_);
    refusals_.push_back({address, subject, why});
  }
  void record_forbidden(const api::Call& call, const std::string& operation) override {
    const std::lock_guard lock(mutex_);
    forbidden_.push_back(call.identity.id() + " " + operation);
  }
  api::Outcome<api::IssuedCertificate> issue(const api::Call& call, const api::IssueRequest& request,
                                             const std::optional<api::Idempotency>& idempotency) override {
    {
      const std::lock_guard lock(mutex_);
      idempotency_ = idempotency;
      subject_ = request.subject;
      trace_id_ = call.trace_id;
    }
    if (request.profile == "denied") return denial("name.cn", "the name is taken");
    if (request.profile == "unknown") return denial("profile.unknown", "there is no profile \"unknown\"");
    if (request.profile == "busy") return api::InProgress{7};
    if (request.profile == "reused") return api::KeyReused{};
    for (const auto code : {policy::ErrorCode::unavailable, policy::ErrorCode::pin, policy::ErrorCode::token,
                            policy::ErrorCode::store, policy::ErrorCode::stopped, policy::ErrorCode::ledger,
                            policy::ErrorCode::key, policy::ErrorCode::config, policy::ErrorCode::internal})
      if (request.profile == policy::name(code)) throw policy::Error(code, "secret-detail");
    if (request.profile == "broken") throw std::runtime_error("secret-detail");
    if (request.profile == "slow") std::this_thread::sleep_for(slow_for);
    return api::IssuedCertificate{
        record(k_own_serial, call.identity.id()), {certificate_, certificate_}, idempotency.has_value()};
  }
  api::Outcome<api::IssuedCertificate> deny(const api::Call& call, const policy::Denial& denial,
                                            const std::optional<api::Idempotency>& idempotency) override {
    const std::lock_guard lock(mutex_);
    idempotency_ = idempotency;
    if (idempotency && idempotency->key == "busy") return api::InProgress{7};
    if (idempotency && idempotency->key == "reused") return api::KeyReused{};
    denied_.push_back(call.identity.id() + " " + denial.rule);
    return denial;
  }
  api::DryRun dry_run(const api::Call&, const api::IssueRequest& request) override {
    if (request.profile == "unknown")
      return {{}, {}, {}, denial("profile.unknown", "there is no profile \"unknown\"")};
    return {{0x30, 0x00},
            {{"key.rsa.size", "RFC 8017 §3.1", "pass", ""}},
            {{"validity", "profile client-auth v1"}},
            std::nullopt};
  }
  std::optional<api::IssuedCertificate> find_certificate(const api::Call&,
                                                         const policy::Serial& wanted) override {
    if (wanted == serial(k_own_serial))
      return api::IssuedCertificate{record(k_own_serial, "web-1"), {certificate_}, false};
    if (wanted == serial(k_other_serial))
      return api::IssuedCertificate{record(k_other_serial, "web-2"), {certificate_}, false};
    return std::nullopt;
  }
  api::RenewalRecord renewal(const api::CertificateRecord& certificate) override {
    const policy::Instant start{};
    return {"key." + certificate.serial.hex(),
            {start, start + std::chrono::days(1), start + std::chrono::hours(1), true, "in time"}};
  }
  api::CertificatePage list_certificates(const api::Call&, const api::ListFilter& filter) override {
    const std::lock_guard lock(mutex_);
    filter_ = filter;
    return {{record(k_own_serial, "web-1")}, filter.cursor.empty() ? "page two/&" : ""};
  }
  std::vector<api::AuthorityRecord> authorities() override {
    return {{"issuing", "CN=Issuing", validity(), "P-256", "ecdsa-with-SHA256",
             policy::spki_hash_of(certificate_), certificate_, "root", "ready", 4,
             policy::Instant(std::chrono::seconds(1'800'000'000))}};
  }
  std::vector<api::CaRequestRecord> ca_requests() override {
    return {{"asked", "CN=Asked", std::string(32, 'a'), "issuing-ca", "an approval", {0x30, 0x00}, 7}};
  }
  std::optional<policy::Bytes> find_link(const std::string& new_root, Link link) override {
    if (new_root != "issuing") return std::nullopt;
    return policy::Bytes{0x30, 0x03, 0x02, 0x01,
                         static_cast<std::uint8_t>(link == Link::old_with_new ? 1 : 2)};
  }
  std::vector<api::ProfileRecord> profiles() override {
    return {{"client-auth", 1, std::string(64, 'a'), "for clients", "[profile]\n", {"web-tier"}}};
  }
  std::vector<api::ProfileRecord> profile_versions(const std::string& name) override {
    if (name != "client-auth") return {};
    auto first = profiles()[0], second = first;
    first.in_force = false;
    second.version = 2;
    second.document = "[profile]\nnew = 1\n";
    second.request = "approval";
    return {first, second};
  }
  std::vector<api::ProfileOffer> profile_offers() override {
    return {{"operator", 2, std::string(64, 'c'), "built in"}};
  }
  std::optional<api::OcspAnswer> answer_ocsp(policy::BytesView request, const std::string& address) override {
    ocsp_requests.emplace_back(policy::to_bytes(request), address);
    return ocsp_answer;
  }
  std::optional<api::OcspAnswer> ocsp_answer;
  std::vector<std::pair<policy::Bytes, std::string>> ocsp_requests;
  std::optional<api::PublishedCrl> find_crl(const std::string& authority_id, int shard) override {
    if (authority_id != "issuing" || shard > 2) return std::nullopt;
    const auto der = std::make_shared<const policy::Bytes>(crl);
    return api::PublishedCrl{der, policy::sha256(crl), policy::Instant(std::chrono::hours(24))};
  }
  policy::Bytes crl{0x30, 0x03, 0x02, 0x01, 0x07};
  api::LedgerHead ledger_head() override {
    return {{2, policy::sha256({})}, "inkan.example/log\n2\nroot\n", "inkan.example+key"};
  }
  std::vector<api::LedgerEntry> ledger_entries(policy::LeafIndex from, int limit) override {
    std::vector<api::LedgerEntry> entries;
    for (policy::LeafIndex i = from; i < 2 && static_cast<int>(entries.size()) < limit; ++i)
      entries.push_back({i, policy::to_bytes(policy::as_bytes("{\"n\":" + std::to_string(i) + "}"))});
    return entries;
  }
  api::ReconciliationRecord reconcile() override {
    api::ReconciliationRecord books;
    books.leaves = 9;
    books.keys.push_back({"00ff", "ca", "ca", "inkan/ca/issuing", 7, 4, 1, 3, 0, 0, 0, 0, 1, 1, 0, 0, 6, 7});
    books.apart.push_back({"00aa", "tls", "inkan/tls/api", 3});
    books.certificates = {4, 5};
    books.differences_found = 1;
    books.differences = {"certificate 0a is not in the store, as leaf 5 tells"};
    return books;
  }
  // Of a log of `events_size` leaves; each call looks at ten, and fits those whose index is even.
  api::EventPage events(const api::Call&, const api::EventQuery& query) override {
    const std::lock_guard lock(mutex_);
    event_query_ = query;
    if (events_of) return events_of(query);
    if (query.filter.actor == "broken" && query.begin > 0) throw std::runtime_error("secret-detail");
    api::EventPage page{{}, query.begin, std::min(query.end.value_or(events_size), events_size)};
    for (const auto last = std::min(page.end, page.next + 10);
         page.next < last && static_cast<int>(page.leaves.size()) < query.limit; ++page.next)
      if (page.next % 2 == 0) page.leaves.push_back("{\"index\":" + std::to_string(page.next) + "}");
    return page;
  }
  // A tree of three leaves; leaf 9 comes under a checkpoint when `covered` says so.
  std::atomic<bool> covered = true;
  std::optional<std::string> find_tile(const policy::TilePath& path) override {
    if (path.index > 0 || path.level > 0 || path.width != 3) return std::nullopt;
    return path.entries ? "entries" : "hashes";
  }
  std::optional<std::string> receipt(policy::LeafIndex leaf, api::Deadline until) override {
    if (!covered) std::this_thread::sleep_until(std::min(until, std::chrono::steady_clock::now() + slow_for));
    return covered ? std::optional("receipt of " + std::to_string(leaf)) : std::nullopt;
  }
  // Reasons say what becomes of an order or a vote: "denied" is; the request "none" is not there.
  policy::OrDenial<api::ApprovalRecord> request_approval(const api::Call&,
                                                         const api::ApprovalOrder& order) override {
    if (order.reason == "denied")
      return policy::Denial{"approval.nothing-to-do", "dual control", "no", "nothing"};
    return approval_of("1", order.reason);
  }
  policy::OrDenial<api::ApprovalRecord> vote(const api::Call& call, const std::string& id,
                                             const api::ApprovalVote& vote) override {
    if (id == "none") throw policy::Error(policy::ErrorCode::not_found, "there is no approval none");
    if (vote.comment == "denied") return policy::Denial{"approval.signature", "RFC 5652 §5", "no", "sign"};
    auto record = approval_of(id, "because");
    record.votes.push_back(
        {call.identity.id(), vote.approve, vote.comment, "a document", vote.signature, 12, {}});
    return record;
  }
  std::optional<api::ApprovalRecord> find_approval(const api::Call& call, const std::string& id) override {
    if (id == "none") return std::nullopt;
    auto record = approval_of(id, "because");
    if (call.identity.role() == policy::Role::security_officer)
      record.approve_document = "yes", record.refuse_document = "no";
    return record;
  }
  std::vector<api::ApprovalRecord> list_approvals(const api::Call&,
                                                  const std::optional<std::string>& state) override {
    auto record = approval_of("1", "because");
    record.state = state.value_or("open");
    return {record};
  }
  void stop_issuing(const api::Call& call, const std::string& reason) override {
    stopped_ = api::StoppedIssuing{call.identity.id(), reason, {}};
  }
  std::optional<api::StoppedIssuing> stopped_issuing() override { return stopped_; }
  static api::ApprovalRecord approval_of(const std::string& id, const std::string& reason) {
    api::ApprovalRecord record;
    record.id = id;
    record.op = "issuing.start";
    record.reason = reason;
    record.state = "open";
    record.needed = 2;
    return record;
  }
  std::optional<api::StoppedIssuing> stopped_;

  // Ready is the pack of the tree of 7 leaves, if there is a file to give out; of 8 it failed.
  api::EvidenceRecord order_evidence(const api::Call&, const api::EvidenceOrder& order) override {
    if (order.tree_size == 9)
      throw policy::Error(policy::ErrorCode::invalid_input, "no checkpoint has 9 leaves");
    return pack_of(order.tree_size.value_or(6), order.from, order.to);
  }
  std::optional<api::EvidenceRecord> find_evidence(const std::string& id) override {
    if (id == "none") return std::nullopt;
    return pack_of(std::stoull(id), {}, {});
  }
  std::optional<api::EvidenceFiles> evidence_files(const std::string& id) override {
    if (id != "7") return std::nullopt;
    return api::EvidenceFiles{pack_file, "a note\n"};
  }
  static api::EvidenceRecord pack_of(std::uint64_t size, policy::Instant from, policy::Instant to) {
    api::EvidenceRecord record{std::to_string(size),
                               size == 7   ? "ready"
                               : size == 8 ? "failed"
                                           : "preparing",
                               size, from, to};
    if (size == 7) record.octets = 12, record.sha256 = "00ff";
    if (size == 8) record.why = "the token is out";
    return record;
  }
  std::filesystem::path pack_file;  // set before it is asked for

  std::vector<api::KeyDetails> keys() override {
    api::KeyDetails key{std::string(32, 'a'),
                        "ca",
                        "inkan/ca/issuing",
                        "ca",
                        "P-256",
                        256,
                        "active",
                        policy::Instant{},
                        std::string(64, 'b'),
                        {{"CKA_SENSITIVE", "true"}},
                        "ceremony"};
    key.authority = "issuing";
    key.certificate_expires = policy::Instant{};
    return {key};
  }
  // web-1 has a certificate, of an identity that ended there is none.
  std::vector<api::IdentityDetails> identities() override {
    return {{"web-1",
             policy::Role::web_tier,
             {{std::string(64, 'a'), {}, "ceremony", record(k_own_serial, "s")}}},
            {"gone", policy::Role::auditor, {{std::string(64, 'b'), {}, ""}}, policy::Instant{}, "approval"}};
  }
  api::AccountReview review_identities() override {
    return {policy::Instant{},
            9,
            {{identities()[0], {3}, {}, 2, 1, 7, "2027-01-15T08:00:00.000000Z", "cert.revoke"},
             {identities()[1], {4}, {8}, 0, 0, {}, "", "", {{"not-in-ledger", "no leaf"}}}}};
  }
  std::vector<api::TokenRecord> tokens() override {
    return {{"ca",
             "degraded",
             "1 calls are stuck inside the module",
             "inkan-ca",
             "0a1b",
             "maker",
             "model",
             "2.6",
             16,
             3,
             1,
             2,
             40,
             4,
             3,
             {{"00ff", "ca", "inkan/ca/issuing", 12345}}}};
  }
  api::Readiness readiness() override { return {ready, {{"store", ready, ready ? "" : "the disk is full"}}}; }
  std::string metrics() override { return "# TYPE inkan_of_the_fake gauge\ninkan_of_the_fake 1\n"; }

 private:
  static policy::Denial denial(std::string rule, std::string detail) {
    return {std::move(rule), "profile client-auth v1", std::move(detail), "send another"};
  }

  // Guarded by mutex_, as what the base has.
  std::map<policy::SpkiHash, api::IdentityRecord> identities_;
  std::vector<Refusal> refusals_;
  std::vector<std::string> forbidden_, denied_;
  std::optional<api::ListFilter> filter_;
  std::optional<std::vector<policy::NameAttribute>> subject_;
  std::optional<api::EventQuery> event_query_;
  std::string trace_id_;
};

}  // namespace inkan::test
