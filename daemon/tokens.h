// The tokens of the configuration, by name.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/config.h"
#include "pkcs11/token.h"

namespace inkan::daemon {

class Tokens {
 public:
  // Opens them all. Throws Error{config|token|pin|unavailable} naming the one that is wrong.
  explicit Tokens(const Config& config);
  std::shared_ptr<pkcs11::Token> find(const std::string& name) const;  // throws Error{config}
  const std::map<std::string, std::shared_ptr<pkcs11::Token>>& all() const { return all_; }
  void close();

 private:
  std::map<std::string, std::shared_ptr<pkcs11::Token>> all_;
};

}  // namespace inkan::daemon
