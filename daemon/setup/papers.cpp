#include "daemon/setup/papers.h"

#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

std::string digest_of(const std::string& octets) {
  return policy::sha256(policy::as_bytes(octets)).hex();
}

class FileList {
 public:
  explicit FileList(const std::filesystem::path& base) : base_(base) {}

  // Paths below the plan's folder are written as from there, so that a copy of the folder can be judged.
  void add(const std::filesystem::path& file, const std::string& sha256) {
    const auto whole = std::filesystem::absolute(file).lexically_normal();
    const auto inside = whole.lexically_relative(base_);
    const bool below = !inside.empty() && *inside.begin() != "..";
    const std::string name = (below ? inside : whole).string();
    if (name.find_first_of("\\\n\r") != std::string::npos)
      throw Error(ErrorCode::config, "the file name " + name +
                                         " holds a backslash or a line break, which a list for sha256sum "
                                         "cannot: give it another name");
    text_ += sha256 + "  " + name + "\n";
  }
  void add_from_disk(const std::filesystem::path& file) {
    const auto octets = read_file(file);
    if (!octets)
      throw Error(ErrorCode::config, file.string() + ", which the configuration names, cannot be read");
    add(file, digest_of(*octets));
  }
  std::string take() { return std::move(text_); }

 private:
  std::filesystem::path base_;
  std::string text_;
};

}  // namespace

Papers Papers::load(const std::filesystem::path& file) {
  Plan plan = Plan::load(file);
  Config config = Config::load(plan.config);
  Papers papers{std::move(plan), std::move(config), {}};
  for (const auto& identity : papers.plan.identities)
    if (auto text = read_file(identity.csr)) papers.requests.emplace(identity.id, *std::move(text));
  return papers;
}

policy::CertificationRequest Papers::request_of(const PlannedIdentity& identity) const {
  const auto text = requests.find(identity.id);
  if (text == requests.end())
    throw Error(ErrorCode::config, "the request " + identity.csr.string() + " of identity " + identity.id +
                                       " cannot be read: make it with `openssl req -new`");
  auto request = policy::CertificationRequest::parse_text(text->second);
  if (const auto* denial = policy::denied(request))
    throw Error(ErrorCode::config, identity.csr.string() + ": " + denial->detail + "; " + denial->mend);
  return std::get<policy::CertificationRequest>(std::move(request));
}

std::vector<policy::CeremonyOfficer> Papers::officers() const {
  std::vector<policy::CeremonyOfficer> all;
  for (const auto& identity : plan.identities)
    if (identity.role == policy::Role::security_officer)
      all.push_back({identity.id, request_of(identity).public_key().spki_hash()});
  return all;
}

std::string Papers::file_list() const {
  FileList list(std::filesystem::absolute(plan.file).parent_path().lexically_normal());
  list.add(plan.file, plan.sha256);
  list.add(config.file, config.sha256);
  for (const auto& identity : plan.identities) {
    request_of(identity);
    list.add(identity.csr, digest_of(requests.at(identity.id)));
  }
  for (const auto& file : config.profiles) list.add_from_disk(file);
  for (const auto& file : config.blocked_keys) list.add_from_disk(file);
  return list.take();
}

}  // namespace inkan::daemon
