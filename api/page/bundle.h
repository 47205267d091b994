// The page: every file of one folder, read at the start. What is not in it then cannot be asked for, so no
// path of a request ever reaches the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "api/http/message.h"

namespace inkan::api {

class Bundle {
 public:
  using Segments = std::vector<std::string>;  // of a path, below where the page stands

  // Throws Error{config} if `folder` has no index.html, or is more than a page should be. `key`: of the
  // configuration, which names it.
  static Bundle load(const std::filesystem::path& folder, const std::string& key);

  // Of a GET or HEAD: a file, or index.html for the page's own routes (/, /enrol); nothing for all else.
  std::optional<Response> find(const Segments& segments, const RequestHead& head) const;
  // That of index.html.
  static bool is_page(const Segments& segments);

 private:
  struct File {
    std::string type, etag;
    SharedBody octets;
  };
  const File* file_for(const Segments& segments) const;

  std::map<std::string, File> files_;  // by path: "index.html", "assets/app-1a2b.js"
};

}  // namespace inkan::api
