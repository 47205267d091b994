// inkand as Poco's ServerApplication: options, start, wait, stop.
#pragma once

#include <Poco/Util/ServerApplication.h>

#include <atomic>
#include <memory>
#include <string>

namespace inkan::daemon {

class Application : public Poco::Util::ServerApplication {
 protected:
  void defineOptions(Poco::Util::OptionSet& options) override;
  void handleOption(const std::string& name, const std::string& value) override;
  int main(const std::vector<std::string>& arguments) override;

 private:
  int serve();
  int check() const;

  std::string config_file_ = "/etc/inkan/inkand.toml";
  bool help_ = false, version_ = false, check_ = false, check_tokens_ = false;
};

}  // namespace inkan::daemon
