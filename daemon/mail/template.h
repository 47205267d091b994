// The texts of mails: files, so that whoever runs this words them; the program's own where there is no other.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "policy/subscriber/notice.h"

namespace inkan::daemon {

struct MailText {
  std::string subject, body;  // UTF-8; the body's lines end in a line feed
};

// "Subject: …", an empty line, the body. {name} stands for a value; a name that mails of the kind have no
// value for, or one that they are nothing without, is a fault of the file, not of the day on which it would
// be sent.
class MailTemplate {
 public:
  // Lines may end as on Windows, and a byte order mark may come first. Throws Error{config} naming file,
  // line, and what may stand there.
  static MailTemplate parse(policy::MailKind kind, std::string text, const std::string& file);

  bool operator==(const MailTemplate&) const = default;
  MailText fill(const std::map<std::string, std::string>& values) const;

 private:
  MailTemplate(std::string subject, std::string body)
      : subject_(std::move(subject)), body_(std::move(body)) {}

  std::string subject_, body_;
};

// By kind; those of `folder` ("locked.txt", …) before the program's. An empty path: the program's alone.
// Throws Error{config} for a folder that cannot be read, or holds what is no mail's; what begins with a dot
// is not looked at.
using MailTemplates = std::map<policy::MailKind, MailTemplate>;
MailTemplates load_templates(const std::filesystem::path& folder);

}  // namespace inkan::daemon
