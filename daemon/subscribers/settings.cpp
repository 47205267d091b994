#include "daemon/subscribers/settings.h"

#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

policy::Pack load_pack(const SubscriberSettings& settings) {
  if (settings.pack.empty()) {
    const auto text = read_file(settings.file);
    if (!text)
      throw Error(ErrorCode::config, "the policy pack " + settings.file.string() +
                                         " cannot be read: check the path and its permissions");
    return policy::Pack::parse(*text, settings.file.string());
  }
  for (const auto& pack : policy::Pack::built_in())
    if (pack.name == settings.pack) return pack;
  throw Error(ErrorCode::config, "there is no policy pack \"" + settings.pack +
                                     "\": name \"rokin\" or \"default\", or a file ending in .toml");
}

}  // namespace inkan::daemon
