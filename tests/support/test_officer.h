// A security officer with a key of his own, made and used by the openssl command line.
#pragma once

#include <iterator>

#include "policy/types/digest.h"
#include "policy/types/identity.h"
#include "tests/support/outside.h"

namespace inkan::test {

class TestOfficer {
 public:
  explicit TestOfficer(std::string id) : id_(std::move(id)) {
    must({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
          "-subj", "/CN=" + id_, "-keyout", at("key"), "-out", at("certificate")});
    must({"sh", "-c",
          "openssl x509 -in " + at("certificate") +
              " -noout -pubkey | openssl pkey -pubin -outform DER -out " + at("spki")});
  }

  policy::Identity identity() const {
    return policy::Identity::authenticated(id_, policy::Role::security_officer,
                                           policy::fingerprint_of(policy::as_bytes(id_)), "127.0.0.1");
  }
  policy::SpkiHash key() const { return policy::spki_hash_of(read("spki")); }
  std::string certificate_file() const { return at("certificate"); }
  std::string request() const {  // PKCS#10, PEM
    must({"openssl", "req", "-new", "-key", at("key"), "-subj", "/CN=" + id_, "-out", at("request")});
    return std::string(policy::as_text(read("request")));
  }
  const std::string& id() const { return id_; }
  // Detached CMS, as packaging/doc/officer.md has it.
  policy::Bytes sign(const std::string& document) const {
    must({"openssl", "cms", "-sign", "-binary", "-in", folder_.write("document", document), "-signer",
          at("certificate"), "-inkey", at("key"), "-outform", "DER", "-out", at("vote")});
    return read("vote");
  }

 private:
  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  static void must(const std::vector<std::string>& command) {
    if (const auto done = run(command); done.status != 0) throw std::runtime_error(done.output);
  }
  policy::Bytes read(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  std::string id_;
  TemporaryFolder folder_;
};

}  // namespace inkan::test
