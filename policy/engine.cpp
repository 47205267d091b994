#include "policy/engine.h"

#include <algorithm>

#include "policy/lint/lint.h"
#include "policy/rules/rule.h"
#include "policy/types/error.h"
#include "policy/x509/extensions.h"

namespace inkan::policy {
namespace {

// What has been found so far. A decision keeps no word of those who had nothing to say: there are dozens.
struct Findings {
  Examination found;
  bool keep_passes;

  void add(const char* id, const char* clause, std::optional<Denial> denial) {
    if (denial || keep_passes)
      found.verdicts.push_back({denial ? denial->rule : id, clause, !denial, denial ? denial->detail : ""});
    if (denial && !found.denial) found.denial = std::move(denial);
  }
};

Validity validity_of(const Profile& profile, const IssuanceRequest& request, Instant now) {
  const Validity whole = profile.validity.validity(now);
  const auto latest = request.latest();
  if (!profile.validity.may_be_shorter || !latest || *latest >= whole.not_after()) return whole;
  return Validity(whole.not_before(), std::max(whole.not_before(), *latest));
}

void lint(Findings& findings, const Lint& lint, const LintInput& input) {
  std::optional<std::string> complaint;
  try {
    complaint = lint.judge(input);
  } catch (const der::Malformed& malformed) {
    complaint = malformed.what();
  }
  std::optional<Denial> denial;
  if (complaint)
    denial = Denial{lint.id, lint.clause, *complaint,
                    "this is a fault of profile or authority, not of the request: report it"};
  findings.add(lint.id, lint.clause, std::move(denial));
}

}  // namespace

Engine::Engine(ProfileSet profiles, KeyBlocklist blocklist)
    : profiles_(std::move(profiles)), blocklist_(std::move(blocklist)) {
  if (issuance_rules().empty() || rfc5280_lints().empty() || profile_lints().empty())
    throw Error(ErrorCode::config, "no rules: nothing may be issued without judging it");
}

Examination Engine::examine(const IssuanceRequest& request, const Issuer& issuer, Role requester,
                            const Serial& serial, Instant now) const {
  Examination found = judge(request, issuer, requester, serial, now, true);
  if (found.tbs) found.origins = field_origins(*profiles_.find(request.profile()), issuer, request);
  return found;
}

Examination Engine::judge(const IssuanceRequest& request, const Issuer& issuer, Role requester,
                          const Serial& serial, Instant now, bool keep_passes) const {
  Findings findings{{}, keep_passes};
  Examination& found = findings.found;
  const Profile* const profile = profiles_.find(request.profile());
  if (!profile) {
    findings.add("profile.unknown", "configuration",
                 Denial{"profile.unknown", "configuration",
                        "there is no profile \"" + request.profile() + "\"", "GET /v1/profiles lists them"});
    return std::move(found);
  }
  // 1 The rules, on what is asked for.
  const Validity validity = validity_of(*profile, request, now);
  const RuleInput input{*profile, request, issuer, requester, validity, blocklist_};
  for (const auto& rule : issuance_rules()) findings.add(rule.id, rule.clause, rule.judge(input));
  // A name that has no encoding was refused above and cannot be built.
  for (const auto& each : request.subject_alt_names())
    if (!can_be_encoded(each)) return std::move(found);
  // What the request's subject says is taken, how it is encoded is not: string types, lengths and one
  // attribute per RDN are ours (RFC 5280 §4.1.2.4, Appendix A).
  const auto subject = Name::build(request.subject().attributes());
  if (const auto* denial = denied(subject)) {
    findings.add("name", "RFC 5280 §4.1.2.4, Appendix A", *denial);
    return std::move(found);
  }
  // 2 The bytes.
  found.tbs.emplace(TbsCertificate::Fields{serial, issuer.subject, validity, std::get<Name>(subject),
                                           request.public_key(), build_extensions(*profile, issuer, request),
                                           issuer.key, issuer.signature_algorithm});
  // 3 The lints, on the very bytes.
  try {
    const TbsView view = TbsView::parse(found.tbs->to_be_signed());
    const LintInput lint_input{view, issuer, *profile, &request.public_key()};
    for (const auto* lints : {&rfc5280_lints(), &profile_lints()})
      for (const auto& each : *lints) lint(findings, each, lint_input);
  } catch (const der::Malformed& malformed) {
    findings.add(
        "lint.parse", "RFC 5280 §4.1",
        Denial{"lint.parse", "RFC 5280 §4.1", malformed.what(), "report this: the built bytes do not parse"});
  }
  return std::move(found);
}

Decision Engine::decide(const IssuanceRequest& request, const Issuer& issuer, const Identity& requester,
                        const Serial& serial, Instant now) const {
  Examination found = judge(request, issuer, requester.role(), serial, now, false);
  if (found.denial) return std::move(*found.denial);
  return Approved<TbsCertificate>(std::move(found.tbs.value()));
}

OrDenial<Approved<TbsCertList>> Engine::decide(TbsCertList list, const Issuer& issuer,
                                               std::optional<CrlNumber> previous) const {
  if (auto denial = lint_cert_list(list.to_be_signed(), issuer, previous)) return std::move(*denial);
  return Approved<TbsCertList>(std::move(list));
}

OrDenial<Approved<OcspResponseData>> Engine::decide(OcspResponseData data,
                                                    const OcspResponder& responder) const {
  if (auto denial = lint_response_data(data.to_be_signed(), responder)) return std::move(*denial);
  return Approved<OcspResponseData>(std::move(data));
}

OrDenial<Approved<TbsCertificationRequest>> Engine::decide_request(const std::string& profile_name,
                                                                   const Issuer& issuer) const {
  const Profile* const profile = profiles_.find(profile_name);
  if (!profile || !profile->ca || profile->self_signed)
    return Denial{"ca.profile", "configuration",
                  "profile \"" + profile_name + "\" is not one for an authority with an issuer",
                  "GET /v1/profiles lists them"};
  const auto wanted = IssuanceRequest::for_token_key(profile_name, issuer.public_key, issuer.subject, {});
  const RuleInput input{*profile, wanted, issuer, Role::system, issuer.validity, blocklist_};
  for (const auto judge : {&judge_key, &judge_subject})
    if (auto denial = judge(input)) return *std::move(denial);
  TbsCertificationRequest request({issuer.subject, issuer.public_key,
                                   requested_extensions(*profile, issuer.public_key), issuer.key,
                                   issuer.signature_algorithm});
  if (auto denial = lint_certification_request(request.to_be_signed(), issuer)) return *std::move(denial);
  return Approved<TbsCertificationRequest>(std::move(request));
}

std::optional<Denial> Engine::fault_in_outside(const OutsideCertificate& outside, const PublicKey& key,
                                               const Name& subject, const std::string& profile_name,
                                               Instant now) const {
  const Profile* const profile = profiles_.find(profile_name);
  if (!profile)
    return Denial{"ca.profile", "configuration",
                  "there is no profile \"" + profile_name + "\", under which it was asked for",
                  "bring the profile back"};
  return outside.fault(key, subject, *profile, blocklist_, now);
}

}  // namespace inkan::policy
