#include "daemon/ledger/reconcile.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "daemon/store/certificate_rows.h"
#include "daemon/store/store.h"
#include "policy/log/event_type.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"

namespace inkan::daemon {

using policy::CheckpointIntent;
using policy::Posting;

namespace {

constexpr std::uint64_t k_between_looks = 256;  // leaves, between asking whether to go on

// What one reads stays as it is while others write.
class Snapshot {
 public:
  explicit Snapshot(Database& database) : database_(database) { database_.execute("BEGIN"); }
  ~Snapshot() {
    try {
      database_.execute("COMMIT");
    } catch (const std::exception&) {  // nothing was written; the connection says so at its next use
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Database& database_;
};

std::string leaf_name(policy::LeafIndex index) {
  return "leaf " + std::to_string(index);
}

std::uint64_t count(Database& database, const char* sql) {
  auto row = database.prepare(sql);
  return row.step() ? static_cast<std::uint64_t>(row.integer(0)) : 0;
}

// Rows that no leaf tells of, named by the first column; asked for only when the counts say that there are
// some.
constexpr const char* k_stray_certificates =
    "SELECT lower(hex(c.serial)) FROM certificates c LEFT JOIN leaves l ON l.idx = c.outcome WHERE CASE WHEN "
    "l.leaf IS "
    "NULL OR NOT json_valid(l.leaf) THEN 1 ELSE json_extract(l.leaf, '$.target.id') IS NOT "
    "lower(hex(c.serial)) OR "
    "json_extract(l.leaf, '$.type') NOT IN ('cert.issue', 'sign.failed', 'sign.possible') END";
constexpr const char* k_stray_revocations =
    "SELECT lower(hex(c.serial)) FROM certificates c LEFT JOIN leaves l ON l.idx = c.revoke_leaf WHERE "
    "c.revoked_at IS NOT "
    "NULL AND CASE WHEN l.leaf IS NULL OR NOT json_valid(l.leaf) THEN 1 ELSE json_extract(l.leaf, "
    "'$.detail.serial') IS "
    "NOT lower(hex(c.serial)) OR json_extract(l.leaf, '$.type') NOT IN ('cert.revoke', 'cert.hold') END";
constexpr const char* k_stray_crls =
    "SELECT c.number || ' of ' || c.authority FROM crls c LEFT JOIN leaves l ON l.idx = c.leaf WHERE CASE "
    "WHEN l.leaf IS "
    "NULL OR NOT json_valid(l.leaf) THEN 1 ELSE json_extract(l.leaf, '$.detail.number') IS NOT c.number OR "
    "json_extract(l.leaf, '$.target.id') IS NOT c.authority OR json_extract(l.leaf, '$.type') IS NOT "
    "'crl.issue' END";
constexpr const char* k_stray_checkpoints =
    "SELECT size FROM checkpoints WHERE size NOT IN (SELECT size FROM checkpoint_intents WHERE outcome = "
    "'signed')";

CertificateState state_of(Posting::Kind kind) {
  if (kind == Posting::Kind::failed) return CertificateState::failed;
  return kind == Posting::Kind::possible ? CertificateState::possibly_signed : CertificateState::issued;
}

CheckpointIntent::Outcome outcome_of(const Statement& row, int column) {
  using Outcome = CheckpointIntent::Outcome;
  if (row.is_null(column)) return Outcome::open;
  const std::string text = row.text(column);
  if (text == "signed") return Outcome::made;
  if (text.starts_with("signed late")) return Outcome::late;
  return text.starts_with("not signed") ? Outcome::failed : Outcome::possible;
}

class StoreCheck {
 public:
  StoreCheck(Database& database, Reconciled& result) : database_(database), result_(result) {}

  void hold(const Posting& posting) {
    switch (posting.kind) {
      case Posting::Kind::issued:
      case Posting::Kind::failed:
      case Posting::Kind::possible:
        return certificate(posting);
      case Posting::Kind::late:
        return late(posting);
      case Posting::Kind::crl:
        return crl(posting);
      case Posting::Kind::revocation:
        drop_hold(posting.id);
        return revocation(posting);
      case Posting::Kind::hold:
        ++result_.revocations.leaves;
        held_.insert_or_assign(posting.id, posting);
        return;
      case Posting::Kind::release:
        drop_hold(posting.id);
        released_.insert_or_assign(posting.id, posting.leaf);
        return;
    }
  }

  void hold_open_intents() {
    auto rows = database_.prepare("SELECT intent, key_id FROM open_intents ORDER BY intent");
    while (rows.step())
      result_.books.open_intent(static_cast<policy::LeafIndex>(rows.integer(0)),
                                policy::to_hex(rows.octets(1)));
  }

  void hold_checkpoints(std::int64_t checkpoints_before) {
    auto rows = database_.prepare(
        "SELECT id, key_id, outcome, tries, size, root, note_sha256 FROM checkpoint_intents ORDER BY id");
    while (rows.step()) {
      const CheckpointIntent intent{policy::to_hex(rows.octets(1)), outcome_of(rows, 2),
                                    static_cast<std::uint64_t>(rows.integer(3)),
                                    rows.integer(0) > checkpoints_before};
      result_.books.append(intent);
      if (intent.outcome == CheckpointIntent::Outcome::made)
        checkpoint(rows.integer(4), rows.octets(5), rows.octets(6));
    }
  }

  void hold_authorities() {
    auto rows = database_.prepare("SELECT id, certificate FROM authorities");
    while (rows.step()) {
      if (!is_issued(rows.octets(1)) && !is_imported(rows.text(0), rows.octets(1)))
        differ("authority " + rows.text(0) +
               " has another certificate than any that was issued, or imported");
    }
  }

  // What is on hold at the end, and what was released and is not revoked since; then the other way: whatever
  // no leaf told of.
  void finish() {
    for (const auto& [serial, posting] : std::exchange(held_, {})) {
      --result_.revocations.leaves;  // revocation() counts it
      revocation(posting);
    }
    for (const auto& [serial, leaf] : released_) released(serial, leaf);
    for (const auto& serial : unexplained_)
      differ("certificate " + serial +
             ", possibly signed, is kept whole, and no leaf tells that its signature came");
    strays(result_.certificates, certificates_matched_, "SELECT count(*) FROM certificates",
           k_stray_certificates, "certificate ");
    strays(result_.revocations, revocations_matched_,
           "SELECT count(*) FROM certificates WHERE revoked_at IS NOT NULL", k_stray_revocations,
           "the revocation of certificate ");
    strays(result_.crls, crls_matched_, "SELECT count(*) FROM crls", k_stray_crls, "CRL ");
    strays(result_.checkpoints, checkpoints_matched_, "SELECT count(*) FROM checkpoints", k_stray_checkpoints,
           "the checkpoint of size ");
  }

 private:
  void differ(const std::string& what) { result_.books.differ(what); }

  bool is_issued(const Bytes& der) {
    try {
      const auto serial = policy::Certificate::parse(der).serial();
      auto row = database_.prepare("SELECT der FROM certificates WHERE serial = ?");
      row.bind(serial.content());
      return row.step() && row.octets(0) == der;
    } catch (const policy::Error& malformed) {
      if (malformed.code() != policy::ErrorCode::invalid_input) throw;
      return false;
    }
  }

  // By the leaf that its issuers in the store name, which names each of them.
  bool is_imported(const std::string& authority, const Bytes& der) {
    auto rows = database_.prepare(
        "SELECT o.certificate, l.leaf FROM outside_issuers o JOIN leaves l ON l.idx = o.leaf WHERE "
        "o.authority = "
        "? ORDER BY o.position");
    rows.bind(authority);
    std::vector<std::string> chain;
    nlohmann::json leaf;
    while (rows.step()) {
      chain.push_back(policy::fingerprint_of(rows.octets(0)).hex());
      leaf = nlohmann::json::parse(rows.text(1), nullptr, false);
    }
    if (!leaf.is_object() || leaf.value("type", "") != policy::name(policy::EventType::ca_import))
      return false;
    const auto& detail = leaf["detail"];
    return leaf["target"].value("id", "") == authority &&
           detail.value("sha256", "") == policy::fingerprint_of(der).hex() && detail["chain"] == chain;
  }

  void certificate(const Posting& posting) {
    ++result_.certificates.leaves;
    const std::string name = "certificate " + posting.id, by = " as " + leaf_name(posting.leaf) + " tells";
    auto row = database_.prepare(
        "SELECT state, intent, outcome, der, coalesce(shard, 0) FROM certificates WHERE serial = ?");
    row.bind(policy::from_hex(posting.id).value_or(Bytes{}));
    if (!row.step()) return differ(name + " is not in the store," + by);
    if (static_cast<policy::LeafIndex>(row.integer(2)) == posting.leaf)
      ++certificates_matched_;
    else
      differ(name + " names leaf " + std::to_string(row.integer(2)) + " as its outcome, and " +
             leaf_name(posting.leaf) + " is one too");
    if (row.integer(0) != static_cast<int>(state_of(posting.kind)) ||
        static_cast<policy::LeafIndex>(row.integer(1)) != posting.intent)
      differ(name + " has not the state and the intent that it has in the store," + by);
    if (static_cast<std::uint64_t>(row.integer(4)) != posting.shard)
      differ(name + " is kept for the CRL of another shard than its intent names");
    const Bytes der = row.octets(3);
    if (posting.kind == Posting::Kind::issued && policy::sha256(der).hex() != posting.sha256)
      differ(name + " is not made of the same octets in the store," + by);
    if (posting.kind == Posting::Kind::failed && !der.empty())
      differ(name + " was never signed," + by + ", and the store has one");
    if (posting.kind == Posting::Kind::possible && !der.empty()) unexplained_.insert(posting.id);
  }

  void late(const Posting& posting) {
    auto row = database_.prepare("SELECT der FROM certificates WHERE serial = ?");
    row.bind(policy::from_hex(posting.id).value_or(Bytes{}));
    if (!row.step() || policy::sha256(row.octets(0)).hex() != posting.sha256)
      differ("certificate " + posting.id + ", signed late, is not kept as " + leaf_name(posting.leaf) +
             " tells");
    unexplained_.erase(posting.id);
  }

  // The leaf that put it on hold is not the last about it any more.
  void drop_hold(const std::string& serial) {
    if (held_.erase(serial) > 0) --result_.revocations.leaves;
  }

  void released(const std::string& serial, policy::LeafIndex leaf) {
    auto row = database_.prepare("SELECT revoke_leaf FROM certificates WHERE serial = ?");
    row.bind(policy::from_hex(serial).value_or(Bytes{}));
    if (!row.step())
      return differ("certificate " + serial + " was released by " + leaf_name(leaf) +
                    " and is not in the store");
    if (!row.is_null(0) && static_cast<policy::LeafIndex>(row.integer(0)) < leaf)
      differ("certificate " + serial + " was released by " + leaf_name(leaf) +
             " and is on hold in the store");
  }

  void revocation(const Posting& posting) {
    ++result_.revocations.leaves;
    const std::string name = "certificate " + posting.id, by = leaf_name(posting.leaf);
    auto row = database_.prepare(
        "SELECT revoked_at, reason, invalidity_date, revoke_leaf FROM certificates WHERE serial = ?");
    row.bind(policy::from_hex(posting.id).value_or(Bytes{}));
    if (!row.step()) return differ(name + " was revoked by " + by + " and is not in the store");
    if (row.is_null(0)) return differ(name + " was revoked by " + by + " and is not revoked in the store");
    if (static_cast<policy::LeafIndex>(row.integer(3)) == posting.leaf)
      ++revocations_matched_;
    else
      differ(name + " names leaf " + std::to_string(row.integer(3)) + " as its revocation, and " + by +
             " is one too");
    const auto reason = policy::revocation_reason(static_cast<int>(row.integer(1)));
    const std::string invalidity = row.is_null(2) ? "" : policy::to_rfc3339(from_seconds(row.integer(2)));
    if (!reason || policy::name(*reason) != posting.reason || invalidity != posting.invalidity_date ||
        from_seconds(row.integer(0)) != posting.time)
      differ(name + " is revoked for another reason or time in the store than " + by + " tells");
  }

  void crl(const Posting& posting) {
    ++result_.crls.leaves;
    const std::string name = "CRL " + std::to_string(posting.number) + " of " + posting.id;
    auto row = database_.prepare("SELECT leaf, der, shard FROM crls WHERE authority = ? AND number = ?");
    row.bind(posting.id).bind(posting.number);
    if (!row.step()) return differ(name + " is not in the store, as " + leaf_name(posting.leaf) + " tells");
    if (static_cast<policy::LeafIndex>(row.integer(0)) == posting.leaf)
      ++crls_matched_;
    else
      differ(name + " names leaf " + std::to_string(row.integer(0)) + ", and " + leaf_name(posting.leaf) +
             " tells of it too");
    if (static_cast<std::uint64_t>(row.integer(2)) != posting.shard)
      differ(name + " is kept as that of another shard than its intent names");
    if (policy::sha256(row.view(1)).hex() != posting.sha256)
      differ(name + " is not made of the octets that " + leaf_name(posting.leaf) + " tells of");
  }

  void checkpoint(std::int64_t size, const Bytes& root, const Bytes& note_sha256) {
    ++result_.checkpoints.leaves;
    const std::string name = "the checkpoint of size " + std::to_string(size);
    auto row = database_.prepare("SELECT root, note FROM checkpoints WHERE size = ?");
    row.bind(size);
    if (!row.step()) return differ(name + " was signed and is not in the store");
    ++checkpoints_matched_;
    const std::string note = row.text(1);
    const auto body = policy::as_bytes(note).first(std::min(note.find("\n\n"), note.size() - 1) + 1);
    if (row.octets(0) != root || !policy::equal(policy::sha256(body).bytes(), note_sha256))
      differ(name + " is not the one whose intent was written");
  }

  void strays(Kept& kept, std::uint64_t matched, const char* count_sql, const char* stray_sql,
              const std::string& what) {
    kept.store = count(database_, count_sql);
    if (kept.store == matched) return;
    auto rows = database_.prepare(stray_sql);
    while (rows.step()) differ(what + rows.text(0) + " is in the store, and nothing tells of it");
  }

  Database& database_;
  Reconciled& result_;
  std::uint64_t certificates_matched_ = 0, revocations_matched_ = 0, crls_matched_ = 0,
                checkpoints_matched_ = 0;
  std::map<std::string, Posting> held_;                // by serial
  std::map<std::string, policy::LeafIndex> released_;  // by serial: the last that did
  std::set<std::string> unexplained_;  // possibly signed and kept whole; a leaf should tell why
};

}  // namespace

Reconciled reconcile(Database& database, const std::string& run, std::int64_t checkpoints_before,
                     const std::function<bool()>& go_on) {
  Reconciled result(run);
  const Snapshot snapshot(database);
  StoreCheck store(database, result);
  {
    auto leaves = database.prepare("SELECT idx, leaf FROM leaves ORDER BY idx");
    while (leaves.step()) {
      if (result.books.leaves() % k_between_looks == 0 && !go_on())
        throw policy::Error(
            policy::ErrorCode::unavailable,
            "reconciling was given up after " + std::to_string(result.books.leaves()) + " leaves");
      const auto index = static_cast<policy::LeafIndex>(leaves.integer(0));
      if (const auto posting = result.books.append(index, leaves.octets(1))) store.hold(*posting);
    }
  }
  store.hold_open_intents();
  store.hold_checkpoints(checkpoints_before);
  store.hold_authorities();
  store.finish();
  result.books.finish();
  return result;
}

}  // namespace inkan::daemon
