#include "api/page/bundle.h"

#include <algorithm>

#include "api/http/header_values.h"
#include "api/page/read_file.h"
#include "policy/types/digest.h"
#include "policy/types/error.h"

namespace inkan::api {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr const char* k_index = "index.html";
constexpr std::size_t k_most_files = 500;
constexpr std::uintmax_t k_most_octets = 32 * 1024 * 1024;

std::string media_type_of(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> k_types = {{".html", "text/html; charset=utf-8"},
                                                             {".js", "text/javascript; charset=utf-8"},
                                                             {".css", "text/css; charset=utf-8"},
                                                             {".json", "application/json"},
                                                             {".map", "application/json"},
                                                             {".webmanifest", "application/manifest+json"},
                                                             {".svg", "image/svg+xml"},
                                                             {".png", "image/png"},
                                                             {".ico", "image/x-icon"},
                                                             {".woff2", "font/woff2"},
                                                             {".txt", "text/plain; charset=utf-8"}};
  const auto found = k_types.find(file.extension().string());
  return found == k_types.end() ? "application/octet-stream" : found->second;
}

// "/enrol" and the like: a word of lower-case letters and hyphens in each segment.
bool is_page_route(const std::vector<std::string>& segments) {
  if (segments.size() == 1 && segments[0].empty()) return true;
  return std::all_of(segments.begin(), segments.end(), [](const std::string& segment) {
    return !segment.empty() && std::all_of(segment.begin(), segment.end(),
                                           [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
  });
}

std::string path_of(const std::vector<std::string>& segments) {
  std::string path;
  for (const auto& each : segments) path += (path.empty() ? "" : "/") + each;
  return path;
}

}  // namespace

Bundle Bundle::load(const std::filesystem::path& folder, const std::string& key) {
  Bundle bundle;
  std::uintmax_t octets = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    // A link may lead out of the folder.
    if (entry.is_symlink() || !entry.is_regular_file()) continue;
    octets += entry.file_size();
    if (octets > k_most_octets || bundle.files_.size() == k_most_files)
      throw Error(ErrorCode::config, "`" + key + "` names " + folder.string() + ", which holds more than " +
                                         std::to_string(k_most_files) + " files or " +
                                         std::to_string(k_most_octets >> 20) +
                                         " MiB: name the folder of the built page");
    auto body = std::make_shared<policy::Bytes>(
        policy::to_bytes(policy::as_bytes(read_file(entry.path(), "the page's file"))));
    const auto etag = "\"" + policy::sha256(*body).hex().substr(0, 32) + "\"";
    bundle.files_[entry.path().lexically_relative(folder).generic_string()] = {media_type_of(entry.path()),
                                                                               etag, body};
  }
  if (error || !bundle.files_.contains(k_index))
    throw Error(ErrorCode::config, "`" + key + "` names " + folder.string() +
                                       ", which holds no index.html: name the folder of the built page");
  return bundle;
}

const Bundle::File* Bundle::file_for(const Segments& segments) const {
  const auto found = files_.find(path_of(segments));
  if (found != files_.end()) return &found->second;
  return is_page(segments) ? &files_.at(k_index) : nullptr;
}

bool Bundle::is_page(const Segments& segments) {
  return is_page_route(segments) && segments[0] != "assets";
}

std::optional<Response> Bundle::find(const Segments& segments, const RequestHead& head) const {
  const auto* file = file_for(segments);
  if (!file) return std::nullopt;
  // Vite and the like put a hash into an asset's name: the name changes with the content.
  const bool asset = segments.size() > 1 && segments[0] == "assets";
  Response response;
  response.with("ETag", file->etag)
      .with("Cache-Control", asset ? "public, max-age=31536000, immutable" : "no-cache");
  const auto* known = head.find("if-none-match");
  if (known && names_etag(*known, file->etag)) {
    response.status = 304;
    return response;
  }
  response.content_type = file->type;
  response.shared = file->octets;
  return response;
}

}  // namespace inkan::api
