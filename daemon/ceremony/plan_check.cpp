#include "daemon/ceremony/plan_check.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "daemon/authority/open_authorities.h"
#include "daemon/clock.h"
#include "daemon/setup/setup.h"
#include "policy/engine.h"
#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::KeyAlgorithm;
using policy::KeyPurpose;

namespace {

policy::Bytes throw_away_spki(const PlannedKey& planned) {
  ERR_clear_error();
  policy::EvpPkeyPtr key;
  switch (planned.algorithm) {
    case KeyAlgorithm::rsa:
      key.reset(EVP_RSA_gen(static_cast<unsigned>(planned.rsa_bits)));
      break;
    case KeyAlgorithm::ec_p256:
      key.reset(EVP_EC_gen("P-256"));
      break;
    case KeyAlgorithm::ec_p384:
      key.reset(EVP_EC_gen("P-384"));
      break;
    case KeyAlgorithm::ec_p521:
      key.reset(EVP_EC_gen("P-521"));
      break;
    case KeyAlgorithm::ed25519:
      key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
      break;
  }
  unsigned char* der = nullptr;
  const int size = key ? i2d_PUBKEY(key.get(), &der) : 0;
  if (size <= 0) throw Error(ErrorCode::internal, "no throw-away key: " + policy::openssl_errors());
  const policy::OpensslOctets owned(der);
  return policy::to_bytes({der, static_cast<std::size_t>(size)});
}

pkcs11::KeyRecord throw_away_record(const PlannedKey& planned, KeyPurpose purpose) {
  std::array<std::uint8_t, 16> id;
  random_octets(id);
  return {policy::KeyId(id),
          purpose,
          planned.token,
          "",
          planned.algorithm,
          planned.rsa_bits,
          policy::default_signature(planned.algorithm),
          throw_away_spki(planned),
          {}};
}

policy::Serial some_serial() {
  policy::Serial::Random random;
  random_octets(random);
  return policy::Serial::from(now_milliseconds(), random);
}

class PlanCheck {
 public:
  explicit PlanCheck(const Papers& papers) : papers_(papers), plan_(papers.plan) {}

  std::vector<std::string> run() {
    check_tokens();
    check_note_key("ledger", plan_.ledger);
    check_note_key("evidence", plan_.evidence);
    check_places();
    check_requests();
    hear([&] { papers_.file_list(); });
    hear([&] { decide_all(); });
    std::vector<std::string> each_once;
    for (const auto& fault : faults_)
      if (std::find(each_once.begin(), each_once.end(), fault) == each_once.end()) each_once.push_back(fault);
    return each_once;
  }

 private:
  void add(std::string fault) { faults_.push_back(std::move(fault)); }
  void hear(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      add(error.what());
    }
  }

  void check_token(const std::string& what, const PlannedKey& key) {
    const auto& tokens = papers_.config.tokens;
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const TokenSettings& each) { return each.token.name == key.token; });
    if (found == tokens.end())
      add(what + " names token \"" + key.token + "\", which " + papers_.config.file.string() +
          " does not have: name one of its [[token]]s");
    else if (!found->standby_for.empty())
      add(what + " names token \"" + key.token +
          "\", a standby: keys are made in the token it stands by for");
  }
  void check_tokens() {
    for (const auto& authority : plan_.authorities) check_token("authority " + authority.id, authority.key);
    check_token("[tls]", plan_.tls.key);
    check_token("[ledger]", plan_.ledger);
    check_token("[evidence]", plan_.evidence);
    if (plan_.ocsp) check_token("[ocsp]", *plan_.ocsp);
    for (const auto& probe : plan_.probes) check_token("[[probe]]", probe);
  }
  void check_note_key(const std::string& table, const PlannedKey& key) {
    if (key.algorithm != KeyAlgorithm::ed25519 && key.algorithm != KeyAlgorithm::ec_p256)
      add("[" + table + "] is " + std::string(policy::name(key.algorithm)) +
          "; it must be Ed25519 or P-256, which verifiers of signed notes read");
  }

  void check_places() {
    std::set<std::filesystem::path> places;
    for (const auto& identity : plan_.identities) {
      const auto& file = identity.certificate;
      const std::string what = "the certificate of identity " + identity.id + ", " + file.string() + ", ";
      if (std::filesystem::exists(file)) add(what + "is there already: move it away or name another file");
      if (!std::filesystem::is_directory(file.parent_path()))
        add(what + "is to be in a folder that is not there: make it");
      if (!places.insert(file.lexically_normal()).second)
        add(what + "is another identity's too: name another file");
    }
    if (auto fault = fault_in_state(papers_.config)) add(*std::move(fault));
  }

  void check_requests() {
    std::map<policy::SpkiHash, std::string> holders;
    for (const auto& identity : plan_.identities)
      hear([&] {
        const auto key = papers_.request_of(identity).public_key();
        const auto [holder, first] = holders.try_emplace(key.spki_hash(), identity.id);
        if (!first)
          add("identities " + holder->second + " and " + identity.id +
              " have one key: each needs its own, made by whoever uses it");
        if (plan_.ceremony && identity.role == policy::Role::security_officer &&
            key.algorithm() == KeyAlgorithm::ed25519)
          add("the key of officer " + identity.id +
              " is Ed25519, by which OpenSSL 3.0 makes no CMS signature: take an EC or RSA key");
      });
  }

  void decide_all() {
    policy::Engine engine(load_profiles(papers_.config), load_blocklist(papers_.config));
    for (const auto& authority : plan_.authorities) hear([&] { decide_authority(engine, authority); });
    hear([&] { decide_tls(engine); });
    for (const auto& identity : plan_.identities)
      hear([&] {
        decide(engine, "identity " + identity.id,
               policy::IssuanceRequest::from("operator", papers_.request_of(identity), std::nullopt),
               plan_.authorities.back().id);
      });
  }

  void decide_authority(const policy::Engine& engine, const PlannedAuthority& planned) {
    const std::string what = "authority " + planned.id;
    const auto* profile = engine.profiles().find(planned.profile);
    if (!profile || !profile->ca)
      return add(what + " names profile \"" + planned.profile +
                 "\", which is no CA profile: root-ca and issuing-ca are built in");
    if (profile->self_signed == planned.issuer.has_value())
      return add(what + ": profile " + planned.profile +
                 (profile->self_signed ? " is for a root: leave `issuer` out" : " needs an `issuer`"));
    const auto record = throw_away_record(planned.key, KeyPurpose::ca);
    issuers_.emplace(planned.id,
                     issuer_of(planned.id, record, planned.subject, profile->validity.validity(now()),
                               profile->path_length, {papers_.config.base_url, plan_.ocsp.has_value()}));
    decide(
        engine, what,
        policy::IssuanceRequest::for_token_key(planned.profile, public_key_of(record), planned.subject, {}),
        planned.issuer.value_or(planned.id));
  }
  void decide_tls(const policy::Engine& engine) {
    const auto subject = policy::Name::build({{"CN", plan_.tls.names.front().value}});
    if (const auto* denial = policy::denied(subject))
      return add("[tls]: " + denial->detail + "; " + denial->mend);
    const auto record = throw_away_record(plan_.tls.key, KeyPurpose::tls);
    decide(engine, "[tls]",
           policy::IssuanceRequest::for_token_key("tls-server", public_key_of(record),
                                                  std::get<policy::Name>(subject), plan_.tls.names),
           plan_.tls.issuer);
  }
  void decide(const policy::Engine& engine, const std::string& what, const policy::IssuanceRequest& request,
              const std::string& issuer) {
    const auto found = issuers_.find(issuer);
    if (found == issuers_.end()) return;  // what is wrong with it was said
    const auto decision =
        engine.decide(request, found->second, policy::Identity::system_job("setup"), some_serial(), now());
    if (const auto* denial = policy::denied(decision))
      add(what + ": " + denial->rule + " (" + denial->clause + "): " + denial->detail + "; " + denial->mend);
  }

  const Papers& papers_;
  const Plan& plan_;
  std::map<std::string, policy::Issuer> issuers_;
  std::vector<std::string> faults_;
};

std::string in_token(const PlannedKey& key, const Config& config) {
  std::string text = "token " + key.token;
  for (const auto& each : config.tokens)
    if (each.token.name == key.token) text += " (\"" + each.token.label + "\")";
  return text;
}

std::string named(const PlannedKey& key) {
  return std::string(policy::name(key.algorithm)) + (key.rsa_bits ? " " + std::to_string(key.rsa_bits) : "");
}

}  // namespace

std::vector<std::string> faults_in(const Papers& papers) {
  return PlanCheck(papers).run();
}

std::string in_words(const Papers& papers) {
  const Plan& plan = papers.plan;
  const Config& config = papers.config;
  std::string text;
  const auto line = [&](const std::string& words) { text += words + "\n"; };
  if (plan.ceremony)
    line("Ceremony \"" + plan.ceremony->name + "\": it runs on the votes of " +
         std::to_string(plan.ceremony->votes) + " of " + std::to_string(plan.officers()) +
         " security officers.");
  else
    line("A set-up without votes: whoever runs `inkan init` does it alone.");
  line("It makes these keys, each in its token, which no key ever leaves:");
  const auto key = [&](const std::string& what, const PlannedKey& planned) {
    line("  " + what + ": " + named(planned) + ", in " + in_token(planned, config));
  };
  key("the log's, which signs what happened", plan.ledger);
  for (const auto& authority : plan.authorities) key("of authority " + authority.id, authority.key);
  key("for evidence: packs for auditors, and this transcript", plan.evidence);
  key("of the API's TLS server", plan.tls.key);
  for (const auto& probe : plan.probes) key("to watch a token's health by", probe);
  line("It issues these certificates:");
  for (const auto& authority : plan.authorities)
    line("  authority " + authority.id + ": " + authority.subject.text() + ", profile " + authority.profile +
         (authority.issuer ? ", by " + *authority.issuer : ", by itself"));
  std::string names;
  for (const auto& name : plan.tls.names) names += (names.empty() ? "" : ", ") + name.value;
  line("  the TLS server: " + names + ", by " + plan.tls.issuer);
  for (const auto& identity : plan.identities)
    line("  " + identity.id + ", from then on " + std::string(policy::name(identity.role)) + ": from " +
         identity.csr.filename().string() + ", into " + identity.certificate.string());
  line("It begins the log " + config.ledger_origin + " in " + config.state_dir.string() + ".");
  line(
      "What cannot be undone: once others trust the root, or hold the log's key, there is no other with the "
      "same name; keys and log are then given up by a new set-up only. Up to its last step a ceremony that "
      "fails destroys the keys it made and leaves nothing.");
  return text;
}

}  // namespace inkan::daemon
