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
  start_issuing,       // after an officer stopped it
  create_authority,    // a key, its CA certificate, its first CRL
  roll_over,           // the same, and the new authority issues from then on
  activate_authority,  // one that there is issues from then on
  retire_authority,    // no more certificates of it; its CRLs go on
  destroy_key,         // of a retired authority, or of a request that is given up, for ever
  request_authority,   // a key, and a request for its certificate to a CA outside
  import_authority,    // the certificate that came of it, with its chain, and its first CRL
};

std::string_view name(ActKind kind);  // "ca.create", …; of some that of the leaf which tells of it
std::optional<ActKind> act_kind(std::string_view name);
std::span<const ActKind> all_act_kinds();

// What an act is about, by name.
using ActParameters = std::map<std::string, std::string>;
struct ActParameter {
  enum class Given { always, if_wanted, by_daemon };  // by_daemon: worked out before the officers vote
  std::string_view name;
  Given given;
  std::size_t most = 500;  // octets
};
std::span<const ActParameter> parameters_of(ActKind kind);

class Act {
 public:
  static constexpr std::size_t k_max_text = 500;  // octets, of a reason, or a parameter that is text

  // Denied unless the reason and every parameter are 1 to as many octets of UTF-8 as they may be without
  // control characters, and the parameters are those of the kind.
  static OrDenial<Act> make(ActKind kind, std::string reason, ActParameters parameters = {});

  ActKind kind() const { return kind_; }
  const std::string& reason() const { return reason_; }
  const ActParameters& parameters() const { return parameters_; }
  std::string parameter(const std::string& name) const;  // "" if it was not given
  // Canonical JSON (RFC 8785): {"op": …, "parameters": {…}, "reason": …, "v": 1}; no parameters without any.
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
bool is_plain_text(std::string_view text, std::size_t most = Act::k_max_text);

}  // namespace inkan::policy
