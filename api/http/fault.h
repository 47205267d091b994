// Why a request could not be read: the status it earns, what was wrong and how to mend it.
#pragma once

#include <string>

namespace inkan::api {

struct Fault {
  int status = 400;
  std::string detail;
  std::string mend;
  bool operator==(const Fault&) const = default;
};

}  // namespace inkan::api
