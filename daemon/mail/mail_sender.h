// Hands a mail to a mail server: by SMTP (RFC 5321), or, for trying things out, into a folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "daemon/mail/template.h"
#include "policy/types/validity.h"

namespace inkan::daemon {

struct OutgoingMail {
  std::string to;
  std::string message_id;  // the same at each try: servers know a second one by it
  policy::Instant date;
  MailText text;
};

struct SendResult {
  // refused: for good, by the server's word on this mail (5xx). later: anything else.
  enum class End { sent, refused, later } end = End::later;
  std::string answer;  // the server's, or what went wrong
};

struct MailSettings {
  enum class Tls { none, starttls, from_the_start };

  std::string host;  // of the SMTP server; empty: none
  std::uint16_t port = 587;
  Tls tls = Tls::starttls;
  std::filesystem::path ca;  // PEM, what the server's certificate chains to; empty: the system's
  std::string user;          // for AUTH; empty: none
  std::filesystem::path password_file;
  std::filesystem::path folder;     // instead of a server
  std::filesystem::path templates;  // before the program's own; empty: these alone
  std::string from;                 // an address
  std::chrono::seconds give_up{3 * 86'400};
};

// The mail as it goes out (RFC 5322, 2045): UTF-8 in base64, Auto-Submitted (RFC 3834), nothing that asks for
// an answer.
std::string to_message(const OutgoingMail& mail, const std::string& from);

// Throws Error{config} if the CA's or the password's file cannot be read. Both are read for each mail.
void check_mail_files(const MailSettings& settings);

// Never throws for what the server does or says.
SendResult send_mail(const MailSettings& settings, const OutgoingMail& mail);

}  // namespace inkan::daemon
