// Profile documents: an error of the configuration that names the place, or a profile that can be used.
#include <cstdlib>

#include "policy/profile/profile.h"
#include "policy/types/error.h"

using namespace inkan::policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string document(as_text(BytesView(data, size)));
  try {
    const Profile profile = Profile::parse(document, "fuzz.toml");
    const ProfileSet set({profile});
    if (set.find(profile.name) == nullptr || profile.roles.empty() || profile.key_usage.empty()) std::abort();
    const auto validity = profile.validity.validity(Instant(std::chrono::seconds(1795359600)));
    if (validity.length() != std::chrono::days(profile.validity.days)) std::abort();
    if (profile.validity.renewal_window(validity).from > validity.not_after()) std::abort();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::config || !std::string_view(error.what()).starts_with("fuzz.toml"))
      std::abort();
  }
  return 0;
}
