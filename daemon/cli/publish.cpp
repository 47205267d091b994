// Copies what relying parties fetch into a folder for any web server: the same paths below it as in the URLs
// that certificates name.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "daemon/atomic_file.h"
#include "daemon/cli/api_client.h"
#include "daemon/cli/commands.h"
#include "daemon/cli/print.h"
#include "daemon/setup/plan.h"
#include "policy/log/story/given_objects.h"

namespace inkan::daemon::cli {
namespace {

struct PublishOptions {
  std::string to;
};

class Site {
 public:
  Site(ApiClient& client, std::filesystem::path folder)
      : client_(client), folder_(std::move(folder)), lock_(lock(folder_)) {}
  ~Site() { ::close(lock_); }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // False if there is no such thing.
  bool put(const std::string& path) {
    const auto answer = client_.look("/" + path);
    if (answer.status == 404) return false;
    if (!answer.ok())
      throw Failure(Exit::unavailable, "/" + path + " is answered " + std::to_string(answer.status),
                    "what is published already stays as it is; run it again");
    const auto file = folder_ / path;
    const auto kept = daemon::read_file(file);
    if (kept == answer.text) return true;
    if (kept && path.starts_with("crl/")) refuse_older(file, *kept, answer.text);
    std::filesystem::create_directories(file.parent_path());
    write_file_durably(file, answer.text);
    ++written_;
    return true;
  }
  std::uint64_t written() const { return written_; }

 private:
  // Two at once would write one file, and the slower one an older CRL.
  static int lock(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0 || ::flock(opened, LOCK_EX | LOCK_NB) != 0) {
      if (opened >= 0) ::close(opened);
      throw Failure(Exit::unavailable,
                    "another run is publishing to " + folder.string() + ", or it cannot be opened",
                    "run it again when that has ended");
    }
    return opened;
  }
  static std::int64_t number_of(const std::string& crl, const std::filesystem::path& file) {
    return policy::GivenObject::parse(policy::as_bytes(crl), file.string()).number;
  }
  // RFC 5280 §5.2.3: whoever has seen a later one would take this for an attack.
  static void refuse_older(const std::filesystem::path& file, const std::string& kept,
                           const std::string& fresh) {
    const auto before = number_of(kept, file), after = number_of(fresh, file);
    if (after <= before)  // they are not the same octets
      throw Failure(Exit::refused,
                    file.string() + " is CRL number " + std::to_string(before) +
                        ", the server's newest only " + std::to_string(after),
                    "the store was rolled back, or the folder is another authority's: keep it, and find out");
  }

  ApiClient& client_;
  std::filesystem::path folder_;
  int lock_;  // of the folder, as long as this lives
  std::uint64_t written_ = 0;
};

struct Published {
  std::string id;
  std::vector<int> crl_shards;
};

// Ids stand in paths here: whatever answers must not lead out of the folder.
std::vector<Published> published_by(const nlohmann::json& authorities) {
  std::vector<Published> all;
  all.reserve(authorities.size());
  for (const auto& authority : authorities) {
    all.push_back({authority.at("id"), {}});
    if (!PlannedAuthority::is_id(all.back().id))
      throw Failure(Exit::refused, "the server names an authority \"" + all.back().id + "\", which is no id",
                    "is that inkand's API?");
    const auto crl = authority.value("crl", nlohmann::json::object());
    for (const auto& shard : crl.value("shards", nlohmann::json::array()))
      all.back().crl_shards.push_back(shard.at("shard"));
  }
  return all;
}

// Certificates before the CRLs that are verified by them.
Exit publish(Context& context, const PublishOptions& options) {
  context.resolve();
  ApiClient client(context);
  Site site(client, options.to);
  const auto authorities = published_by(client.get("/v1/authorities").body.at("items"));
  for (const auto& each : authorities)
    for (const auto* kind : {".crt", ".pem", ".old-with-new.crt", ".new-with-old.crt"})
      site.put("ca/" + each.id + kind);
  std::vector<std::string> without;
  for (const auto& each : authorities) {
    if (!site.put("crl/" + each.id + ".crl")) without.push_back(each.id);
    for (const int shard : each.crl_shards) site.put("crl/" + each.id + "/" + std::to_string(shard) + ".crl");
  }
  if (context.json)
    print_json({{"folder", options.to}, {"written", site.written()}, {"without_crl", without}});
  else
    print_fields(std::cout, {{"folder", options.to}, {"files written", std::to_string(site.written())}});
  return Exit::ok;
}

}  // namespace

void add_publish(CLI::App& app, Context& context) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand(
      "publish", "Copy CA certificates and CRLs into a folder for a web server; run it as often as you like");
  command->add_option("--to", options->to, "The folder; `base_url` leads to it")->required();
  command->callback([options, &context] { context.exit = publish(context, *options); });
}

}  // namespace inkan::daemon::cli
