// A certificate authority outside, made and run by the openssl command line.
#pragma once

#include <iterator>
#include <memory>

#include "policy/dual_control/act.h"
#include "tests/support/outside.h"

namespace inkan::test {

class OutsideRoot {
 public:
  // `constraint`: more of basicConstraints, such as "pathlen:0".
  explicit OutsideRoot(const std::string& constraint = "") {
    const std::string constraints =
        "basicConstraints=critical,CA:TRUE" + (constraint.empty() ? "" : "," + constraint);
    folder_.write("config",
                  "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nO=Outside\nCN=Outside "
                  "Root\n[ext]\n" +
                      constraints + "\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n");
    must({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-noenc",
          "-days", "3650", "-config", at("config"), "-keyout", at("root.key"), "-out", at("root.pem")});
  }

  // Extensions of an authority that issues to end entities.
  static constexpr const char* k_good =
      "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n"
      "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

  // Signs a PKCS#10 request in DER. Valid from the start of 2026, unless `more`, further arguments of
  // `openssl ca`, says so. Returns DER.
  policy::Bytes sign(const policy::Bytes& request, const std::string& extensions = k_good,
                     const std::vector<std::string>& more = {}) const {
    folder_.write("request.der", policy::BytesView(request));
    folder_.write("extensions", extensions);
    folder_.write("index.txt", std::string_view());
    folder_.write(
        "ca.cnf",
        "[ca]\ndefault_ca=it\n[it]\ndatabase=" + at("index.txt") +
            "\nnew_certs_dir=" + folder_.path().string() +
            "\nrand_serial=yes\nunique_subject=no\ndefault_md=sha256\ndefault_days=1825\npolicy=names\n"
            "[names]\ncountryName=optional\norganizationName=optional\ncommonName=supplied\n");
    std::vector<std::string> command = {
        "openssl",        "ca",           "-batch",   "-notext",      "-config",
        at("ca.cnf"),     "-inform",      "DER",      "-in",          at("request.der"),
        "-cert",          at("root.pem"), "-keyfile", at("root.key"), "-extfile",
        at("extensions"), "-preserveDN",  "-out",     at("made.pem")};
    if (more.empty()) command.insert(command.end(), {"-startdate", "20260101000000Z"});
    command.insert(command.end(), more.begin(), more.end());
    must(command);
    must({"openssl", "x509", "-in", at("made.pem"), "-outform", "DER", "-out", at("made.der")});
    return read("made.der");
  }
  policy::Bytes certificate() const {
    must({"openssl", "x509", "-in", at("root.pem"), "-outform", "DER", "-out", at("root.der")});
    return read("root.der");
  }
  policy::Bytes chain() const {
    auto all = certificate();
    all.insert(all.end(), above_.begin(), above_.end());
    return all;
  }
  // What an officer asks for with it.
  policy::ActParameters answer(const std::string& authority, const policy::Bytes& request) const {
    return {{"authority", authority},
            {"certificate", policy::to_base64(sign(request))},
            {"chain", policy::to_base64(chain())}};
  }
  // An authority of this root's, which signs instead of it.
  std::unique_ptr<OutsideRoot> between() const {
    std::unique_ptr<OutsideRoot> made_below(new OutsideRoot(Empty()));
    OutsideRoot& below = *made_below;
    must({"openssl", "req", "-new", "-newkey", "rsa:3072", "-noenc", "-subj", "/O=Outside/CN=Outside Between",
          "-outform", "DER", "-keyout", below.at("root.key"), "-out", below.at("between.csr")});
    const auto made =
        sign(below.read("between.csr"),
             "basicConstraints=critical,CA:TRUE,pathlen:1\nkeyUsage=critical,keyCertSign,cRLSign\n"
             "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
    below.folder_.write("made.der", policy::BytesView(made));
    must({"openssl", "x509", "-inform", "DER", "-in", below.at("made.der"), "-out", below.at("root.pem")});
    below.above_ = certificate();
    return made_below;
  }
  std::string pem() const { return at("root.pem"); }
  std::string key() const { return at("root.key"); }

 private:
  struct Empty {};
  explicit OutsideRoot(Empty) {}

  std::string at(const std::string& name) const { return (folder_.path() / name).string(); }
  static void must(const std::vector<std::string>& command) {
    if (const auto done = run(command); done.status != 0) throw std::runtime_error(done.output);
  }
  policy::Bytes read(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  TemporaryFolder folder_;
  policy::Bytes above_;
};

}  // namespace inkan::test
