// Takes over a changed configuration file while the daemon runs: all of the change, or, if any of it takes a
// start or is wrong, nothing.
#pragma once

#include "daemon/authority/service.h"
#include "daemon/core.h"
#include "daemon/reload/config_difference.h"

namespace inkan::daemon {

class Reloading {
 public:
  // Both outlive it.
  Reloading(Core& core, Service& service)
      : core_(core), service_(service), document_(core.config.document), sha256_(core.config.sha256) {}

  // Reads the file that the daemon was started with, and the files of mails that it names. Returns when the
  // log has the change and all that is asked from then on goes by it. Not for two threads at once. Throws
  // Error{config} that names each key that takes a start, or what is wrong with the file.
  std::vector<ConfigChange> turn();

 private:
  void add_files(const Config& next, const MailTemplates& templates,
                 std::vector<ConfigChange>& changes) const;
  void record(const Config& next) const;

  Core& core_;
  Service& service_;
  std::string document_, sha256_;  // in force
};

}  // namespace inkan::daemon
