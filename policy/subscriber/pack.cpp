#include "policy/subscriber/pack.h"

#include <map>

#include "policy/profile/toml_table.h"

namespace inkan::policy {
namespace {

template <class Value>
Value one_of(TomlTable& toml, const std::string& key, const std::map<std::string, Value>& choices) {
  const std::string text = toml.text(key);
  if (const auto found = choices.find(text); found != choices.end()) return found->second;
  std::string all;
  for (const auto& [each, value] : choices) all += (all.empty() ? "" : ", ") + each;
  toml.fail(key, "holds \"" + text + "\"; known: " + all);
}

void parse_credential(TomlTable& toml, CredentialRule& rule) {
  rule.least = static_cast<int>(toml.integer("least", 1, 255));
  rule.most = static_cast<int>(toml.integer("most", rule.least, 255));
  rule.letter = toml.boolean("letter", false);
  rule.digit = toml.boolean("digit", false);
  rule.symbols = toml.text("symbols", "");
  for (const char c : rule.symbols)
    if (c < 0x20 || c > 0x7e) toml.fail("symbols", "may hold printable ASCII characters only");
}

void parse_lock(TomlTable toml, Pack& pack) {
  pack.lock.tries = static_cast<int>(toml.integer("tries", 1, 100));
  pack.lock.lock = std::chrono::minutes(toml.integer("minutes", 1, 7 * 24 * 60));
  pack.lock.locks = static_cast<int>(toml.integer("locks", 1, 100));
  toml.finish();
}

void parse_certificate(TomlTable toml, Pack& pack) {
  pack.profile = toml.text("profile");
  TomlTable subject = toml.table_or_empty("subject");
  for (const auto& type : subject.keys()) {
    if (type == "CN" || type == "serialNumber")
      subject.fail(type, "is set by the program: the user ID, and the user's UUID (A13)");
    pack.subject.push_back({type, subject.text(type)});
  }
  if (!pack.subject.empty())
    if (const auto built = Name::build(pack.subject); denied(built))
      toml.fail("subject", "cannot stand in a certificate: " + denied(built)->detail);
  pack.require_current_certificate = toml.boolean("require_current", false);
  pack.supersede = one_of<Supersede>(toml, "supersede",
                                     {{"keep", Supersede::keep},
                                      {"revoke_on_confirm", Supersede::revoke_on_confirm},
                                      {"revoke_after", Supersede::revoke_after}});
  if (pack.supersede == Supersede::revoke_after)
    pack.supersede_after = std::chrono::days(toml.integer("supersede_days", 1, 366));
  toml.finish();
}

void parse_enrolment(TomlTable toml, Pack& pack) {
  pack.ticket = std::chrono::minutes(toml.integer("ticket_minutes", 1, 24 * 60));
  pack.second_factor = one_of<SecondFactor>(
      toml, "second_factor", {{"none", SecondFactor::none}, {"mail-code", SecondFactor::mail_code}});
  pack.unconfirmed = one_of<Unconfirmed>(
      toml, "unconfirmed", {{"seed", Unconfirmed::seed}, {"auto_revoke", Unconfirmed::auto_revoke}});
  pack.confirm_within = std::chrono::hours(toml.integer("confirm_hours", 1, 366 * 24));
  toml.finish();
}

void parse_mail(TomlTable toml, Pack& pack) {
  for (const auto& text : toml.texts("kinds")) {
    const auto kind = mail_kind(text);
    if (!kind)
      toml.fail("kinds",
                "holds \"" + text +
                    "\"; known: renewal-30d, renewal-10d, expired, locked, blocked, issued, revoked, "
                    "confirm-reminder");
    pack.mail.kinds.insert(*kind);
  }
  pack.mail.utc_offset = toml.utc_offset("utc_offset");
  pack.mail.hour = static_cast<int>(toml.integer("hour", 0, 23));
  toml.finish();
}

void parse_roles(TomlTable toml, Pack& pack) {
  for (const auto role :
       {SubscriberRole::general_user, SubscriberRole::master_user, SubscriberRole::bank_staff}) {
    const std::string key(name(role));
    for (const auto& text : toml.texts(key)) {
      const auto act = subscriber_act(text);
      if (!act)
        toml.fail(key, "holds \"" + text +
                           "\"; known: enrol, organisation.manage, general.manage, general.release, "
                           "master.manage, master.release, certificates.revoke, history.read");
      pack.roles[role].insert(*act);
    }
  }
  toml.finish();
}

}  // namespace

Pack Pack::parse(const std::string& document, const std::string& file_name) {
  const toml::table parsed = TomlTable::parse(document, file_name);
  TomlTable toml(parsed, "", file_name);
  Pack pack(document);
  pack.name = toml.text("name");
  if (pack.name.empty() || pack.name.size() > 64 ||
      pack.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
    toml.fail("name", "must be 1 to 64 of a-z, 0-9 and -");
  pack.version = static_cast<int>(toml.integer("version", 1, 1'000'000));
  pack.description = toml.text("description");
  {
    TomlTable rule = toml.table("user_id");
    parse_credential(rule, pack.user_id);
    rule.finish();
    // It is the certificate's CN (RFC 5280 Appendix A: ub-common-name).
    if (pack.user_id.most > 64) rule.fail("most", "is above 64, the most that a certificate's CN may have");
  }
  {
    TomlTable rule = toml.table("password");
    parse_credential(rule, pack.password);
    pack.first_password = one_of<FirstPassword>(rule, "first",
                                                {{"nobody", FirstPassword::nobody},
                                                 {"masters", FirstPassword::masters},
                                                 {"everybody", FirstPassword::everybody}});
    rule.finish();
  }
  parse_lock(toml.table("lock"), pack);
  parse_certificate(toml.table("certificate"), pack);
  parse_enrolment(toml.table("enrolment"), pack);
  {
    TomlTable session = toml.table("session");
    pack.session = std::chrono::minutes(session.integer("minutes", 1, 24 * 60));
    session.finish();
  }
  parse_mail(toml.table("mail"), pack);
  if (pack.second_factor == SecondFactor::mail_code) pack.mail.kinds.insert(MailKind::code);
  parse_roles(toml.table("roles"), pack);
  toml.finish();
  return pack;
}

bool Pack::may(SubscriberRole role, SubscriberAct act) const {
  const auto row = roles.find(role);
  return row != roles.end() && row->second.contains(act);
}

const std::vector<Pack>& Pack::built_in() {
  static const char* const k_documents[] = {
#include "builtin_packs.inc"
  };
  static const auto packs = [] {
    std::vector<Pack> all;
    for (const auto* text : k_documents) all.push_back(Pack::parse(text, "built-in policy pack"));
    return all;
  }();
  return packs;
}

}  // namespace inkan::policy
