// A whole authority without HTTP, in a temporary folder: SoftHSM behind the shim, set up by the product's own
// ceremony.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "daemon/authority/service.h"
#include "daemon/clock.h"
#include "daemon/core.h"
#include "daemon/setup/setup.h"
#include "policy/types/error.h"
#include "tests/support/softhsm_token.h"

namespace inkan::tests {

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

// Requests that tools outside made; vectors/csr/ORIGIN.md says which.
inline std::string vector(const std::string& name) {
  std::ifstream in(std::string(INKAN_SOURCE_DIR) + "/tests/vectors/csr/" + name, std::ios::binary);
  const std::string octets((std::istreambuf_iterator<char>(in)), {});
  if (octets.empty()) throw std::runtime_error("tests/vectors/csr/" + name + " is missing");
  return octets;
}

inline policy::CertificationRequest request(const std::string& name = "openssl-p256.der") {
  const std::string octets = vector(name);
  return std::get<policy::CertificationRequest>(
      name.ends_with(".pem") ? policy::CertificationRequest::parse_text(octets)
                             : policy::CertificationRequest::parse(policy::as_bytes(octets)));
}

class AuthorityFixture {
 public:
  AuthorityFixture() : token_("inkan-ca") {
    token_.add("inkan-ledger");
    write_text(folder() / "inkand.toml", config_text());
    write_text(folder() / "operator.csr", vector("keytool-ec.pem"));
    write_text(folder() / "plan.toml", plan_text());
  }

  std::filesystem::path folder() const { return token_.folder(); }
  SofthsmToken& token() { return token_; }
  daemon::Config config() const { return daemon::Config::load(folder() / "inkand.toml"); }

  // Before the set-up: it makes a key for an OCSP responder too.
  void plan_ocsp() {
    std::ofstream(folder() / "plan.toml", std::ios::app) << "[ocsp]\ntoken = \"ca\"\nalgorithm = \"P-256\"\n";
  }
  void set_up() {
    daemon::Setup(daemon::Papers::load(folder() / "plan.toml"), [](const std::string&) {}).run();
  }

  // The authority, ready to issue: its canaries made.
  std::unique_ptr<daemon::Core> open() {
    auto core = std::make_unique<daemon::Core>(config(), daemon::Core::Mode::run, [](const std::string&) {});
    core->key_keeper.make_canaries();
    return core;
  }

  std::string config_text() const {
    const auto token = [&](const std::string& name) {
      return "[[token]]\nname = \"" + name + "\"\nmodule = \"" + k_shim + "\"\nlabel = \"inkan-" + name +
             "\"\npin_file = \"pin\"\nsessions = 4\n";
    };
    return "state_dir = \"state\"\nnode = \"test\"\n[api]\naddress = \"127.0.0.1:0\"\n[public]\naddress = "
           "\"127.0.0.1:0\"\n"
           "base_url = \"http://pki.test.example\"\n" +
           token("ca") + token("ledger") + "[ledger]\norigin = \"log.test.example\"\n";
  }

  static std::string plan_text() {
    return "config = \"inkand.toml\"\n"
           "[[authority]]\nid = \"root\"\nprofile = \"root-ca\"\nkey = { token = \"ca\", algorithm = "
           "\"P-384\" }\nsubject = [{ CN = \"Test Root\" }]\n"
           "[[authority]]\nid = \"issuing\"\nissuer = \"root\"\nprofile = \"issuing-ca\"\nkey = { token = "
           "\"ca\", algorithm = \"P-256\" }\n"
           "subject = [{ C = \"JP\" }, { CN = \"Test Issuing\" }]\n"
           "[tls]\ntoken = \"ca\"\nissuer = \"issuing\"\ndns = [\"localhost\"]\n"
           "[ledger]\ntoken = \"ledger\"\nalgorithm = \"Ed25519\"\n[evidence]\ntoken = \"ca\"\nalgorithm = "
           "\"P-256\"\n"
           "[[probe]]\ntoken = \"ca\"\n"
           "[[identity]]\nid = \"web-1\"\nrole = \"web-tier\"\ncsr = \"operator.csr\"\ncertificate = "
           "\"operator.crt\"\n";
  }

 private:
  SofthsmToken token_;
};

inline policy::Identity web_tier() {
  return policy::Identity::authenticated("web-1", policy::Role::web_tier,
                                         policy::fingerprint_of(policy::as_bytes("web-1")), "127.0.0.1");
}
inline policy::Identity bank_staff() {
  return policy::Identity::authenticated("bank-1", policy::Role::bank_staff,
                                         policy::fingerprint_of(policy::as_bytes("bank-1")), "127.0.0.1");
}

inline api::Call call_by(const policy::Identity& who,
                         std::chrono::milliseconds time = std::chrono::seconds(20)) {
  return {who, "01TESTREQUEST0000000000000", "", std::chrono::steady_clock::now() + time};
}

inline api::Idempotency key_of(const std::string& key, const std::string& body) {
  return {key, "POST /v1/certificates", policy::sha256(policy::as_bytes(body))};
}

inline api::IssueRequest ask_for(const std::string& common_name, const std::string& profile = "client-auth") {
  return {profile, request(), std::vector<policy::NameAttribute>{{"CN", common_name}}};
}

inline api::ListFilter of_profile(const std::string& profile) {
  api::ListFilter filter;
  filter.profile = profile;
  return filter;
}
inline api::ListFilter of_status(const std::string& status) {
  api::ListFilter filter;
  filter.status = status;
  return filter;
}

// Of tests that call the service: the authority is set up, open, and its keys have made their canaries.
class AuthorityTest : public testing::Test {
 protected:
  void SetUp() override {
    fixture_.set_up();
    core_ = fixture_.open();
    service_ = std::make_unique<daemon::Service>(
        *core_, [] {}, [] {});
  }
  void TearDown() override {
    shim_.rules("");
    service_.reset();
    if (core_) core_->tokens.close();
  }

  // A client certificate.
  policy::Serial issue(const policy::Identity& who = web_tier()) {
    const auto outcome = service_->issue(call_by(who), ask_for("alice01"), std::nullopt);
    return std::get<api::IssuedCertificate>(outcome).record.serial;
  }

  Shim shim_;
  AuthorityFixture fixture_;
  std::unique_ptr<daemon::Core> core_;
  std::unique_ptr<daemon::Service> service_;
};

}  // namespace inkan::tests
