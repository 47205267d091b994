// What the configuration says of subscribers: by which policy pack, and what a password may cost.
#pragma once

#include <filesystem>

#include "daemon/subscribers/authentication.h"
#include "daemon/subscribers/password_hash.h"
#include "policy/subscriber/pack.h"

namespace inkan::daemon {

struct SubscriberSettings {
  std::string pack;            // of the program: "rokin", "default"; else empty
  std::filesystem::path file;  // the pack's, if it is not of the program
  PasswordCost password;
  TryLimits limits;
};

// Throws Error{config}.
policy::Pack load_pack(const SubscriberSettings& settings);

}  // namespace inkan::daemon
