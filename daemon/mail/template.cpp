#include "daemon/mail/template.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "daemon/atomic_file.h"
#include "policy/types/error.h"
#include "policy/x509/character_string.h"

namespace inkan::daemon {

namespace fs = std::filesystem;
using policy::Error;
using policy::ErrorCode;
using policy::MailKind;

namespace {

const std::string k_subject = "Subject: ";
const std::string k_mark = "\xef\xbb\xbf";  // byte order, as Windows' editors write it

// {kind, text} of each template in builtin/.
constexpr std::array k_builtin = std::to_array<std::pair<std::string_view, const char*>>({
#include "builtin_mails.inc"
});

// What mails of a kind have values for.
std::set<std::string> values_of(MailKind kind) {
  std::set<std::string> values = {"name", "user_id", "organisation"};
  switch (kind) {
    case MailKind::renewal_30d:
    case MailKind::renewal_10d:
    case MailKind::expired:
    case MailKind::issued:
    case MailKind::confirm_reminder:
      values.insert({"serial", "not_after", "renewal_from"});
      break;
    case MailKind::revoked:
      values.insert("serial");
      break;
    case MailKind::locked:
      values.insert("until");
      break;
    case MailKind::code:
      values.insert("code");
      break;
    case MailKind::blocked:
      break;
  }
  return values;
}

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

std::string listed(const std::set<std::string>& all, const std::string& before, const std::string& behind) {
  std::string text;
  for (const auto& each : all)
    text.append(text.empty() ? "" : ", ").append(before).append(each).append(behind);
  return text;
}

// One file, its lines judged one by one.
class TemplateReader {
 public:
  TemplateReader(MailKind kind, const std::string& file)
      : kind_(kind), file_(file), values_(values_of(kind)) {}

  // Its lines, which end in a line feed alone.
  std::vector<std::string> read(std::string text) {
    if (text.starts_with(k_mark)) text.erase(0, k_mark.size());
    if (const auto line = policy::line_not_utf8(text))
      fail(*line, "is not UTF-8; save the file as UTF-8, or convert it: iconv -f CP932 -t UTF-8");
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      std::string line = text.substr(at, end - at);
      if (line.ends_with('\r')) line.pop_back();
      judge(line, lines.size() + 1);
      lines.push_back(std::move(line));
      at = end + 1;
    }
    if (kind_ == MailKind::code && !named_.contains("code"))
      fail("{code} is nowhere in it, and without it nobody can go on; put it where the code shall stand");
    return lines;
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::config, file_ + ": " + what);
  }
  [[noreturn]] void fail(std::size_t line, const std::string& what) const {
    throw Error(ErrorCode::config, file_ + ":" + std::to_string(line) + ": " + what);
  }

 private:
  void judge(const std::string& line, std::size_t number) {
    if (std::any_of(line.begin(), line.end(),
                    [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; }))
      fail(number, "holds a control character; take it out");
    replace_names(line, [&](const std::string& name) {
      if (!values_.contains(name))
        fail(number, "{" + name + "} is not known in this mail; these are: " + listed(values_, "{", "}"));
      named_.insert(name);
      return std::string();
    });
    const auto open = line.rfind('{');
    if (open != std::string::npos && line.find('}', open) == std::string::npos)
      fail(number, "a { is not closed; write one of " + listed(values_, "{", "}"));
  }

  MailKind kind_;
  const std::string& file_;
  std::set<std::string> values_, named_;
};

[[noreturn]] void no_folder(const fs::path& folder, const std::string& what) {
  throw Error(ErrorCode::config,
              "[mail] templates: " + folder.string() + " " + what +
                  "; mend the path or its permissions, or leave `templates` out for the program's own texts");
}

// A file that nobody reads is a text that nobody sends.
void check_names(const fs::path& folder) {
  std::set<std::string> known;
  for (const auto& [kind, text] : k_builtin) known.insert(std::string(kind) + ".txt");
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found) no_folder(folder, "is not there");
  if (error) no_folder(folder, "cannot be read");
  if (status.type() != fs::file_type::directory) no_folder(folder, "is no folder");
  fs::directory_iterator entry(folder, error);
  if (error) no_folder(folder, "cannot be read");
  for (const fs::directory_iterator end; entry != end; entry.increment(error)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with('.') && !known.contains(name))
      throw Error(ErrorCode::config, entry->path().string() + " is no mail's text; these are: " +
                                         listed(known, "", "") + ". Rename it, or put it elsewhere");
  }
  if (error) no_folder(folder, "cannot be read");
}

// Nothing: there is no such file.
std::optional<std::string> read_own(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(fs::symlink_status(file, error))) return std::nullopt;
  auto text = fs::is_regular_file(file, error) ? read_file(file) : std::nullopt;
  if (!text)
    throw Error(ErrorCode::config,
                file.string() + " cannot be read: make it a file, and check who may read it");
  return text;
}

}  // namespace

MailTemplate MailTemplate::parse(MailKind kind, std::string text, const std::string& file) {
  TemplateReader reader(kind, file);
  const auto lines = reader.read(std::move(text));
  if (lines.empty() || !lines[0].starts_with(k_subject) || lines[0].size() == k_subject.size())
    reader.fail(1, "the first line must be \"Subject: …\"");
  if (lines.size() < 2 || !lines[1].empty())
    reader.fail(2, "the second line must be empty, and the mail's text follow it");
  std::string body;
  for (std::size_t i = 2; i < lines.size(); ++i) body += lines[i] + "\n";
  if (body.empty()) reader.fail(3, "the mail's text must stand here");
  return {lines[0].substr(k_subject.size()), std::move(body)};
}

MailText MailTemplate::fill(const std::map<std::string, std::string>& values) const {
  const auto value = [&](const std::string& name) {
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
  };
  return {replace_names(subject_, value), replace_names(body_, value)};
}

std::map<MailKind, MailTemplate> load_templates(const fs::path& folder) {
  if (!folder.empty()) check_names(folder);
  std::map<MailKind, MailTemplate> all;
  for (const auto& [name, text] : k_builtin) {
    const auto kind = *policy::mail_kind(name);
    const auto file = folder / (std::string(name) + ".txt");
    const auto own = folder.empty() ? std::nullopt : read_own(file);
    all.emplace(kind, own ? MailTemplate::parse(kind, *own, file.string())
                          : MailTemplate::parse(kind, text, "the built-in mail " + std::string(name)));
  }
  return all;
}

}  // namespace inkan::daemon
