#include "daemon/core.h"

#include "daemon/clock.h"
#include "daemon/ledger/checkpoint_file.h"
#include "daemon/store/schema.h"
#include "pkcs11/openssl_provider.h"
#include "policy/types/error.h"

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

std::vector<std::unique_ptr<pkcs11::Probe>> make_probes(const std::vector<pkcs11::KeyRecord>& keys,
                                                        const Tokens& tokens) {
  std::vector<std::unique_ptr<pkcs11::Probe>> probes;
  for (const auto& key : keys)
    if (key.purpose == KeyPurpose::probe)
      probes.push_back(std::make_unique<pkcs11::Probe>(tokens.find(key.token), key));
  return probes;
}

}  // namespace

Core::Core(const Config& given, Mode mode, std::function<void(const std::string&)> fatal)
    : config(given),
      lock(config.lock()),
      store(open_store(config, mode)),
      engine(load_profiles(config), load_blocklist(config)),
      keys(store.keys()),
      verifier(config.ledger_origin, public_key_of(key(KeyPurpose::ledger))),
      writer(open_writer(config, store, verifier, std::move(fatal))),
      ledger(*writer),
      unfinished(ledger),
      tokens(config),
      authorities(open_authorities(store, keys, tokens, config.base_url)),
      checkpoint_signer(tokens.find(key(KeyPurpose::ledger).token), key(KeyPurpose::ledger)),
      checkpoints(ledger, checkpoint_signer, verifier, config.checkpoint()),
      key_keeper(ledger, unfinished, tokens, authorities, checkpoint_signer, make_probes(keys, tokens)),
      crls(engine, ledger, unfinished, store, authorities, config.crl),
      serials(tokens.find(key(KeyPurpose::ca).token)),
      issuance(engine, ledger, unfinished, store, serials, authorities) {
  for (const auto& authority : authorities.all()) hear_late(*authority);
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
  if (mode == Mode::run && authorities.all().empty())
    throw Error(ErrorCode::store, "the store knows no authority: run `inkan init PLAN.toml`");
  check_keys();
  announce(mode);
  close_dangling();
}

const pkcs11::KeyRecord& Core::key(KeyPurpose purpose) const {
  for (const auto& each : keys)
    if (each.purpose == purpose) return each;
  throw Error(ErrorCode::config, "the store knows no key of purpose " + std::string(policy::name(purpose)));
}

void Core::hear_late(CertificateAuthority& authority) {
  authority.signer->on_late([this](policy::LeafIndex intent, pkcs11::Signed late) {
    unfinished.add_late(intent, std::move(late));
  });
}

CertificateAuthority& Core::add(std::unique_ptr<CertificateAuthority> authority) {
  hear_late(*authority);
  return authorities.add(std::move(authority));
}

void Core::check_keys() {
  for (const auto& each : keys) pkcs11::check_key(*tokens.find(each.token), each);
}

// What an auditor reads first about a run: how the last one ended, and what this one is.
void Core::announce(Mode mode) {
  const auto head = writer->head();
  const std::string last = head.size ? store.last_leaf_type() : "";
  writer->write([&](Writing& w) {
    const auto job = policy::Identity::system_job("start-up");
    if (mode == Mode::run && !last.empty() && last != "log.stop") {
      policy::Event crash{.type = "daemon.crash", .outcome = "failure"};
      crash.detail = {{"last_index", head.size - 1}};
      w.append(crash, job);
    }
    policy::Event log{.type = "log.start"};
    log.detail = {{"tree_size", head.size}, {"root", head.root.hex()}};
    w.append(log, job);
    policy::Event start{.type = "daemon.start"};
    start.detail = {{"build", INKAN_VERSION}, {"config_sha256", config.sha256}};
    w.append(start, job);
    for (const auto& [name, token] : tokens.all()) {
      const auto status = token->status();
      policy::Event login{.type = "token.login", .target = {"token", name}};
      login.detail = {{"label", status.label}, {"serial", status.serial}, {"firmware", status.firmware}};
      w.append(login, job);
    }
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
  for (const auto& authority : authorities.all()) crls.revoked(authority->issuer.id);
}

policy::EvpPkeyPtr Core::tls_key() {
  const auto& record = key(KeyPurpose::tls);
  return pkcs11::tls_private_key(tokens.find(record.token), record);
}

std::vector<policy::Bytes> Core::tls_chain() {
  const auto serial = policy::Serial::parse(store.meta("tls_certificate"));
  const auto record = serial ? store.find_certificate(*serial, now()) : std::nullopt;
  if (!record)
    throw Error(ErrorCode::store, "the store has no TLS server certificate: run `inkan init` again");
  return authorities.chain(record->authority, record->der);
}

std::vector<policy::Bytes> Core::trust_anchors() const {
  std::vector<policy::Bytes> anchors;
  for (const auto& authority : authorities.all()) anchors.push_back(authority->certificate);
  return anchors;
}

}  // namespace inkan::daemon
