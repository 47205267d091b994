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

// "Subject: …", an empty line, the body. {name} stands for a value; a name that no mail has is a fault of the
// file, not of the day on which it would be sent.
class MailTemplate {
 public:
  // Throws Error{config} naming the file and what may stand in it.
  static MailTemplate parse(const std::string& text, const std::string& file);

  MailText fill(const std::map<std::string, std::string>& values) const;

 private:
  MailTemplate(std::string subject, std::string body)
      : subject_(std::move(subject)), body_(std::move(body)) {}

  std::string subject_, body_;
};

// By kind; those of `folder` ("locked.txt", …) before the program's. An empty folder: the program's alone.
std::map<policy::MailKind, MailTemplate> load_templates(const std::filesystem::path& folder);

}  // namespace inkan::daemon
