#include "daemon/core.h"

#include <algorithm>

#include "daemon/clock.h"
#include "daemon/ledger/checkpoint_file.h"
#include "daemon/ledger/start_leaves.h"
#include "daemon/store/schema.h"
#include "pkcs11/openssl_provider.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::KeyPurpose;

namespace {

Store open_store(const Config& config, Core::Mode mode) {
  if (!std::filesystem::exists(config.database()))
    throw Error(ErrorCode::store, "there is no database " + config.database().string() +
                                      ": run `inkan init PLAN.toml` first, or set state_dir in " +
                                      config.file.string());
  {
    Database database(config.database(), Database::Mode::existing);
    migrate(database);
  }
  if (mode == Core::Mode::run && Store(config.database()).meta("setup") != "done")
    throw Error(
        ErrorCode::store,
        "the set-up of " + config.state_dir.string() +
            " was interrupted: remove that directory and the keys it made, and run `inkan init` again");
  return Store(config.database());
}

std::unique_ptr<LogWriter> open_writer(const Config& config, Store& store,
                                       const policy::NoteVerifier& verifier,
                                       std::function<void(const std::string&)> fatal) {
  auto edge = check_log(store, config.checkpoint(), verifier);
  return std::make_unique<LogWriter>(std::make_unique<Database>(config.database(), Database::Mode::existing),
                                     policy::LeafOrigin{config.node, uuid_v4(), INKAN_VERSION},
                                     std::move(edge), store.last_leaf_time(), std::move(fatal));
}

std::vector<std::string> token_names(const Config& config) {
  std::vector<std::string> names;
  for (const auto& each : config.tokens) names.push_back(each.token.name);
  return names;
}

IssuanceResult result_of(CertificateState state) {
  switch (state) {
    case CertificateState::issued:
      return IssuanceResult::issued;
    case CertificateState::failed:
      return IssuanceResult::failed;
    case CertificateState::possibly_signed:
      break;
  }
  return IssuanceResult::possibly_signed;
}

std::vector<std::unique_ptr<pkcs11::Probe>> make_probes(const std::vector<pkcs11::KeyRecord>& keys,
                                                        const Tokens& tokens) {
  std::vector<std::unique_ptr<pkcs11::Probe>> probes;
  for (const auto& key : keys)
    if (key.purpose == KeyPurpose::probe)
      probes.push_back(std::make_unique<pkcs11::Probe>(tokens.find(key.token), key));
  return probes;
}

}  // namespace

Core::Core(const Config& given, Mode mode, std::function<void(const std::string&)> fatal, PinEntry* officers)
    : config(given),
      lock(config.lock()),
      store(open_store(config, mode)),
      policies(store, config, mode == Mode::run),
      measurements(policies.now().profiles(), token_names(config)),
      keys(store.keys()),
      verifier(config.ledger_origin, public_key_of(key(KeyPurpose::ledger))),
      writer(open_writer(config, store, verifier, std::move(fatal))),
      ledger(*writer),
      unfinished(ledger),
      tokens(config, officers, &measurements),
      failover(tokens, *writer),
      authorities(open_authorities(store, tokens, published_at())),
      tiles(store, config.ledger()),
      checkpoint_signer(tokens.find(key(KeyPurpose::ledger).token), key(KeyPurpose::ledger)),
      evidence_signer(tokens.find(key(KeyPurpose::evidence).token), key(KeyPurpose::evidence)),
      ocsp_signer(find_key(KeyPurpose::ocsp)
                      ? std::make_unique<pkcs11::OcspSigner>(tokens.find(key(KeyPurpose::ocsp).token),
                                                             key(KeyPurpose::ocsp))
                      : nullptr),
      checkpoints(ledger, tiles, checkpoint_signer, verifier, config.checkpoint()),
      cosigning(config.witnesses, checkpoints, tiles),
      evidence(store, ledger, unfinished, checkpoints, tiles, evidence_signer, config.evidence()),
      key_keeper(ledger, unfinished, tokens, authorities, checkpoint_signer, evidence_signer,
                 ocsp_signer.get(), make_probes(keys, tokens)),
      crls(policies.now(), ledger, unfinished, store, authorities, config.crl),
      identities(store),
      desk(this->config, policies, authorities),
      approvals(store, ledger, desk, authorities, identities, policies, crls, config.approval,
                config.ledger_origin),
      serials(tokens.find(key(KeyPurpose::ca).token)),
      issuance(policies, ledger, unfinished, store, serials, authorities, measurements),
      tls_certificate(store, *writer, issuance, authorities, key(KeyPurpose::tls)),
      ocsp(ocsp_signer ? std::make_unique<OcspDesk>(policies.now(), ledger, unfinished, store, issuance,
                                                    authorities, *ocsp_signer, config.ocsp)
                       : nullptr) {
  hear_outcomes();
  follow_store(authorities, store);
  for (auto* const authority : authorities.signing()) hear_late(*authority);
  checkpoint_signer.on_late(
      [this](policy::LeafIndex row, const pkcs11::Signed&) {
        try {
          ledger.late_checkpoint(row);
        } catch (const Error&) {  // the row goes on saying "possibly signed", which is as true
        }
      },
      [this](policy::LeafIndex intent, pkcs11::Signed late) {
        unfinished.add_late(intent, std::move(late));
      });
  evidence_signer.on_late([this](policy::LeafIndex intent, pkcs11::Signed late) {
    unfinished.add_late(intent, std::move(late));
  });
  writer->on_status_change(
      [this](const policy::Serial& serial) { return ocsp ? ocsp->status_changes(serial) : nullptr; });
  if (ocsp_signer)
    ocsp_signer->on_late([this](policy::LeafIndex intent, pkcs11::Signed late) {
      unfinished.add_late(intent, std::move(late));
    });
  if (mode == Mode::run && authorities.all().empty())
    throw Error(ErrorCode::store, "the store knows no authority: run `inkan init PLAN.toml`");
  checkpoints_before_ = store.newest_checkpoint_intent();
  const std::string last = store.last_leaf_type();
  const bool ended = last.empty() || last == policy::name(policy::EventType::log_stop);
  const bool crashed = mode == Mode::run && !ended;
  write_start_leaves(*writer, store, config, tokens, policies, crashed);
  check_keys(mode);
  close_dangling();
  // What was revoked in the second in which the last CRL was read may be on none, and only the run that ended
  // knew: a CRL tells the time at which it was read, a revocation that of its transaction's beginning.
  if (crashed)
    for (const auto* authority : authorities.signing()) crls.changed(authority->issuer.id);
}

const pkcs11::KeyRecord* Core::find_key(KeyPurpose purpose) const {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& each) { return each.purpose == purpose; });
  return found == keys.end() ? nullptr : &*found;
}

PublishedAt Core::published_at() const {
  return {config.base_url, find_key(KeyPurpose::ocsp) != nullptr};
}

int Core::ocsp_sessions() const {
  return tokens.find(key(KeyPurpose::ocsp).token)->config().sessions;
}

const pkcs11::KeyRecord& Core::key(KeyPurpose purpose) const {
  if (const auto* found = find_key(purpose)) return *found;
  throw Error(ErrorCode::config, "the store knows no key of purpose " + std::string(policy::name(purpose)));
}

void Core::hear_outcomes() {
  ledger.on_certificate([this](const std::string& profile, CertificateState state) {
    measurements.count_issuance(profile, result_of(state));
  });
}

void Core::hear_late(CertificateAuthority& authority) {
  authority.signer->on_late([this](policy::LeafIndex intent, pkcs11::Signed late) {
    unfinished.add_late(intent, std::move(late));
  });
}

CertificateAuthority& Core::add(std::unique_ptr<CertificateAuthority> authority) {
  hear_late(*authority);
  CertificateAuthority& added = authorities.add(std::move(authority));
  authorities.set_issuing(added);
  return added;
}

// A key that is no longer what it was at its birth is used by nobody, and the log says so before the start
// fails. A standby's keys are held to the same record, provenance and all: it is a clone by the vendor's
// means, and a key that came in by an import shows that. While an authority is being made it has none yet.
void Core::check_keys(Mode mode) {
  for (const auto& each : keys) {
    try {
      const auto token = tokens.find(each.token);
      pkcs11::check_key(*token, each);
      if (!token->standby() || mode == Mode::set_up) continue;
      auto there = each;
      there.token = token->standby()->config().name;
      pkcs11::check_key(*token->standby(), there);
    } catch (const Error& error) {
      end_refused_start(each, error);
      throw;
    }
  }
}

// The run was announced, so it says how it ended.
void Core::end_refused_start(const pkcs11::KeyRecord& record, const Error& why) {
  writer->write([&](Writing& w) {
    const auto job = policy::Identity::system_job("start-up");
    if (why.code() == ErrorCode::key) {
      policy::Event event{
          .type = policy::EventType::key_use_denied, .outcome = "denied", .target = {"key", record.id.hex()}};
      event.detail = {{"key_id", record.id.hex()}, {"label", record.label}, {"why", why.what()}};
      w.append(event, job);
    }
    w.append({.type = policy::EventType::daemon_stop}, job);
    w.append({.type = policy::EventType::log_stop}, job);
  });
}

// Law 3: what was being signed when the last run ended may exist. Its serial is revoked, and the next CRL
// says so.
void Core::close_dangling() {
  const auto dangling = store.open_intents();
  for (const auto& open : dangling)
    ledger.possibly_signed(open.intent, policy::Identity::system_job("start-up"),
                           {"the daemon ended before the outcome was written", 0, 0});
  writer->write([](Writing& w) {
    w.database().execute(
        "UPDATE checkpoint_intents SET outcome = 'possibly signed: the daemon ended before the outcome was "
        "written'"
        " WHERE outcome IS NULL");
  });
  if (dangling.empty()) return;
  for (const auto* authority : authorities.signing()) crls.changed(authority->issuer.id);
}

policy::EvpPkeyPtr Core::tls_key() {
  const auto& record = key(KeyPurpose::tls);
  return pkcs11::tls_private_key(tokens.find(record.token), record);
}

std::vector<policy::Bytes> Core::trust_anchors() const {
  std::vector<policy::Bytes> anchors;
  for (const auto* authority : authorities.all())
    if (authority->state != AuthorityState::undone) anchors.push_back(authority->certificate);
  return anchors;
}

}  // namespace inkan::daemon
