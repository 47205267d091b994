// The portal's file, inkan-portal.toml, read strictly: every key known, every value in range, every error
// with its place and its mend.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "api/http/limits.h"

namespace inkan::api::portal {

// One of the two listeners, and what a browser calls it.
struct Site {
  std::string host;  // to listen on
  std::uint16_t port = 0;
  std::string origin;  // "https://host" or "https://host:port", as browsers write it (RFC 6454 §6.2)
};

struct ApiSettings {
  std::string host;  // of the API, which its certificate must name
  std::uint16_t port = 443;
  std::filesystem::path ca, certificate, key;  // PEM; of the `web-tier` identity
  std::size_t connections = 16;
  std::chrono::milliseconds deadline{35'000};  // for one call, with the wait for a connection
};

struct Settings {
  std::filesystem::path web;  // the page: index.html and assets/
  Site main, proof;
  std::filesystem::path certificate, key;      // PEM: the portal's own chain and key in TLS
  std::vector<std::filesystem::path> issuers;  // PEM: whose certificates browsers shall offer; none: any
  ApiSettings api;
  Limits limits;
  Deadlines deadlines;

  // Relative paths are relative to the file. Throws Error{config}.
  static Settings load(const std::filesystem::path& file);
};

}  // namespace inkan::api::portal
