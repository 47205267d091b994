#include "daemon/mail/mail_sender.h"

#include <Poco/Exception.h>
#include <Poco/Net/MailMessage.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <sstream>

#include "api/http/message.h"
#include "daemon/atomic_file.h"
#include "policy/types/error.h"

namespace inkan::daemon {

namespace net = Poco::Net;
using policy::Error;
using policy::ErrorCode;

namespace {

const Poco::Timespan k_wait(10, 0);  // for the server, at each step

// RFC 5322 §3.3: as HTTP writes it, but for the zone.
std::string mail_date(policy::Instant instant) {
  std::string date = api::http_date(instant);
  return date.replace(date.find("GMT"), 3, "+0000");
}

// RFC 2047: words of whole characters, each at most 75 octets long (§5: a word is decoded by itself).
std::string encoded_words(const std::string& text) {
  constexpr std::size_t k_octets = 45;
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(at + k_octets, text.size());
    while (end < text.size() && end > at && (text[end] & 0xc0) == 0x80) --end;  // not within a character
    if (end == at) end = std::min(at + k_octets, text.size());                  // where there is none
    words += (words.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") +
             policy::to_base64(policy::as_bytes(std::string_view(text).substr(at, end - at))) + "?=";
    at = end;
  }
  return words;
}

void fill(net::MailMessage& message, const OutgoingMail& mail, const std::string& from) {
  message.setSender(from);
  message.addRecipient({net::MailRecipient::PRIMARY_RECIPIENT, mail.to});
  message.setSubject(encoded_words(mail.text.subject));
  message.set("Date", mail_date(mail.date));
  message.set("Message-ID", mail.message_id);
  message.set("Auto-Submitted", "auto-generated");
  message.setContentType("text/plain; charset=UTF-8");
  message.setContent(mail.text.body, net::MailMessage::ENCODING_BASE64);
}

// Poco's own client connects by itself, without a limit of time, to the host that it then verifies: here the
// socket is given, and STARTTLS (RFC 3207) goes by the name that the configuration has.
class Session : public net::SMTPClientSession {
 public:
  explicit Session(const net::StreamSocket& connected) : SMTPClientSession(connected) { setTimeout(k_wait); }

  bool start_tls(const std::string& host, const net::Context::Ptr& tls) {
    std::string response;
    if (!isPositiveCompletion(sendCommand("STARTTLS", response))) return false;
    net::SecureStreamSocket secure(net::SecureStreamSocket::attach(socket(), host, tls));
    socket() = secure;
    return true;
  }
};

net::Context::Ptr tls_context(const MailSettings& settings) {
  net::Context::Ptr context =
      std::make_unique<net::Context>(net::Context::TLS_CLIENT_USE, "", "", settings.ca.string(),
                                     net::Context::VERIFY_STRICT, 9, settings.ca.empty())
          .release();
  context->requireMinimumProtocol(net::Context::PROTO_TLSV1_2);
  context->enableExtendedCertificateVerification(true);
  return context;
}

net::StreamSocket connect(const MailSettings& settings, const net::Context::Ptr& tls) {
  net::StreamSocket socket;
  socket.connect(net::SocketAddress(settings.host, settings.port), k_wait);
  if (settings.tls != MailSettings::Tls::from_the_start) return socket;
  socket.setReceiveTimeout(k_wait);
  socket.setSendTimeout(k_wait);
  return net::SecureStreamSocket::attach(socket, settings.host, tls);
}

std::string read_password(const MailSettings& settings) {
  auto text = read_file(settings.password_file);
  if (!text) throw Error(ErrorCode::config, settings.password_file.string() + " cannot be read");
  while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
  return *text;
}

void begin(Session& session, const MailSettings& settings, const net::Context::Ptr& tls) {
  session.login("localhost");
  if (settings.tls == MailSettings::Tls::starttls && !session.start_tls(settings.host, tls))
    throw Error(ErrorCode::unavailable,
                "the server offers no STARTTLS: mails are not sent in the clear unless [mail] tls says so");
  if (settings.user.empty()) return session.login("localhost");  // what is offered may be other than before
  const auto password = read_password(settings);
  session.login("localhost", net::SMTPClientSession::AUTH_PLAIN, settings.user, password);
}

SendResult send_by_smtp(const MailSettings& settings, const OutgoingMail& mail) {
  using End = SendResult::End;
  const auto tls = settings.tls == MailSettings::Tls::none ? net::Context::Ptr() : tls_context(settings);
  Session session(connect(settings, tls));
  begin(session, settings, tls);
  net::MailMessage message;
  fill(message, mail, settings.from);
  try {
    session.sendMessage(message);
  } catch (const net::SMTPException& refusal) {
    // Of this mail alone: its recipient or its text. What is said of the sender is said of every mail.
    const bool of_this = !refusal.message().starts_with("Cannot send message");
    return {of_this && refusal.code() / 100 == 5 ? End::refused : End::later, refusal.displayText()};
  }
  try {
    session.close();
  } catch (const Poco::Exception&) {  // it has the mail; how it says farewell does not matter
  }
  return {End::sent, ""};
}

}  // namespace

std::string to_message(const OutgoingMail& mail, const std::string& from) {
  net::MailMessage message;
  fill(message, mail, from);
  std::ostringstream out;
  message.write(out);
  return out.str();
}

void check_mail_files(const MailSettings& settings) {
  for (const auto& [file, what] : {std::pair(settings.ca, "ca"), {settings.password_file, "password_file"}})
    if (!file.empty() && !read_file(file))
      throw Error(ErrorCode::config, "[mail] " + std::string(what) + ": " + file.string() +
                                         " cannot be read: check the path and its permissions");
}

SendResult send_mail(const MailSettings& settings, const OutgoingMail& mail) {
  try {
    if (!settings.host.empty()) return send_by_smtp(settings, mail);
    std::filesystem::create_directories(settings.folder);
    const auto name = mail.message_id.substr(1, mail.message_id.find('@') - 1) + ".eml";
    write_file_durably(settings.folder / name, to_message(mail, settings.from));
    return {SendResult::End::sent, ""};
  } catch (const Poco::Exception& error) {
    return {SendResult::End::later, error.displayText()};
  } catch (const std::exception& error) {
    return {SendResult::End::later, error.what()};
  }
}

}  // namespace inkan::daemon
