#include "daemon/config_subscribers.h"

#include <charconv>

#include "policy/subscriber/mail_address.h"

namespace inkan::daemon {
namespace {

// "host:port".
void parse_server(policy::TomlTable& toml, MailSettings& settings) {
  const std::string text = toml.text("server");
  const auto colon = text.rfind(':');
  const auto* const end = text.data() + text.size();
  if (colon != std::string::npos && colon > 0) {
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, settings.port);
    settings.host = text.substr(0, colon);
    if (error == std::errc() && rest == end && settings.port > 0) return;
  }
  toml.fail("server", "is \"" + text + "\"; it must be host:port, such as \"mail.example.jp:587\"");
}

MailSettings::Tls parse_mail_tls(policy::TomlTable& toml) {
  const std::string text = toml.text("tls", "starttls");
  if (text == "starttls") return MailSettings::Tls::starttls;
  if (text == "from-the-start") return MailSettings::Tls::from_the_start;
  if (text != "none") toml.fail("tls", "holds \"" + text + "\"; known: starttls, from-the-start, none");
  return MailSettings::Tls::none;
}

}  // namespace

SubscriberSettings parse_subscribers(policy::TomlTable toml, const std::filesystem::path& base) {
  SubscriberSettings settings;
  const std::string pack = toml.text("pack");
  if (pack.empty()) toml.fail("pack", "is empty; it must be \"rokin\", \"default\" or a .toml file");
  if (pack.ends_with(".toml"))
    settings.file = base / pack;
  else
    settings.pack = pack;
  auto& cost = settings.password;
  // What fits into memory twice over, and what RFC 9106 §3.1 allows at the least.
  cost.memory_kib = static_cast<int>(toml.integer("password_memory_kib", 8, 4 << 20, cost.memory_kib));
  cost.passes = static_cast<int>(toml.integer("password_passes", 1, 100, cost.passes));
  const auto rate = [&](const char* key, double otherwise) {
    return static_cast<double>(toml.integer(key, 1, 1'000'000, static_cast<std::int64_t>(otherwise)));
  };
  auto& limits = settings.limits;
  limits.per_second = rate("tries_per_second", limits.per_second);
  limits.per_address_second = rate("tries_per_address_per_second", limits.per_address_second);
  limits.per_id_second = rate("tries_per_id_per_second", limits.per_id_second);
  toml.finish();
  return settings;
}

MailSettings parse_mail_settings(policy::TomlTable toml, const std::filesystem::path& base) {
  MailSettings settings;
  settings.from = toml.text("from");
  if (const auto fault = policy::mail_address_fault(settings.from)) toml.fail("from", *fault);
  if (toml.has("server") == toml.has("folder"))
    toml.fail(
        "server",
        "or `folder` is needed, and only one of them: an SMTP server, or, for trials, where to put mails");
  if (toml.has("folder")) settings.folder = base / toml.text("folder");
  if (toml.has("server")) {
    parse_server(toml, settings);
    settings.tls = parse_mail_tls(toml);
    if (toml.has("ca")) settings.ca = base / toml.text("ca");
    settings.user = toml.text("user", "");
    if (toml.has("password_file")) settings.password_file = base / toml.text("password_file");
    if (settings.user.empty() != settings.password_file.empty())
      toml.fail("user", "and `password_file` go together");
    if (!settings.user.empty() && settings.tls == MailSettings::Tls::none)
      toml.fail("tls", "is \"none\": a password is not sent in the clear");
  }
  if (toml.has("templates")) settings.templates = base / toml.text("templates");
  settings.give_up = std::chrono::hours(toml.integer("give_up_hours", 1, 24 * 30, 72));
  toml.finish();
  return settings;
}

void require_mail(const policy::TomlTable& toml, const std::optional<SubscriberSettings>& subscribers,
                  bool has_mail) {
  if (!subscribers) {
    if (has_mail) toml.fail("mail", "is of no use without [subscribers]: nobody else gets mail");
    return;
  }
  const auto pack = load_pack(*subscribers);
  if (!has_mail && !pack.mail.kinds.empty())
    toml.fail("mail", "is missing: the policy pack " + pack.name +
                          " sends mails. Name a server in [mail], or for trials `folder = \"mail\"`");
}

}  // namespace inkan::daemon
