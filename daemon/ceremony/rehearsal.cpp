#include "daemon/ceremony/rehearsal.h"

#include <cstdlib>

#include "daemon/atomic_file.h"
#include "daemon/ceremony/folder.h"
#include "daemon/ceremony/officer_key.h"
#include "daemon/clock.h"
#include "daemon/setup/setup.h"
#include "pkcs11/token_init.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

class ThrowAwayFolder {
 public:
  ThrowAwayFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "inkan-rehearsal-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))  // for its owner alone
      throw Error(ErrorCode::config, "no folder can be made in " + pattern + ": set TMPDIR to one that can");
    path_ = pattern;
  }
  ~ThrowAwayFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ThrowAwayFolder(const ThrowAwayFolder&) = delete;
  ThrowAwayFolder& operator=(const ThrowAwayFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Rehearsal {
 public:
  Rehearsal(const Papers& real, std::filesystem::path module,
            const std::function<void(const std::string&)>& progress)
      : real_(real), played_(real), module_(std::move(module)), progress_(progress) {}

  std::string run() {
    make_tokens();
    turn_away_from_the_real();
    auto approved = vote();
    Setup(played_, progress_, nullptr, std::move(approved)).run();
    issue_first();
    return std::string(
        policy::as_text(Store(played_.config.database()).ceremony_papers().at("transcript.txt")));
  }

 private:
  std::filesystem::path at(const std::string& name) const { return folder_.path() / name; }

  void make_tokens() {
    progress_("throw-away tokens of SoftHSM in " + folder_.path().string());
    std::filesystem::create_directory(at("tokens"));
    write_file_atomically(at("softhsm2.conf"), "directories.tokendir = " + at("tokens").string() +
                                                   "\nobjectstore.backend = file\nlog.level = ERROR\n"
                                                   "slots.removable = false\n");
    std::array<std::uint8_t, 12> pin;
    random_octets(pin);
    write_file_atomically(at("pin"), policy::to_hex(pin));
    std::filesystem::permissions(at("pin"), std::filesystem::perms::owner_read);
    // No other thread runs yet: `inkan` is at its beginning.
    ::setenv("SOFTHSM2_CONF", at("softhsm2.conf").c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    for (const auto& each : real_.config.tokens)
      pkcs11::init_token(module_, "", each.token.label, pkcs11::Pin::from_file(at("pin")),
                         pkcs11::Pin::from_file(at("pin")));
  }

  // What is written goes into the folder; the officers are played, everyone else's request is the real one.
  void turn_away_from_the_real() {
    auto& config = played_.config;
    config.state_dir = at("state");
    config.witnesses.clear();
    for (auto& each : config.tokens) {
      each.token.module = module_;
      each.token.init_args.clear();
      each.token.serial.clear();
      each.pin_file = at("pin");
      each.pin_credential.clear();
      each.pin_entry = false;
    }
    for (auto& identity : played_.plan.identities) {
      identity.certificate = at("certificate-of-" + identity.id);
      if (identity.role != policy::Role::security_officer) continue;
      officers_.push_back(OfficerKey::throw_away());
      played_.requests.insert_or_assign(identity.id, officers_.back().request(identity.id));
    }
  }

  ApprovedCeremony vote() {
    progress_("votes by throw-away keys of the officers");
    ApprovedCeremony ceremony{.name = ceremony_of(real_.plan).name,
                              .request = new_request(real_, now() + std::chrono::hours(1)),
                              .officers = played_.officers(),
                              .votes = {},
                              .files = real_.file_list(),
                              .rehearsal = true,
                              .spend = {}};
    std::vector<policy::GivenVote> given;
    for (int i = 0; i < ceremony.request.votes; ++i) {
      const auto& key = officers_.at(static_cast<std::size_t>(i));
      given.push_back({ceremony.officers.at(static_cast<std::size_t>(i)).id,
                       key.sign(ceremony.request.ballot(key.spki_hash(), true).document())});
    }
    auto votes = policy::judge_votes(ceremony.request, ceremony.officers, given, now());
    if (const auto* denial = policy::denied(votes)) throw Error(ErrorCode::internal, denial->detail);
    ceremony.votes = std::get<std::vector<policy::CountedVote>>(std::move(votes));
    return ceremony;
  }

  // As a web tier would have it of the running daemon.
  void issue_first() {
    progress_("the first certificate of a client");
    Core core(played_.config, Core::Mode::run, [](const std::string&) {});
    core.key_keeper.make_canaries();
    auto& issuing = core.authorities.issuing();
    auto request = policy::CertificationRequest::parse_text(OfficerKey::throw_away().request("first client"));
    const api::Call call{policy::Identity::in_ceremony("rehearsal", policy::Role::web_tier),
                         uuid_v7(now_micros()), "",
                         std::chrono::steady_clock::now() + std::chrono::seconds(60)};
    auto outcome = core.issuance.issue(
        call,
        policy::IssuanceRequest::from("client-auth", std::get<policy::CertificationRequest>(request), {}),
        issuing, std::nullopt);
    if (const auto* denial = policy::denied(outcome))
      throw Error(ErrorCode::config, "the first certificate was refused: " + denial->rule + ": " +
                                         denial->detail + "; " + denial->mend);
    const auto& issued = std::get<api::IssuedCertificate>(outcome);
    demand_good(issued.chain, core.authorities.all());
    progress_("it is " + issued.record.subject + ", serial " + issued.record.serial.hex() +
              ", and verifies up to the root");
    core.writer->write([](Writing& w) {
      w.append({.type = policy::EventType::log_stop}, policy::Identity::system_job("setup"));
    });
    core.tokens.close();
  }

  // As OpenSSL has it, with the root alone trusted: what a server would say to this client.
  static void demand_good(const std::vector<policy::Bytes>& chain,
                          const std::vector<CertificateAuthority*>& authorities) {
    ERR_clear_error();
    const auto parse = [](const policy::Bytes& der) {
      const auto* at = der.data();
      return policy::X509Ptr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    };
    const policy::X509StorePtr trusted(X509_STORE_new());
    const policy::X509sPtr between(sk_X509_new_null());
    for (const auto& each : authorities) {
      auto certificate = parse(each->certificate);
      if (!each->parent)
        X509_STORE_add_cert(trusted.get(), certificate.get());
      else if (sk_X509_push(between.get(), certificate.get()) > 0)
        static_cast<void>(certificate.release());  // the stack's
    }
    const auto leaf = parse(chain.front());
    const policy::X509StoreCtxPtr context(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context.get(), trusted.get(), leaf.get(), between.get()) != 1 ||
        X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT) != 1)
      throw Error(ErrorCode::internal, "the certificate cannot be verified: " + policy::openssl_errors());
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    if (X509_verify_cert(context.get()) != 1)
      throw Error(ErrorCode::internal,
                  std::string("the first certificate does not verify: ") +
                      X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  }

  const Papers& real_;
  Papers played_;
  std::filesystem::path module_;
  const std::function<void(const std::string&)>& progress_;
  ThrowAwayFolder folder_;
  std::vector<OfficerKey> officers_;  // in the order of the plan's officers
};

}  // namespace

std::string rehearse(const Papers& papers, const std::filesystem::path& module,
                     const std::function<void(const std::string&)>& progress) {
  ceremony_of(papers.plan);
  if (!std::filesystem::exists(module))
    throw Error(ErrorCode::config,
                module.string() + " is not there: install softhsm2, or name SoftHSM's module by --module");
  return Rehearsal(papers, module, progress).run();
}

}  // namespace inkan::daemon
