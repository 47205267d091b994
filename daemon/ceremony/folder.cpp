#include "daemon/ceremony/folder.h"

#include <algorithm>
#include <array>
#include <set>
#include <sstream>

#include "daemon/atomic_file.h"
#include "daemon/clock.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::CeremonyRequest;
using policy::Error;
using policy::ErrorCode;

namespace {

constexpr const char *k_request = "request.json", *k_files = "files.sha256", *k_used = "used";

std::filesystem::path folder_of(const Plan& plan) {
  auto path = std::filesystem::absolute(plan.file);
  path.replace_extension(".ceremony");
  return path;
}

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

// The files that stand in one list, and not so in the other.
std::string changed_files(const std::string& before, const std::string& now) {
  constexpr std::size_t k_name = 64 + 2;  // behind the SHA-256
  const auto old_lines = lines_of(before), new_lines = lines_of(now);
  std::vector<std::string> changed;
  std::set_symmetric_difference(old_lines.begin(), old_lines.end(), new_lines.begin(), new_lines.end(),
                                std::back_inserter(changed));
  std::set<std::string> names;
  for (const auto& line : changed) names.insert(line.size() > k_name ? line.substr(k_name) : line);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? std::string(k_files) : text;
}

}  // namespace

const PlannedCeremony& ceremony_of(const Plan& plan) {
  if (!plan.ceremony)
    throw Error(ErrorCode::config, plan.file.string() +
                                       " has no [ceremony]: `inkan init` runs it, without votes. For a "
                                       "ceremony give it one, with `name` and `votes`");
  return *plan.ceremony;
}

CeremonyFolder::CeremonyFolder(const Plan& plan) : path_(folder_of(plan)) {
  ceremony_of(plan);
}

std::filesystem::path CeremonyFolder::document(const std::string& officer, bool approve) const {
  return path_ / (officer + (approve ? ".approve" : ".refuse"));
}

CeremonyRequest new_request(const Papers& papers, policy::Instant expires) {
  std::array<std::uint8_t, 32> nonce;
  random_octets(nonce);
  const auto list = papers.file_list();
  return {uuid_v7(now_micros()),          policy::to_hex(nonce),  policy::sha256(policy::as_bytes(list)),
          ceremony_of(papers.plan).votes, papers.plan.officers(), expires,
          papers.config.ledger_origin};
}

CeremonyRequest CeremonyFolder::ask(const Papers& papers, std::chrono::hours expires) const {
  if (std::filesystem::exists(path_))
    throw Error(ErrorCode::config, path_.string() +
                                       " is there: votes for this plan were asked for. Go on with them, or "
                                       "move the folder away to ask anew");
  auto request = new_request(papers, now() + expires);
  std::filesystem::create_directories(path_);
  write_file_durably(path_ / k_files, papers.file_list());
  for (const auto& officer : papers.officers())
    for (const bool approve : {true, false})
      write_file_durably(document(officer.id, approve), request.ballot(officer.key, approve).document());
  write_file_durably(path_ / k_request, request.document());
  return request;
}

CeremonyRequest CeremonyFolder::load(const Papers& papers) const {
  const auto text = read_file(path_ / k_request);
  const auto request = text ? CeremonyRequest::parse(*text) : std::nullopt;
  if (!request)
    throw Error(
        ErrorCode::config,
        (path_ / k_request).string() +
            (text ? " was damaged or changed: move " + path_.string() + " away, and " : " is not there: ") +
            "ask for votes by `inkan ceremony ask`");
  if (std::filesystem::exists(path_ / k_used))
    throw Error(ErrorCode::config, "a run has begun with the votes in " + path_.string() +
                                       ", and votes are for one: move the folder away, and ask anew");
  const auto list = papers.file_list();
  if (request->plan_sha256 != policy::sha256(policy::as_bytes(list)))
    throw Error(ErrorCode::config, "changed since votes were asked for: " +
                                       changed_files(read_file(path_ / k_files).value_or(""), list) +
                                       ". Put back what was voted on, or move " + path_.string() +
                                       " away and ask anew");
  // They follow from the same papers; else somebody wrote the request by hand.
  if (request->votes != papers.plan.ceremony->votes || request->officers != papers.plan.officers() ||
      request->ledger_origin != papers.config.ledger_origin)
    throw Error(ErrorCode::config, (path_ / k_request).string() +
                                       " does not say what plan and configuration say: move " +
                                       path_.string() + " away and ask anew");
  return *request;
}

policy::GivenVote read_vote(const std::filesystem::path& file) {
  const auto octets = read_file(file);
  if (!octets || octets->size() > policy::k_max_vote)
    throw Error(ErrorCode::config,
                "the vote " + file.string() +
                    (octets ? " is larger than any vote: " + std::to_string(octets->size()) + " octets"
                            : " cannot be read"));
  return {file.filename().string(), policy::to_bytes(policy::as_bytes(*octets))};
}

std::vector<policy::GivenVote> CeremonyFolder::votes() const {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    if (entry.path().extension() == ".p7s") files.insert(entry.path());
  std::vector<policy::GivenVote> all;
  all.reserve(files.size());
  for (const auto& file : files) all.push_back(read_vote(file));
  return all;
}

void CeremonyFolder::spend() const {
  write_file_durably(path_ / k_used, "");
}

}  // namespace inkan::daemon
