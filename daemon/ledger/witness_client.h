// The connection to one witness: one exchange at a time, each with an end in time.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <mutex>
#include <optional>

#include "daemon/config.h"

namespace inkan::daemon {

class WitnessClient {
 public:
  // Throws Error{config} if the trust file cannot be used.
  explicit WitnessClient(const WitnessSettings& settings);

  // POST <prefix>/add-checkpoint. Throws Error{unavailable} if there is no whole answer in time.
  witness::HttpAnswer add_checkpoint(const std::string& body);
  // From another thread: ends the exchange under way, if its time is over or at once. A peer that sends an
  // octet now and then would keep TLS reading for ever.
  void cut_if_late();
  void cut();  // and let none begin

 private:
  class Open;
  Poco::Net::StreamSocket connect() const;

  witness::HttpAddress address_;
  Poco::Net::Context::Ptr tls_;  // null for http
  std::mutex mutex_;             // guards socket_, until_, stopping_
  std::optional<Poco::Net::StreamSocket> socket_;
  witness::Deadline until_;
  bool stopping_ = false;
};

}  // namespace inkan::daemon
