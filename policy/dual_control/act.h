// An act that takes more than one officer: what it is, as the one text that they all sign for.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "policy/types/denial.h"
#include "policy/types/digest.h"

namespace inkan::policy {

enum class ActKind {
  start_issuing,        // after an officer stopped it
  create_authority,     // a key, its CA certificate, its first CRL
  roll_over,            // the same, and the new authority issues from then on
  activate_authority,   // one that there is issues from then on
  retire_authority,     // no more certificates of it; its CRLs go on
  destroy_key,          // of a retired authority, or of a request that is given up, for ever
  grant_role,           // a new identity, or another key for one that there is; its certificate
  revoke_role,          // an identity ends: no call of it is answered any more
  change_profile,       // a new version of one, or a new one
  change_blocklist,     // keys that are never certified
  request_authority,    // a key, and a request for its certificate to a CA outside
  import_authority,     // the certificate that came of it, with its chain, and its first CRL
  revoke_certificates,  // many at once; asked for by those who may revoke each of them
  generate_key,         // for a service that the set-up gave none: OCSP
};

std::string_view name(ActKind kind);  // "ca.create", …; of some that of the leaf which tells of it
std::optional<ActKind> act_kind(std::string_view name);
std::span<const ActKind> all_act_kinds();

// Of grant_role, what `standing` says of the identity: there is none yet, or it has keys.
constexpr std::string_view k_standing_new = "new", k_standing_another_key = "another key";

// Of change_profile, `before` is the SHA-256 of the version in force, or this: there is none.
constexpr std::string_view k_no_profile = "none";

// What an act is about, by name.
using ActParameters = std::map<std::string, std::string>;
constexpr std::size_t k_most_plain_text = 500;  // octets
struct ActParameter {
  enum class Given { always, if_wanted, by_daemon };  // by_daemon: worked out before the officers vote
  std::string_view name;
  Given given;
  std::size_t most = k_most_plain_text;  // octets
  bool lines = false;                    // it may have line feeds and tabs
  bool in_plan = true;                   // else the plan has its SHA-256, as the parameter "sha256"
};
std::span<const ActParameter> parameters_of(ActKind kind);
// What is wrong with a value of it, "" for nothing: "is not plain text of …".
std::string fault_in_value(const ActParameter& parameter, std::string_view value);

class Act {
 public:
  // Denied unless reason and parameters are plain text of their lengths, the parameters those of the kind,
  // and "sha256" the hash of what the plan leaves out.
  static OrDenial<Act> make(ActKind kind, std::string reason, ActParameters parameters = {});

  ActKind kind() const { return kind_; }
  const std::string& reason() const { return reason_; }
  const ActParameters& parameters() const { return parameters_; }
  std::string parameter(const std::string& name) const;  // "" if it was not given
  // Canonical JSON (RFC 8785): {"op": …, "parameters": {…}, "reason": …, "v": 1}; no parameters without any.
  // A document stands in it by its SHA-256.
  const std::string& plan() const { return plan_; }
  Sha256 plan_sha256() const { return sha256(as_bytes(plan_)); }
  // What it will do, to whom, and what cannot be undone, for an officer before his vote.
  std::string in_words() const;

 private:
  Act(ActKind kind, std::string reason, ActParameters parameters);
  ActKind kind_;
  std::string reason_;
  ActParameters parameters_;
  std::string plan_;
};

// 1 to `most` octets of UTF-8 without control characters: what may stand in the log for ever.
bool is_plain_text(std::string_view text, std::size_t most = k_most_plain_text);

}  // namespace inkan::policy
