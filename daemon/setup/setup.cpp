#include "daemon/setup/setup.h"

#include <fstream>

#include "daemon/atomic_file.h"
#include "daemon/clock.h"
#include "daemon/setup/key_making.h"
#include "daemon/store/identity_rows.h"
#include "daemon/store/instance_lock.h"
#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;
using policy::Identity;
using policy::KeyPurpose;

namespace {

const Identity& job() {
  static const Identity setup = Identity::system_job("setup");
  return setup;
}

api::Call setup_call() {
  return {job(), uuid_v7(now_micros()), "", std::chrono::steady_clock::now() + std::chrono::seconds(60)};
}

std::string pem_chain(const std::vector<policy::Bytes>& chain) {
  std::string text;
  for (const auto& der : chain) text += policy::pem_encode("CERTIFICATE", der);
  return text;
}

std::vector<std::filesystem::path> state_files(const Config& config) {
  const std::string database = config.database().string();
  return {database, database + "-wal", database + "-shm", config.checkpoint()};
}

}  // namespace

std::optional<std::string> fault_in_state(const Config& config) {
  for (const auto& file : state_files(config))
    if (std::filesystem::exists(file))
      return file.string() +
             " exists: this state directory holds an authority, what is left of one, or a set-up that was "
             "interrupted. Nothing was changed; name another state_dir, or move these files away if they are "
             "not wanted. After an interrupted set-up initialise its tokens anew too, for no log tells of "
             "the "
             "keys in them; the votes of an interrupted ceremony are used up: ask for them again";
  return std::nullopt;
}

Setup::Setup(Papers papers, std::function<void(const std::string&)> progress, PinEntry* officers,
             std::optional<ApprovedCeremony> approved)
    : papers_(std::move(papers)),
      plan_(papers_.plan),
      config_(papers_.config),
      progress_(std::move(progress)),
      officers_(officers),
      approved_(std::move(approved)),
      ceremony_id_(approved_ ? approved_->request.id : uuid_v7(now_micros())) {
  if (plan_.ceremony && !approved_)
    throw Error(ErrorCode::config,
                plan_.file.string() + " has a [ceremony], which takes the votes of " +
                    std::to_string(plan_.ceremony->votes) +
                    " officers: run it by `inkan ceremony run`; `inkan ceremony check` says "
                    "what comes before");
}

void Setup::run() {
  read_requests();
  check_outputs();
  if (std::filesystem::create_directories(config_.state_dir))
    std::filesystem::permissions(config_.state_dir, std::filesystem::perms::owner_all);
  const InstanceLock alone(config_.state_dir / "setup.lock");  // a rival's undo would remove our database
  // Before anything is touched: undo() may then remove whatever bears these names.
  if (const auto fault = fault_in_state(config_)) throw Error(ErrorCode::store, *fault);
  try {
    make_keys();
    core_ = std::make_unique<Core>(
        config_, Core::Mode::set_up, [](const std::string&) {}, officers_);
    step(std::string(policy::k_ceremony_start),
         {{"plan_sha256", plan_.sha256}, {"config_sha256", config_.sha256}});
    core_->key_keeper.make_canaries();
    make_authorities();
    make_tls();
    make_identities();
    finish();
  } catch (...) {
    undo();
    throw;
  }
}

void Setup::check_outputs() const {
  for (const auto& planned : plan_.identities)
    if (std::filesystem::exists(planned.certificate))
      throw Error(ErrorCode::config, "the certificate of identity " + planned.id + " would replace " +
                                         planned.certificate.string() +
                                         ": name another file in the plan, or move that one away");
}

void Setup::read_requests() {
  for (const auto& planned : plan_.identities) requests_.push_back(papers_.request_of(planned));
}

void Setup::make_keys() {
  keys_ =
      make_setup_keys(plan_, config_, officers_, ceremony_id_, approved_ ? &*approved_ : nullptr, progress_);
}

void Setup::make_authorities() {
  for (const auto& planned : plan_.authorities) {
    progress_("certificate of authority " + planned.id);
    const auto& record = key("inkan/ca/" + planned.id);
    const auto* profile = core_->policies.now().profiles().find(planned.profile);
    if (!profile || !profile->ca)
      throw Error(ErrorCode::config, "authority " + planned.id + " names profile \"" + planned.profile +
                                         "\", which is no CA profile");
    if (profile->self_signed == planned.issuer.has_value())
      throw Error(ErrorCode::config, "authority " + planned.id + ": profile " + planned.profile +
                                         (profile->self_signed ? " is for a root" : " needs an `issuer`"));
    const policy::Validity validity = profile->validity.validity(now());
    auto made = std::make_unique<CertificateAuthority>(
        issuer_of(planned.id, record, planned.subject, validity, profile->path_length,
                  {config_.base_url, plan_.ocsp.has_value()}),
        planned.issuer, policy::Bytes{},
        std::make_unique<pkcs11::CaSigner>(core_->tokens.find(record.token), record));
    CertificateAuthority& authority = core_->add(std::move(made));
    core_->key_keeper.make_canaries();
    CertificateAuthority& issuer = planned.issuer ? *core_->authorities.find(*planned.issuer) : authority;
    const auto request =
        policy::IssuanceRequest::for_token_key(planned.profile, public_key_of(record), planned.subject, {});
    authority.certificate = issue(request, issuer, "authority " + planned.id, "ca-" + planned.id + ".pem");
    core_->writer->write([&](Writing& w) {
      AuthorityRow{planned.id, record.id, planned.issuer, authority.certificate}.insert(w.database());
      set_issuing_authority(w.database(), planned.id);  // the last one's, in the end
      policy::Event event{.type = policy::EventType::ca_issue, .target = {"authority", planned.id}};
      event.detail = {{"ceremony_id", ceremony_id_},
                      {"sha256", policy::fingerprint_of(authority.certificate).hex()}};
      w.append(event, job());
    });
  }
}

void Setup::make_tls() {
  progress_("certificate of the API's TLS server");
  auto subject = policy::Name::build({{"CN", plan_.tls.names.front().value}});
  if (const auto* denial = policy::denied(subject))
    throw Error(ErrorCode::config, "[tls]: " + denial->detail);
  const auto& record = core_->key(KeyPurpose::tls);
  const auto request = policy::IssuanceRequest::for_token_key(
      "tls-server", public_key_of(record), std::get<policy::Name>(subject), plan_.tls.names);
  auto& issuer = *core_->authorities.find(plan_.tls.issuer);
  const std::string serial =
      policy::Certificate::parse(issue(request, issuer, "[tls]", "tls-server.pem")).serial().hex();
  core_->writer->write([&](Writing& w) {
    w.database().prepare("INSERT INTO meta(key, value) VALUES('tls_certificate', ?)").bind(serial).run();
  });
}

void Setup::make_identities() {
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    const auto& planned = plan_.identities[i];
    progress_("identity " + planned.id);
    const auto request = policy::IssuanceRequest::from("operator", requests_[i], std::nullopt);
    const auto certificate = issue(request, core_->authorities.issuing(), "identity " + planned.id,
                                   "operator-" + planned.id + ".pem");
    const auto key = request.public_key().spki_hash();
    core_->writer->write([&](Writing& w) {
      IdentityRow::grant(w.database(), planned.id, planned.role,
                         {key, policy::Certificate::parse(certificate).serial(), w.now(), ceremony_id_});
      // Officers who have voted had to be known before.
      if (!approved_ || planned.role != policy::Role::security_officer)
        w.append(role_grant(planned.id, planned.role, key, ceremony_id_), job());
    });
    write_file_durably(planned.certificate, pem_chain(core_->authorities.chain(
                                                core_->authorities.issuing().issuer.id, certificate)));
  }
}

void Setup::finish() {
  progress_("first CRLs and checkpoint");
  core_->crls.publish_due();
  step("done");
  if (approved_) make_transcript(*core_, *approved_, certificates_);
  core_->writer->write([&](Writing& w) {
    w.database().execute("INSERT INTO meta(key, value) VALUES('setup', 'done')");
    w.append({.type = policy::EventType::log_stop}, job());
  });
  core_->checkpoints.publish();
  core_->tokens.close();
}

policy::Bytes Setup::issue(const policy::IssuanceRequest& request, CertificateAuthority& authority,
                           const std::string& what, const std::string& paper) {
  auto outcome = core_->issuance.issue(setup_call(), request, authority, std::nullopt, ceremony_id_);
  if (const auto* denial = policy::denied(outcome))
    throw Error(ErrorCode::config, what + ": " + denial->rule + " (" + denial->clause +
                                       "): " + denial->detail + "; " + denial->mend);
  certificates_.push_back({paper, what, std::get<api::IssuedCertificate>(outcome).record.der});
  return certificates_.back().der;
}

void Setup::step(const std::string& name, const nlohmann::json& detail) {
  core_->writer->write([&](Writing& w) {
    policy::Event event{.type = policy::EventType::ceremony_step, .target = {"ceremony", ceremony_id_}};
    event.detail = {{"ceremony_id", ceremony_id_}, {"step", name}, {"result", "done"}};
    event.detail.update(detail);
    w.append(event, job());
  });
}

const pkcs11::KeyRecord& Setup::key(const std::string& label) const {
  for (const auto& each : keys_)
    if (each.label == label) return each;
  throw Error(ErrorCode::internal, "no key " + label + " was made");
}

// A set-up that failed leaves nothing behind that the next try would trip over.
void Setup::undo() {
  progress_("undoing: destroying the keys made, removing what was written");
  core_.reset();
  try {
    // Without keys the PIN itself may be what was wrong: it is not tried again.
    if (!keys_.empty()) destroy_keys(Tokens(config_, officers_), keys_, progress_);
  } catch (const Error& error) {
    progress_(std::string("keys are left in the token: ") + error.what());
  }
  for (const auto& file : state_files(config_)) std::filesystem::remove(file);
  for (const auto& planned : plan_.identities) std::filesystem::remove(planned.certificate);
}

}  // namespace inkan::daemon
