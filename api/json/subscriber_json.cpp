#include "api/json/subscriber_json.h"

#include <algorithm>

#include "api/json/certificate_json.h"
#include "api/json/timestamp.h"
#include "policy/subscriber/mail_address.h"
#include "policy/subscriber/revocation_application.h"
#include "policy/types/error.h"
#include "policy/x509/pem.h"

namespace inkan::api {
namespace {

constexpr std::size_t k_name = 200;  // octets of a name, UTF-8
constexpr std::size_t k_application = 64;

// One body, read member by member; what is wrong with it is told all at once.
class BodyReader {
 public:
  explicit BodyReader(std::string_view body) : parsed_(parse_json_object(body)) {
    if (!refused(parsed_)) reader_.emplace(std::get<Json>(parsed_), "#", errors_);
  }
  explicit operator bool() const { return reader_.has_value(); }
  ObjectReader& operator*() { return *reader_; }
  ObjectReader* operator->() { return &*reader_; }

  // Control characters would end up in mails' headers and on terminals.
  std::string plain(const char* name, std::size_t most) { return checked(name, reader_->text(name), most); }
  std::optional<std::string> optional_plain(const char* name, std::size_t most) {
    auto text = reader_->optional_text(name);
    if (text) checked(name, *text, most);
    return text;
  }
  void judge(const char* name, const std::string& text, const policy::CredentialRule& rule) {
    if (text.empty()) return;  // told already
    if (auto fault = rule.fault(text)) reader_->fail(name, *std::move(fault));
  }
  void judge_mail(const std::string& mail) {
    if (mail.empty()) return;  // told already
    if (auto fault = policy::mail_address_fault(mail)) reader_->fail("mail", *std::move(fault));
  }

  std::optional<Problem> finish() {
    if (const auto* problem = refused(parsed_)) return *problem;
    reader_->refuse_unknown();
    return errors_.empty() ? std::nullopt : std::optional(invalid_request(std::move(errors_)));
  }

 private:
  std::string checked(const char* name, const std::string& text, std::size_t most) {
    if (text.size() > most) reader_->fail(name, "is longer than " + std::to_string(most) + " octets");
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
      reader_->fail(name, "holds a control character");
    return text;
  }

  OrProblem<Json> parsed_;
  std::vector<FieldError> errors_;
  std::optional<ObjectReader> reader_;
};

void read_shown(BodyReader& body, Credentials& credentials) {
  const auto pem = body->optional_text("certificate");
  if (!pem) return;
  try {
    credentials.shown = policy::pem_decode_certificate(*pem);
  } catch (const policy::Error&) {
    body->fail("certificate", "is not one certificate in PEM (RFC 7468 §5)");
  }
}

Credentials read_credentials(BodyReader& body, const policy::Pack& pack) {
  Credentials credentials;
  credentials.user_id = body->text("user_id");
  credentials.password = body->text("password");
  body.judge("user_id", credentials.user_id, pack.user_id);
  body.judge("password", credentials.password, pack.password);
  credentials.address = body.optional_plain("address", 64).value_or("");
  read_shown(body, credentials);
  return credentials;
}

Json encode_rule(const policy::CredentialRule& rule) {
  return {{"least", rule.least},
          {"most", rule.most},
          {"letter", rule.letter},
          {"digit", rule.digit},
          {"symbols", rule.symbols}};
}

}  // namespace

OrProblem<Credentials> decode_credentials(std::string_view text, const policy::Pack& pack) {
  BodyReader body(text);
  Credentials credentials;
  if (body) credentials = read_credentials(body, pack);
  if (auto problem = body.finish()) return *problem;
  return credentials;
}

OrProblem<LoginOrder> decode_login(std::string_view text, const policy::Pack& pack) {
  BodyReader body(text);
  LoginOrder order;
  if (body) {
    order.credentials = read_credentials(body, pack);
    const auto screen = body->optional_text("screen").value_or("login");
    if (screen != "login" && screen != "registration") body->fail("screen", "is none of login, registration");
    if (screen == "registration") order.screen = LoginScreen::registration;
  }
  if (auto problem = body.finish()) return *problem;
  return order;
}

OrProblem<PasswordChoice> decode_password_choice(std::string_view text, const policy::Pack& pack) {
  BodyReader body(text);
  PasswordChoice choice;
  if (body) {
    choice = {body->text("old"), body->text("new")};
    body.judge("old", choice.old, pack.password);
    body.judge("new", choice.chosen, pack.password);
  }
  if (auto problem = body.finish()) return *problem;
  return choice;
}

OrProblem<std::string> decode_organisation(std::string_view text) {
  BodyReader body(text);
  std::string name;
  if (body) name = body.plain("name", k_name);
  if (auto problem = body.finish()) return *problem;
  return name;
}

OrProblem<NewUser> decode_new_user(std::string_view text, const policy::Pack& pack) {
  BodyReader body(text);
  NewUser user;
  if (body) {
    user.organisation = body.optional_plain("organisation", 64).value_or("");
    user.user_id = body->text("user_id");
    body.judge("user_id", user.user_id, pack.user_id);
    const auto kind_text = body->text("kind");
    const auto kind = policy::user_kind(kind_text);
    if (kind) user.kind = *kind;
    if (!kind && !kind_text.empty()) body->fail("kind", "is none of general, master");
    user.name = body.plain("name", k_name);
    user.mail = body->text("mail");
    body.judge_mail(user.mail);
    user.password = body->text("password");
    body.judge("password", user.password, pack.password);
  }
  if (auto problem = body.finish()) return *problem;
  return user;
}

OrProblem<UserChange> decode_user_change(std::string_view text, const policy::Pack& pack) {
  BodyReader body(text);
  UserChange change;
  if (body) {
    change.name = body.optional_plain("name", k_name);
    change.mail = body->optional_text("mail");
    if (change.mail) body.judge_mail(*change.mail);
    change.password = body->optional_text("password");
    if (change.password) body.judge("password", *change.password, pack.password);
    if (!change.name && !change.mail && !change.password)
      body->fail("name", "or `mail` or `password` is needed: there is nothing to change");
  }
  if (auto problem = body.finish()) return *problem;
  return change;
}

// Rule A15.
OrProblem<RevocationApplication> decode_application(std::string_view text) {
  BodyReader body(text);
  RevocationApplication application;
  if (body) {
    application.application = body.plain("application", k_application);
    const auto reason_text = body->text("reason");
    const auto reason = policy::application_reason(reason_text);
    if (reason) application.reason = *reason;
    if (!reason && !reason_text.empty())
      body->fail("reason",
                 "is none of superseded (another computer), keyCompromise, cessationOfOperation, "
                 "privilegeWithdrawn");
    if (const auto date = body->optional_text("invalidity_date")) {
      application.invalidity_date = parse_rfc3339(*date);
      if (!application.invalidity_date)
        body->fail("invalidity_date", "is not a time like 2027-01-31T09:00:00Z (RFC 3339)");
    }
  }
  if (auto problem = body.finish()) return *problem;
  return application;
}

OrProblem<policy::CertificationRequest> decode_certification_request(std::string_view text) {
  BodyReader body(text);
  std::string csr_text;
  if (body) csr_text = body->text("csr");
  if (auto problem = body.finish()) return *problem;
  auto csr = policy::CertificationRequest::parse_text(csr_text);
  if (const auto* denial = policy::denied(csr)) return problem_of(*denial);
  return std::get<policy::CertificationRequest>(std::move(csr));
}

OrProblem<std::string> decode_code(std::string_view text) {
  BodyReader body(text);
  std::string code;
  if (body) {
    code = body->text("code");
    if (!code.empty() && (code.size() != 6 || code.find_first_not_of("0123456789") != std::string::npos))
      body->fail("code", "must be six half-width digits");
  }
  if (auto problem = body.finish()) return *problem;
  return code;
}

OrProblem<Confirmation> decode_confirmation(std::string_view text) {
  using How = Confirmation::How;
  BodyReader body(text);
  Confirmation confirmation;
  if (body) {
    const auto signature = body->optional_text("signature");
    const auto shown = body->optional_text("asserted");
    if (signature.has_value() == shown.has_value())
      body->fail("signature", "or `asserted` is needed, and only one of them");
    if (signature) {
      const auto octets = policy::from_base64(*signature);
      if (octets && octets->size() <= 1024)
        confirmation.signature = *octets;
      else
        body->fail("signature", "is not base64 of a signature");
    }
    if (shown && *shown != "tls")
      body->fail("asserted", "must be \"tls\": the browser showed the certificate in a connection");
    if (shown) confirmation.how = How::tls;
  }
  if (auto problem = body.finish()) return *problem;
  return confirmation;
}

OrProblem<policy::Bytes> decode_shown(std::string_view text) {
  BodyReader body(text);
  Credentials credentials;
  if (body) {
    body->text("certificate");
    read_shown(body, credentials);
  }
  if (auto problem = body.finish()) return *problem;
  return *credentials.shown;
}

std::optional<Problem> fault_in_empty(std::string_view text) {
  return BodyReader(text).finish();
}

Json encode(const OrganisationRecord& organisation) {
  return {{"id", organisation.id},
          {"name", organisation.name},
          {"created", policy::to_rfc3339(organisation.created)}};
}

Json encode(const UserRecord& user) {
  Json json{{"id", user.id},
            {"user_id", user.user_id},
            {"organisation", user.organisation},
            {"kind", policy::name(user.kind)},
            {"name", user.name},
            {"mail", user.mail},
            {"state", policy::name(user.state)},
            {"failures", user.failures},
            {"locks", user.locks},
            {"own_password", user.own_password},
            {"created", policy::to_rfc3339(user.created)}};
  if (user.locked_until) json["locked_until"] = policy::to_rfc3339(*user.locked_until);
  if (user.deleted) json["deleted"] = policy::to_rfc3339(*user.deleted);
  if (!user.mail_fault.empty()) json["mail_fault"] = user.mail_fault;
  return json;
}

Json encode(const SessionRecord& session) {
  Json json;
  if (!session.ticket.empty()) json["ticket"] = session.ticket;
  json["user"] = encode(session.user);
  json["ends"] = policy::to_rfc3339(session.ends);
  json["choose_password"] = session.choose_password;
  return json;
}

Json encode(const EnrolmentRecord& enrolment) {
  Json json{{"id", enrolment.id}};
  if (!enrolment.ticket.empty()) json["ticket"] = enrolment.ticket;
  json["user"] = enrolment.user;
  json["user_id"] = enrolment.user_id;
  json["kind"] = policy::name(enrolment.kind);
  json["state"] = policy::name(enrolment.state);
  json["opened"] = policy::to_rfc3339(enrolment.opened);
  json["ends"] = policy::to_rfc3339(enrolment.ends);
  if (enrolment.confirm_by) json["confirm_by"] = policy::to_rfc3339(*enrolment.confirm_by);
  json["code_asked"] = enrolment.code_asked;
  json["nonce"] = enrolment.nonce;
  if (enrolment.certificate) json["certificate"] = Json::parse(to_text(*enrolment.certificate));
  return json;
}

Json encode(const UserEnrolment& enrolment) {
  Json json{{"id", enrolment.id},
            {"kind", policy::name(enrolment.kind)},
            {"state", policy::name(enrolment.state)},
            {"opened", policy::to_rfc3339(enrolment.opened)}};
  if (enrolment.confirm_by) json["confirm_by"] = policy::to_rfc3339(*enrolment.confirm_by);
  if (enrolment.serial) json["serial"] = enrolment.serial->hex();
  return json;
}

Json encode(const ShownCertificate& shown) {
  Json json{{"status", shown.status}};
  if (shown.user) json["user"] = *shown.user;
  return json;
}

namespace {

const char* word_for(policy::FirstPassword first) {
  switch (first) {
    case policy::FirstPassword::nobody:
      return "nobody";
    case policy::FirstPassword::masters:
      return "masters";
    case policy::FirstPassword::everybody:
      return "everybody";
  }
  return "";
}

Json encode_roles(const policy::RoleTable& roles) {
  Json json = Json::object();
  for (const auto& [role, acts] : roles) {
    auto& names = json[std::string(policy::name(role))] = Json::array();
    for (const auto act : acts) names.push_back(policy::name(act));
  }
  return json;
}

}  // namespace

Json encode(const policy::Pack& pack) {
  Json json{
      {"name", pack.name},
      {"version", pack.version},
      {"sha256", pack.sha256.hex()},
      {"description", pack.description},
      {"user_id", encode_rule(pack.user_id)},
      {"password", encode_rule(pack.password)},
      {"first_password", word_for(pack.first_password)},
      {"roles", encode_roles(pack.roles)},
      {"lock", {{"tries", pack.lock.tries}, {"seconds", pack.lock.lock.count()}, {"locks", pack.lock.locks}}},
      {"profile", pack.profile},
      {"unconfirmed", pack.unconfirmed == policy::Unconfirmed::seed ? "seed" : "auto_revoke"},
      {"document", pack.document}};
  return json;
}

}  // namespace inkan::api
