// The tokens of the configuration, by name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/config.h"
#include "daemon/metrics/measurements.h"
#include "daemon/pin_entry.h"
#include "pkcs11/token.h"

namespace inkan::daemon {

class Tokens {
 public:
  // Opens them all: those whose PINs stand somewhere, then those whose PINs are entered. Throws
  // Error{config|token|pin|unavailable} naming the one that is wrong. `measurements` hears of each signature
  // and outlives them; null: nobody does. `officers` may be null if no token needs them.
  Tokens(const Config& config, PinEntry* officers, Measurements* measurements = nullptr);
  std::shared_ptr<pkcs11::Token> find(const std::string& name) const;  // throws Error{config}
  const std::map<std::string, std::shared_ptr<pkcs11::Token>>& all() const { return all_; }
  // Whether calls go to it: to a token without a standby always, else to one of the two.
  bool is_in_use(const TokenSettings& settings) const;
  void close();

 private:
  void link(const Config& config);
  void open(const TokenSettings& settings, pkcs11::Pin pin, Measurements* measurements);

  std::map<std::string, std::shared_ptr<pkcs11::Token>> all_;
};

// That every token of the configuration is where a start would find it, without logging in: each is told of.
// Throws Error{config|token} naming the one that is not; knows no deadline.
void check_tokens(const Config& config, const std::function<void(const std::string&)>& tell);

}  // namespace inkan::daemon
