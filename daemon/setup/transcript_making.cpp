#include "daemon/setup/transcript_making.h"

#include <nlohmann/json.hpp>

#include "daemon/atomic_file.h"
#include "daemon/fault_point.h"
#include "policy/evidence/transcript.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::TranscriptContent;

namespace {

constexpr int k_most_steps = 1000;  // leaves: a ceremony writes some dozens
constexpr const char* k_text = "transcript.txt";

std::string text_in(const nlohmann::json& leaf, const char* object, const char* name) {
  const auto at = leaf.find(object);
  return at == leaf.end() ? "" : at->value(name, "");
}

std::string about(const nlohmann::json& leaf) {
  std::string text = text_in(leaf, "target", "kind");
  const auto add = [&](const std::string& more) { text += text.empty() || more.empty() ? more : " " + more; };
  add(text_in(leaf, "target", "id"));
  for (const char* name : {"purpose", "step", "vote", "role", "label"}) add(text_in(leaf, "detail", name));
  return text;
}

void add_steps(Store& store, TranscriptContent& content) {
  for (const auto& [index, octets] : store.leaves(0, k_most_steps)) {
    if (index >= content.tree.size) return;
    const auto leaf = nlohmann::json::parse(octets.begin(), octets.end());
    content.steps.push_back(
        {index, leaf.at("time"), leaf.at("type"), text_in(leaf, "actor", "id"), about(leaf)});
  }
}

void add_votes(Store& store, const ApprovedCeremony& ceremony, TranscriptContent& content) {
  store.read([&](Database& database) {
    for (const auto& vote : ceremony.votes) {
      auto row = database.prepare("SELECT leaf FROM ceremony_papers WHERE name = ?");
      row.bind("vote-" + vote.officer.id + ".p7s");
      const auto leaf = row.step() ? static_cast<policy::LeafIndex>(row.integer(0)) : 0;
      content.votes.push_back({vote.officer.id, content.steps.at(leaf).time, vote.officer.key,
                               policy::sha256(policy::as_bytes(vote.document)), policy::sha256(vote.cms),
                               leaf});
    }
  });
}

TranscriptContent content_of(Core& core, const ApprovedCeremony& ceremony,
                             const std::vector<CeremonyCertificate>& certificates) {
  TranscriptContent content{.rehearsal = ceremony.rehearsal,
                            .name = ceremony.name,
                            .ceremony = ceremony.request.id,
                            .node = core.config.node,
                            .build = INKAN_VERSION,
                            .verifier_key = core.verifier.verifier_key(),
                            .files = ceremony.files,
                            .votes_needed = ceremony.request.votes,
                            .officers = ceremony.request.officers,
                            .expires = ceremony.request.expires,
                            .votes = {},
                            .steps = {},
                            .keys = {},
                            .certificates = {},
                            .tree = core.checkpoints.newest().head};
  add_steps(core.store, content);
  add_votes(core.store, ceremony, content);
  for (const auto& key : core.keys)
    content.keys.push_back({key.label, std::string(policy::name(key.purpose)), key.token,
                            std::string(policy::name(key.algorithm)), key.id, policy::spki_hash_of(key.spki),
                            key.attributes});
  for (const auto& each : certificates) {
    const auto certificate = policy::Certificate::parse(each.der);
    content.certificates.push_back({each.of, certificate.subject().text(), certificate.serial().hex(),
                                    certificate.validity(), certificate.fingerprint()});
  }
  return content;
}

policy::Bytes sign(Core& core, const policy::Transcript& transcript, const std::string& ceremony_id) {
  const auto setup = policy::Identity::system_job("setup");
  const auto sha256 = policy::sha256(transcript.to_be_signed());
  auto recorded = core.ledger.record(policy::Engine::approve(transcript), setup);
  const policy::LeafIndex intent = recorded.intent();
  fault_point("transcript.before-sign");
  const auto done = core.unfinished.sign(core.evidence_signer, std::move(recorded),
                                         std::chrono::steady_clock::now() + std::chrono::seconds(30), setup,
                                         "no signature for the transcript");
  core.unfinished.complete(intent, setup, [&] {
    core.ledger.complete_transcript(intent, ceremony_id, sha256, setup, done.tries);
  });
  return done.signature;
}

}  // namespace

void make_transcript(Core& core, const ApprovedCeremony& ceremony,
                     const std::vector<CeremonyCertificate>& certificates) {
  core.checkpoints.publish();
  const auto& key = core.evidence_signer.key();
  const policy::Transcript transcript(content_of(core, ceremony, certificates), key.id,
                                      key.signature_algorithm);
  const auto checkpoint = core.checkpoints.note();
  const auto signature = sign(core, transcript, ceremony.request.id);
  core.writer->write([&](Writing& w) {
    const auto keep = [&](const std::string& name, const std::string& text) {
      keep_paper(w.database(), name, policy::as_bytes(text));
    };
    keep(k_text, transcript.text());
    keep_paper(w.database(), "transcript.sig", signature);
    keep("evidence.pem", policy::pem_encode("PUBLIC KEY", key.spki));
    keep("ledger.pem", policy::pem_encode("PUBLIC KEY", core.verifier.key().spki()));
    keep("checkpoint", checkpoint);
    for (const auto& each : certificates) keep(each.paper, policy::pem_encode("CERTIFICATE", each.der));
  });
}

void write_papers(Store& store, const std::filesystem::path& folder) {
  const auto papers = store.ceremony_papers();
  if (!papers.contains(k_text))
    throw Error(ErrorCode::config, "the store " + store.file().string() +
                                       " has no transcript: this authority was not set up by `inkan ceremony "
                                       "run`");
  std::filesystem::create_directories(folder);
  for (const auto& [name, octets] : papers) {
    const auto there = read_file(folder / name);
    if (there && *there != policy::as_text(octets))
      throw Error(ErrorCode::config,
                  (folder / name).string() + " is there, and is not this ceremony's: name another folder");
  }
  for (const auto& [name, octets] : papers) write_file_durably(folder / name, policy::as_text(octets));
}

}  // namespace inkan::daemon
