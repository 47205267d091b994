#include "policy/dual_control/act.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "policy/log/event_type.h"
#include "policy/rules/outside_certificate.h"
#include "policy/types/identity.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial_list.h"
#include "policy/x509/character_string.h"

namespace inkan::policy {
namespace {

using Given = ActParameter::Given;

constexpr ActKind k_kinds[] = {
    ActKind::start_issuing,       ActKind::create_authority,  ActKind::roll_over,
    ActKind::activate_authority,  ActKind::retire_authority,  ActKind::destroy_key,
    ActKind::grant_role,          ActKind::revoke_role,       ActKind::change_profile,
    ActKind::change_blocklist,    ActKind::request_authority, ActKind::import_authority,
    ActKind::revoke_certificates, ActKind::generate_key};

constexpr ActParameter k_creating[] = {
    {"algorithm", Given::if_wanted},  {"authority", Given::always},  {"bits", Given::if_wanted},
    {"common_name", Given::always},   {"issuer", Given::if_wanted},  {"links", Given::if_wanted},
    {"named_like", Given::by_daemon}, {"profile", Given::if_wanted}, {"subject", Given::by_daemon},
    {"token", Given::if_wanted},
};
constexpr ActParameter k_making[] = {
    {"algorithm", Given::if_wanted}, {"authority", Given::always},  {"bits", Given::if_wanted},
    {"common_name", Given::always},  {"issuer", Given::if_wanted},  {"named_like", Given::by_daemon},
    {"profile", Given::if_wanted},   {"subject", Given::by_daemon}, {"token", Given::if_wanted},
};
constexpr ActParameter k_requesting[] = {
    {"algorithm", Given::if_wanted},  {"authority", Given::always},  {"common_name", Given::always},
    {"named_like", Given::by_daemon}, {"profile", Given::if_wanted}, {"subject", Given::by_daemon},
    {"token", Given::if_wanted},
};
// Certificates in base64 of their DER; chain: one after the other, the authority's issuer first.
constexpr ActParameter k_importing[] = {
    {"authority", Given::always},
    {"certificate", Given::always, OutsideCertificate::k_most_base64},
    {"certificate_sha256", Given::by_daemon},
    {"chain", Given::always, OutsideCertificate::k_most_chain_base64},
    {"not_after", Given::by_daemon},
    {"root", Given::by_daemon},
    {"root_sha256", Given::by_daemon},
    {"subject", Given::by_daemon},
};
constexpr ActParameter k_authority[] = {{"authority", Given::always}};
constexpr ActParameter k_key[] = {{"authority", Given::by_daemon}, {"key", Given::always}};
// A request of RSA-4096 with its names is 2 KiB; base64 makes it a third longer.
constexpr ActParameter k_grant[] = {{"csr", Given::always, 12 * 1024}, {"identity", Given::always},
                                    {"role", Given::always},           {"spki_sha256", Given::by_daemon},
                                    {"standing", Given::by_daemon},    {"subject", Given::by_daemon}};
constexpr ActParameter k_profile[] = {{"before", Given::by_daemon},
                                      {"document", Given::always, 32 * 1024, true, false},
                                      {"profile", Given::always},
                                      {"sha256", Given::by_daemon},
                                      {"version", Given::by_daemon}};
// 500 hashes each, and a space between two.
constexpr ActParameter k_blocklist[] = {{"add", Given::if_wanted, 500 * 65},
                                        {"remove", Given::if_wanted, 500 * 65}};
// serials: the text of a SerialList.
constexpr ActParameter k_revoke_many[] = {{"count", Given::by_daemon},
                                          {"invalidity_date", Given::if_wanted},
                                          {"revocation_reason", Given::always},
                                          {"serials", Given::always, SerialList::k_most_text, true, false},
                                          {"sha256", Given::by_daemon}};
constexpr ActParameter k_generating[] = {
    {"algorithm", Given::if_wanted}, {"purpose", Given::always}, {"token", Given::if_wanted}};
constexpr ActParameter k_revoke[] = {{"identity", Given::always}, {"role", Given::by_daemon}};

const ActParameter* find(ActKind kind, std::string_view parameter) {
  for (const auto& each : parameters_of(kind))
    if (each.name == parameter) return &each;
  return nullptr;
}

Denial fault(const std::string& detail, const std::string& mend) {
  return {"approval.parameters", "dual control", detail, mend};
}

Denial badly_written(const std::string& parameter, const std::string& wrong) {
  return fault("parameter " + parameter + " is empty, too long or not plain text: it " + wrong, "mend it");
}

std::optional<Denial> fault_in(ActKind kind, const ActParameters& parameters) {
  for (const auto& [parameter, value] : parameters) {
    const auto* const known = find(kind, parameter);
    if (!known)
      return fault(std::string(name(kind)) + " has no parameter \"" + parameter + "\"", "leave it out");
    if (const auto wrong = fault_in_value(*known, value); !wrong.empty())
      return badly_written(parameter, wrong);
  }
  for (const auto& each : parameters_of(kind))
    if (each.given != Given::if_wanted && !parameters.contains(std::string(each.name)))
      return fault(std::string(name(kind)) + " needs parameter \"" + std::string(each.name) + "\"",
                   "give it");
  for (const auto& each : parameters_of(kind)) {
    if (each.in_plan) continue;
    const auto& document = parameters.at(std::string(each.name));
    if (parameters.at("sha256") != sha256(as_bytes(document)).hex())
      return fault("parameter sha256 is not that of the " + std::string(each.name), "leave it out");
  }
  return std::nullopt;
}

// nlohmann's objects are ordered by key: with ASCII keys and no numbers but small ones, RFC 8785's form.
std::string plan_of(ActKind kind, const std::string& reason, const ActParameters& parameters) {
  nlohmann::json plan{{"op", name(kind)}, {"reason", reason}, {"v", 1}};
  for (const auto& [parameter, value] : parameters)
    if (find(kind, parameter)->in_plan) plan["parameters"][parameter] = value;
  return plan.dump();
}

}  // namespace

std::string_view name(ActKind kind) {
  switch (kind) {
    case ActKind::start_issuing:
      return name(EventType::issuing_start);
    case ActKind::create_authority:
      return "ca.create";
    case ActKind::roll_over:
      return "ca.rollover";
    case ActKind::activate_authority:
      return name(EventType::ca_activate);
    case ActKind::retire_authority:
      return name(EventType::ca_retire);
    case ActKind::destroy_key:
      return name(EventType::key_destroy);
    case ActKind::grant_role:
      return name(EventType::role_grant);
    case ActKind::revoke_role:
      return name(EventType::role_revoke);
    case ActKind::change_profile:
      return name(EventType::profile_change);
    case ActKind::change_blocklist:
      return name(EventType::blocklist_change);
    case ActKind::request_authority:
      return name(EventType::ca_request);
    case ActKind::import_authority:
      return name(EventType::ca_import);
    case ActKind::revoke_certificates:
      return name(EventType::cert_revoke);
    case ActKind::generate_key:
      return name(EventType::key_generate);
  }
  return "";
}

std::span<const ActKind> all_act_kinds() {
  return k_kinds;
}

std::optional<ActKind> act_kind(std::string_view text) {
  for (const auto kind : k_kinds)
    if (name(kind) == text) return kind;
  return std::nullopt;
}

std::span<const ActParameter> parameters_of(ActKind kind) {
  switch (kind) {
    case ActKind::start_issuing:
      return {};
    case ActKind::create_authority:
      return k_creating;
    case ActKind::roll_over:
      return k_making;
    case ActKind::activate_authority:
    case ActKind::retire_authority:
      return k_authority;
    case ActKind::destroy_key:
      return k_key;
    case ActKind::grant_role:
      return k_grant;
    case ActKind::revoke_role:
      return k_revoke;
    case ActKind::change_profile:
      return k_profile;
    case ActKind::change_blocklist:
      return k_blocklist;
    case ActKind::request_authority:
      return k_requesting;
    case ActKind::import_authority:
      return k_importing;
    case ActKind::revoke_certificates:
      return k_revoke_many;
    case ActKind::generate_key:
      return k_generating;
  }
  return {};
}

std::string fault_in_value(const ActParameter& parameter, std::string_view value) {
  std::string line(value);
  if (parameter.lines)
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  if (is_plain_text(line, parameter.most)) return "";
  return "is not plain text of 1 to " + std::to_string(parameter.most) + " octets in UTF-8, without " +
         (parameter.lines ? "control characters but line feeds and tabs" : "line breaks");
}

bool is_plain_text(std::string_view text, std::size_t most) {
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
  return !text.empty() && text.size() <= most && !control && count_utf8(text);
}

OrDenial<Act> Act::make(ActKind kind, std::string reason, ActParameters parameters) {
  if (!is_plain_text(reason))
    return Denial{"approval.reason", "dual control", "the reason is empty, too long or not plain text",
                  "say in 1 to 500 octets of UTF-8, without line breaks, why it shall be done"};
  if (auto denial = fault_in(kind, parameters)) return *std::move(denial);
  return Act(kind, std::move(reason), std::move(parameters));
}

Act::Act(ActKind kind, std::string reason, ActParameters parameters)
    : kind_(kind),
      reason_(std::move(reason)),
      parameters_(std::move(parameters)),
      plan_(plan_of(kind_, reason_, parameters_)) {}

std::string Act::parameter(const std::string& name) const {
  const auto found = parameters_.find(name);
  return found == parameters_.end() ? "" : found->second;
}

std::string Act::in_words() const {
  const std::string authority = parameter("authority");
  const std::string made =
      "A new key (" + parameter("algorithm") + ") is generated in token " + parameter("token") + ", and " +
      (parameter("issuer").empty() ? "signs a certificate for itself, of a new root"
                                   : "authority " + parameter("issuer") + " signs a CA certificate for it") +
      ": \"" + parameter("subject") + "\", under profile " + parameter("profile") + ", as authority " +
      authority + ". ";
  const std::string fails =
      " If a step fails, all of it is undone: the certificate revoked, the key destroyed.";
  switch (kind_) {
    case ActKind::start_issuing:
      return "Start issuing again. From the last vote that is needed on, the web tier is given certificates. "
             "One officer alone can stop it again at any time.";
    case ActKind::create_authority:
      return made +
             (parameter("links").empty()
                  ? ""
                  : "It takes over from the root " + parameter("links") +
                        ": each signs a certificate for the other's key (RFC 4210 §4.4), so that who trusts "
                        "one of them can verify what is under the other. ") +
             "It issues nothing to callers until it is activated." + fails;
    case ActKind::roll_over:
      return made +
             "From then on all new certificates are issued by it; the authority before goes on with its "
             "CRLs, "
             "and its certificates stay valid." +
             fails + " ca.activate goes back to the authority before.";
    case ActKind::activate_authority:
      return "All new certificates are issued by authority " + authority +
             " from then on. The authority before goes on with its CRLs, and its certificates stay valid.";
    case ActKind::retire_authority:
      return "Authority " + authority +
             " signs no certificate any more. This cannot be undone. Its CRLs go on, and its certificates "
             "stay "
             "valid.";
    case ActKind::destroy_key:
      return "Key " + parameter("key") + " of authority " + authority +
             " is destroyed in its token. This cannot be undone: there are no CRLs of that authority any "
             "more.";
    case ActKind::grant_role:
      return (parameter("standing") == k_standing_new
                  ? "Identity " + parameter("identity") + " is registered as " + parameter("role")
                  : "Identity " + parameter("identity") + ", " + parameter("role") +
                        ", is given another key; certificates on its earlier keys stay good until they are "
                        "revoked or expire, and an officer's votes are taken with the new key only") +
             ". A certificate for \"" + parameter("subject") +
             "\" under profile operator is issued on the key "
             "whose SHA-256 (of its SubjectPublicKeyInfo) is " +
             parameter("spki_sha256") + ": whoever holds that key may act as " + parameter("role") +
             ". Hold it against what the person says. If a step fails, the certificate is revoked.";
    case ActKind::revoke_role:
      return "Identity " + parameter("identity") + ", " + parameter("role") +
             ", ends: its certificates are revoked, and no call of it is answered any more, on open "
             "connections too. Its name and keys are never given again." +
             (parameter("role") == name(Role::security_officer)
                  ? " All acts that are open for votes are void, and to be asked for anew."
                  : "");
    case ActKind::change_profile:
      return "Certificates begun afterwards under profile " + parameter("profile") +
             " are made by its version " + parameter("version") + ", whose SHA-256 is " +
             parameter("sha256") +
             (parameter("before") == k_no_profile ? ". There is no such profile yet."
                                                  : ". Those that there are stay as they are.");
    case ActKind::change_blocklist:
      return (parameter("add").empty() ? ""
                                       : "No certificate is issued on these keys any more (SHA-256 of "
                                         "their SubjectPublicKeyInfo): " +
                                             parameter("add") + ". ") +
             (parameter("remove").empty()
                  ? ""
                  : "Certificates may be issued on these keys again: " + parameter("remove") + ". ") +
             "Certificates that there are stay as they are.";
    case ActKind::request_authority:
      return "A new key (" + parameter("algorithm") + ") is generated in token " + parameter("token") +
             ", and signs a request for a CA certificate of its own: \"" + parameter("subject") +
             "\", as authority " + authority +
             ". It signs nothing else until ca.import brings the certificate that a CA outside has made for "
             "it; key.destroy gives it up. If a step fails, the key is destroyed.";
    case ActKind::import_authority:
      return "Authority " + authority + " is \"" + parameter("subject") +
             "\" by a certificate of a CA outside (SHA-256 " + parameter("certificate_sha256") +
             "), valid to " + parameter("not_after") + ", under the root \"" + parameter("root") +
             "\" (SHA-256 " + parameter("root_sha256") +
             "): compare both with what that CA says. Its first CRL is published. It issues nothing to "
             "callers "
             "until it is activated.";
    case ActKind::revoke_certificates: {
      const bool hold = parameter("revocation_reason") == name(RevocationReason::certificate_hold);
      return parameter("count") +
             (hold ? " certificates are put on hold" : " certificates are revoked for ") +
             (hold ? "" : parameter("revocation_reason")) +
             (parameter("invalidity_date").empty()
                  ? ""
                  : ", their keys not to be trusted since " + parameter("invalidity_date")) +
             ": those of the list whose SHA-256 is " + parameter("sha256") +
             ", which GET /v1/revocations/{id} and `inkan approvals serials` show. " +
             (hold ? "They are released one by one." : "This cannot be undone.") +
             " Those that have expired or are revoked by then stay as they are. The next CRL, and OCSP, tell "
             "of the others.";
    }
    case ActKind::generate_key:
      return "A new key (" + parameter("algorithm") + ") is generated in token " + parameter("token") +
             ", for the OCSP responders of all authorities. From the daemon's next start on it answers OCSP "
             "with "
             "it, and new certificates name the responder. If a step fails, the key is destroyed.";
  }
  return "";
}

}  // namespace inkan::policy
