#include "daemon/setup/approved_ceremony.h"

namespace inkan::daemon {
namespace {

using policy::Event;
using policy::EventType;
using policy::Identity;
using policy::Role;

void record_vote(Writing& w, const policy::CountedVote& vote, const std::string& ceremony_id) {
  Event event{.type = EventType::approval_vote, .target = {"approval", ceremony_id}};
  event.detail = {{"request", ceremony_id},
                  {"vote", "approve"},
                  {"document", vote.document},
                  {"cms_sha256", policy::sha256(vote.cms).hex()}};
  const auto leaf = w.append(event, Identity::in_ceremony(vote.officer.id, Role::security_officer));
  keep_paper(w.database(), "vote-" + vote.officer.id + ".document", policy::as_bytes(vote.document));
  keep_paper(w.database(), "vote-" + vote.officer.id + ".p7s", vote.cms, leaf);
}

}  // namespace

void record_votes(LogWriter& writer, const ApprovedCeremony& ceremony) {
  const auto setup = Identity::system_job("setup");
  const auto& request = ceremony.request;
  writer.write([&](Writing& w) {
    for (const auto& officer : ceremony.officers)
      w.append(role_grant(officer.id, Role::security_officer, officer.key, request.id), setup);
    Event asked{
        .type = EventType::approval_request, .target = {"approval", request.id}, .reason = ceremony.name};
    asked.detail = {{"op", policy::k_ceremony_op}, {"op_sha256", request.plan_sha256.hex()},
                    {"nonce", request.nonce},      {"m", request.votes},
                    {"n", request.officers},       {"expires", policy::to_rfc3339(request.expires)}};
    w.append(asked, setup);
    for (const auto& vote : ceremony.votes) record_vote(w, vote, request.id);
    Event result{.type = EventType::approval_result, .target = {"approval", request.id}};
    result.detail = {{"request", request.id}, {"op", policy::k_ceremony_op}, {"outcome", "approved"}};
    w.append(result, setup);
    keep_paper(w.database(), "files.sha256", policy::as_bytes(ceremony.files));
  });
}

policy::Event role_grant(const std::string& identity, Role role, const policy::SpkiHash& key,
                         const std::string& ceremony_id) {
  Event event{.type = EventType::role_grant, .target = {"operator", identity}};
  event.detail = {{"role", policy::name(role)},
                  {"by", "setup"},
                  {"ceremony_id", ceremony_id},
                  {"spki_sha256", key.hex()}};
  return event;
}

void keep_paper(Database& database, const std::string& name, policy::BytesView octets,
                std::optional<policy::LeafIndex> leaf) {
  auto paper = database.prepare("INSERT INTO ceremony_papers(name, octets, leaf) VALUES(?, ?, ?)");
  paper.bind(name).bind(octets);
  if (leaf)
    paper.bind(*leaf);
  else
    paper.bind(std::optional<std::string>());
  paper.run();
}

}  // namespace inkan::daemon
