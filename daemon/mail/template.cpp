#include "daemon/mail/template.h"

#include <array>
#include <functional>
#include <set>

#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::MailKind;

namespace {

// What every mail has a value for, if only an empty one.
const std::set<std::string> k_values = {"name",      "user_id",      "organisation", "serial",
                                        "not_after", "renewal_from", "until",        "code"};
const std::string k_subject = "Subject: ";

// {kind, text} of each template in builtin/.
constexpr std::array k_builtin = std::to_array<std::pair<std::string_view, const char*>>({
#include "builtin_mails.inc"
});

// Calls `value` for each {name}, in order, and puts what it returns in its place.
std::string replace_names(const std::string& text,
                          const std::function<std::string(const std::string&)>& value) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) return result + text.substr(at);
    result += text.substr(at, open - at) + value(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  return result;
}

}  // namespace

MailTemplate MailTemplate::parse(const std::string& text, const std::string& file) {
  const auto fail = [&](const std::string& what) { throw Error(ErrorCode::config, file + ": " + what); };
  const auto end = text.find('\n');
  if (!text.starts_with(k_subject) || end == std::string::npos) fail("the first line must be \"Subject: …\"");
  if (text.compare(end, 2, "\n\n") != 0) fail("the second line must be empty, and the mail's text follow it");
  MailTemplate made(text.substr(k_subject.size(), end - k_subject.size()), text.substr(end + 2));
  if (made.subject_.empty() || made.body_.empty()) fail("neither the subject nor the text may be empty");
  if (text.find('\r') != std::string::npos) fail("lines must end in a line feed alone");
  for (const auto* part : {&made.subject_, &made.body_})
    replace_names(*part, [&](const std::string& name) {
      if (!k_values.contains(name))
        fail("{" + name + "} is not known: {name}, {user_id}, {organisation}, {serial}, {not_after}, " +
             "{renewal_from}, {until} and {code} are");
      return std::string();
    });
  return made;
}

MailText MailTemplate::fill(const std::map<std::string, std::string>& values) const {
  const auto value = [&](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
  return {replace_names(subject_, value), replace_names(body_, value)};
}

std::map<MailKind, MailTemplate> load_templates(const std::filesystem::path& folder) {
  std::map<MailKind, MailTemplate> all;
  for (const auto& [kind, text] : k_builtin) {
    const std::string name(kind);
    const auto file = folder / (name + ".txt");
    const auto own = folder.empty() ? std::nullopt : read_file(file);
    all.emplace(*policy::mail_kind(name), own ? MailTemplate::parse(*own, file.string())
                                              : MailTemplate::parse(text, "the built-in mail " + name));
  }
  return all;
}

}  // namespace inkan::daemon
