// What one text of the configuration says otherwise than another, key by key.
#pragma once

#include <string>
#include <vector>

namespace inkan::daemon {

struct ConfigChange {
  std::string key;  // "ocsp.max_age_s"; "token.ca.label" of the [[token]] named ca, else "witness[0].url"
  std::string old, now;  // as TOML writes them; empty: it is not there
};

// In the order of their keys. Both are TOML that was read before; throws Error{config} for what is none.
std::vector<ConfigChange> differences(const std::string& old, const std::string& now);

// "ocsp.max_age_s: 3600 -> 600; …", for people.
std::string in_words(const std::vector<ConfigChange>& changes);

}  // namespace inkan::daemon
