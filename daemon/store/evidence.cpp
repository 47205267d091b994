// Reading what an evidence pack is made of. In steps, each short: a pack takes minutes, and a reader that
// stayed would keep the write-ahead log from being emptied.
#include "daemon/store/store.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::LeafIndex;

namespace {

std::optional<std::string> text_of(Database& database, const char* sql, const policy::Sha256& sha256) {
  auto row = database.prepare(sql);
  row.bind(sha256.bytes());
  return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

}  // namespace

std::optional<std::string> Store::checkpoint_note(std::uint64_t size) {
  Reading db(*this);
  auto row = db->prepare("SELECT note FROM checkpoints WHERE size = ?");
  row.bind(size);
  return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

std::vector<LeafIndex> Store::find_types(LeafIndex begin, LeafIndex end,
                                         const std::vector<policy::EventType>& types) {
  // A leaf's members are sorted and without white space, and a quote inside a text is escaped: this stands in
  // it as it is, or not at all.
  std::string sql = "SELECT idx FROM leaves WHERE idx >= ? AND idx < ? AND (0";
  for (std::size_t i = 0; i < types.size(); ++i) sql += " OR instr(leaf, ?)";
  sql += ") ORDER BY idx";
  Reading db(*this);
  auto rows = db->prepare(sql);
  rows.bind(begin).bind(end);
  for (const auto type : types) rows.bind("\"type\":\"" + std::string(policy::name(type)) + "\"");
  std::vector<LeafIndex> found;
  while (rows.step()) found.push_back(static_cast<LeafIndex>(rows.integer(0)));
  return found;
}

Bytes Store::certificate_der(const policy::Serial& serial) {
  Reading db(*this);
  auto row = db->prepare("SELECT der FROM certificates WHERE serial = ?");
  row.bind(serial.content());
  return row.step() ? row.octets(0) : Bytes();
}

Bytes Store::crl_der(const std::string& authority, std::uint64_t number) {
  Reading db(*this);
  auto row = db->prepare("SELECT der FROM crls WHERE authority = ? AND number = ?");
  row.bind(authority).bind(number);
  return row.step() ? row.octets(0) : Bytes();
}

Bytes Store::vote_cms(LeafIndex leaf) {
  Reading db(*this);
  auto row = db->prepare(
      "SELECT cms FROM approval_votes WHERE leaf = ? UNION ALL SELECT octets FROM ceremony_papers WHERE leaf "
      "= "
      "?");
  row.bind(leaf).bind(leaf);
  return row.step() ? row.octets(0) : Bytes();
}

std::map<std::string, Bytes> Store::ceremony_papers() {
  Reading db(*this);
  auto rows = db->prepare("SELECT name, octets FROM ceremony_papers");
  std::map<std::string, Bytes> papers;
  while (rows.step()) papers.emplace(rows.text(0), rows.octets(1));
  return papers;
}

std::optional<std::string> Store::profile_document(const policy::Sha256& sha256) {
  Reading db(*this);
  return text_of(*db, "SELECT document FROM profiles WHERE sha256 = ?", sha256);
}

std::optional<std::string> Store::config_document(const policy::Sha256& sha256) {
  Reading db(*this);
  return text_of(*db, "SELECT document FROM configurations WHERE sha256 = ?", sha256);
}

}  // namespace inkan::daemon
