// What a kind of certificate looks like and who may have it, read from a TOML document that an auditor reads
// too.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "policy/profile/validity_rule.h"
#include "policy/types/digest.h"
#include "policy/types/identity.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/general_name.h"
#include "policy/x509/name.h"

namespace inkan::policy {

// RFC 5280 §4.2.1.3; the value is the bit's number.
enum class KeyUsage {
  digital_signature = 0,
  content_commitment = 1,
  key_encipherment = 2,
  data_encipherment = 3,
  key_agreement = 4,
  key_cert_sign = 5,
  crl_sign = 6,
};

struct Profile {
  explicit Profile(std::string document_text)
      : document(std::move(document_text)), sha256(inkan::policy::sha256(as_bytes(document))) {}

  std::string name;
  int version = 0;
  std::string description;
  std::set<Role> roles;  // who may ask for it; `system` is the set-up ceremony

  ValidityRule validity;

  std::vector<std::string> subject_required, subject_optional;  // attribute types
  std::set<GeneralNameKind> san_kinds;  // those a request may carry; any other is refused
  bool san_required = false;
  bool wildcards = false;  // "*.example.org" as a dns name

  std::set<KeyAlgorithm> key_algorithms;

  bool ca = false;
  int path_length = -1;  // -1: no limit said
  std::vector<KeyUsage> key_usage;
  std::vector<std::string> extended_key_usage;    // object identifiers, dotted
  std::vector<std::string> certificate_policies;  // object identifiers, dotted
  bool ocsp_no_check = false;                     // RFC 6960 §4.2.2.2.1
  bool self_signed = false;                       // a root: issuer is subject, no AKI, CDP or AIA

  std::string document;  // the TOML it was read from
  Sha256 sha256;         // of the document: what `sha256sum` says of the file

  std::string label() const { return "profile " + name + " v" + std::to_string(version); }

  // Throws Error{config} with file, line, column, the key and what it may be. Unknown keys are errors.
  static Profile parse(const std::string& document, const std::string& file_name);
};

// Profiles by name. There is always at least one: an empty set is an Error{config}.
class ProfileSet {
 public:
  explicit ProfileSet(std::vector<Profile> profiles);  // throws Error{config} on duplicates or an empty set
  static const std::vector<Profile>& built_in();       // root-ca, issuing-ca, ocsp-responder, tls-server,
                                                       // operator, client-auth, server-auth
  const Profile* find(std::string_view name) const;
  const std::vector<Profile>& all() const { return profiles_; }

 private:
  std::vector<Profile> profiles_;
};

}  // namespace inkan::policy
