// The configuration's sections on subscribers and on mail.
#pragma once

#include <optional>

#include "daemon/mail/mail_sender.h"
#include "daemon/subscribers/settings.h"
#include "policy/profile/toml_table.h"

namespace inkan::daemon {

// Paths are relative to `base`. Throw Error{config}.
SubscriberSettings parse_subscribers(policy::TomlTable toml, const std::filesystem::path& base);
MailSettings parse_mail_settings(policy::TomlTable toml, const std::filesystem::path& base);
// A pack that sends mails wants to be told how.
void require_mail(const policy::TomlTable& toml, const std::optional<SubscriberSettings>& subscribers,
                  bool has_mail);

}  // namespace inkan::daemon
