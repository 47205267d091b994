// A policy pack: every number and choice of the subscribers' rules for one deployment, as data, read from a
// TOML document that an auditor reads too. "rokin" is the manual to the letter, "default" what is better
// where the manual leaves a choice.
#pragma once

#include <string>
#include <vector>

#include "policy/subscriber/credential_rule.h"
#include "policy/subscriber/notice.h"
#include "policy/subscriber/role_table.h"
#include "policy/subscriber/standing.h"
#include "policy/types/digest.h"
#include "policy/x509/name.h"

namespace inkan::policy {

// Rule A23: what becomes of a certificate whose installing nobody confirmed. `seed`: nothing by itself, and
// declining revokes nothing either (R28); the bank does. `auto_revoke`: declining revokes at once, the end of
// the time does too.
enum class Unconfirmed { seed, auto_revoke };
// Rule A06: what becomes of the older certificate.
enum class Supersede { keep, revoke_on_confirm, revoke_after };
// What is asked for between the right password and the issuing (screens ④ and ⑤).
enum class SecondFactor { none, mail_code };
// Whose first registration makes him choose a password of his own, before anything else.
enum class FirstPassword { nobody, masters, everybody };

struct Pack {
  explicit Pack(std::string text) : document(std::move(text)), sha256(policy::sha256(as_bytes(document))) {}

  std::string name;
  int version = 0;
  std::string description;

  CredentialRule user_id, password;
  LockRules lock;
  FirstPassword first_password = FirstPassword::masters;

  std::string profile;                       // that certificates are issued by
  std::vector<NameAttribute> subject;        // of each certificate, before CN and serialNumber
  bool require_current_certificate = false;  // A14
  Supersede supersede = Supersede::keep;
  std::chrono::days supersede_after{0};  // the new one was confirmed; of revoke_after

  std::chrono::seconds ticket{0};  // A16: an authenticated enrolment
  SecondFactor second_factor = SecondFactor::none;
  std::chrono::seconds session{0};  // a login
  Unconfirmed unconfirmed = Unconfirmed::seed;
  std::chrono::seconds confirm_within{0};

  MailRules mail;
  RoleTable roles;

  std::string document;
  Sha256 sha256;

  bool may(SubscriberRole role, SubscriberAct act) const;

  // Throws Error{config} with file, line, column, the key and what it may be. Unknown keys are errors.
  static Pack parse(const std::string& document, const std::string& file_name);
  static const std::vector<Pack>& built_in();  // default, rokin
};

}  // namespace inkan::policy
