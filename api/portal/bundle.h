// The page: every file of one folder, read at the start. What is not in it then cannot be asked for, so no
// path of a request ever reaches the disk.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "api/http/message.h"

namespace inkan::api::portal {

class Bundle {
 public:
  // Throws Error{config} if `folder` has no index.html, or is more than a page should be.
  static Bundle load(const std::filesystem::path& folder);

  // Of a GET or HEAD: a file, or index.html for the page's own routes (/, /enrol); nothing for all else.
  std::optional<Response> find(const Request& request) const;
  // That of index.html.
  bool is_page(const Request& request) const;

 private:
  struct File {
    std::string type, etag;
    SharedBody octets;
  };
  const File* file_for(const Request& request) const;

  std::map<std::string, File> files_;  // by path: "index.html", "assets/app-1a2b.js"
};

}  // namespace inkan::api::portal
