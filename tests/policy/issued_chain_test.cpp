// What each built-in profile makes, judged by programs that nobody here wrote.
#include <sstream>

#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::TestAuthority;
using test::TestChain;
using test::Verdict;

struct Wanted {
  const char* profile;
  const char* purpose;     // openssl verify -purpose
  const char* gnutls;      // certtool --verify-purpose, or ""
  const char* extensions;  // by openssl x509 -text: what the profile says, and nothing else
};

// {ski}, {aki}: key identifiers in the form that OpenSSL prints; {url}: of the issuing authority.
constexpr const char* k_issued =
    "X509v3 CRL Distribution Points: \n    Full Name:\n      URI:http://pki.example.test/{id}.crl\n"
    "Authority Information Access: \n    CA Issuers - URI:http://pki.example.test/{id}.cer\n";

const Wanted k_wanted[] = {
    {"client-auth", "sslclient", "1.3.6.1.5.5.7.3.2",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:FALSE\nX509v3 Key Usage: critical\n    Digital Signature\n"
     "X509v3 Extended Key Usage: \n    TLS Web Client Authentication\n"
     "X509v3 Subject Alternative Name: \n    email:user@example.test\n{issued}"},
    {"server-auth", "sslserver", "1.3.6.1.5.5.7.3.1",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:FALSE\nX509v3 Key Usage: critical\n    Digital Signature\n"
     "X509v3 Extended Key Usage: \n    TLS Web Server Authentication\n"
     "X509v3 Subject Alternative Name: \n    DNS:a.example.test, IP Address:192.0.2.1, IP "
     "Address:2001:DB8:0:0:0:0:0:1\n"
     "{issued}"},
    {"tls-server", "sslserver", "1.3.6.1.5.5.7.3.1",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:FALSE\nX509v3 Key Usage: critical\n    Digital Signature\n"
     "X509v3 Extended Key Usage: \n    TLS Web Server Authentication\n"
     "X509v3 Subject Alternative Name: \n    DNS:a.example.test, IP Address:192.0.2.1, IP "
     "Address:2001:DB8:0:0:0:0:0:1\n"
     "{issued}"},
    {"operator", "sslclient", "1.3.6.1.5.5.7.3.2",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:FALSE\nX509v3 Key Usage: critical\n    Digital Signature\n"
     "X509v3 Extended Key Usage: \n    TLS Web Client Authentication\n{issued}"},
    {"ocsp-responder", "ocsphelper", "1.3.6.1.5.5.7.3.9",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:FALSE\nX509v3 Key Usage: critical\n    Digital Signature\n"
     "X509v3 Extended Key Usage: \n    OCSP Signing\n{issued}OCSP No Check: \n\n"},
    {"issuing-ca", "crlsign", "",
     "X509v3 Authority Key Identifier: \n    {aki}\nX509v3 Subject Key Identifier: \n    {ski}\n"
     "X509v3 Basic Constraints: critical\n    CA:TRUE, pathlen:0\n"
     "X509v3 Key Usage: critical\n    Certificate Sign, CRL Sign\n{issued}"},
    {"root-ca", "crlsign", "",
     "X509v3 Subject Key Identifier: \n    {ski}\nX509v3 Basic Constraints: critical\n    CA:TRUE\n"
     "X509v3 Key Usage: critical\n    Certificate Sign, CRL Sign\n"},
};

struct Issued {
  Bytes leaf;
  std::vector<Bytes> between;  // from its issuer up to, without, the root
  Bytes root;
  std::string issuer_id;
  TestAuthority issuer;
};

Issued issue(const TestAuthority& root, const TestAuthority& issuing, const std::string& profile,
             const test::TestKey& key) {
  if (profile == "root-ca") return {root.certificate, {}, root.certificate, "root", root};
  if (profile == "issuing-ca") return {issuing.certificate, {}, root.certificate, "root", root};
  std::vector<GeneralName> names;
  if (profile == "client-auth") names = {{GeneralNameKind::email, "user@example.test"}};
  if (profile.find("server") != std::string::npos)
    names = {{GeneralNameKind::dns, "a.example.test"},
             {GeneralNameKind::ip, "192.0.2.1"},
             {GeneralNameKind::ip, "2001:db8::1"}};
  const auto subject = test::name_of({{"O", "例示銀行"}, {"CN", "a.example.test"}});
  return {issuing.issue(profile, key, subject, names, test::today()),
          {issuing.certificate},
          root.certificate,
          "issuing",
          issuing};
}

// RFC 7093 §2 method 1, by OpenSSL's own reading of the certificate, in the form of its -text.
std::string key_identifier(const Bytes& der) {
  const unsigned char* at = der.data();
  const X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  const ASN1_BIT_STRING* const key = X509_get0_pubkey_bitstr(certificate.get());  // borrowed
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(ASN1_STRING_get0_data(key), static_cast<std::size_t>(ASN1_STRING_length(key)), hash.data(),
             &size, EVP_sha256(), nullptr);
  std::string text;
  for (int i = 0; i < 20; ++i) {
    char octet[4];
    std::snprintf(octet, sizeof octet, "%s%02X", i ? ":" : "", hash[static_cast<std::size_t>(i)]);
    text += octet;
  }
  return text;
}

std::string with(std::string text, const std::string& key, const std::string& value) {
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at + value.size()))
    text.replace(at, key.size(), value);
  return text;
}

// The extensions' lines of openssl x509 -text, without the indentation that all of them share.
std::string extensions_of(const std::string& file) {
  const auto text = test::run({"openssl", "x509", "-in", file, "-noout", "-text", "-certopt",
                               "no_header,no_version,no_serial,no_signame,no_validity,no_subject,no_issuer,"
                               "no_pubkey,no_sigdump,no_aux"});
  EXPECT_EQ(text.status, 0) << text.output;
  std::string lines;
  std::istringstream in(text.output);
  for (std::string line; std::getline(in, line);)
    if (line.find("X509v3 extensions:") == std::string::npos)
      lines += (line.size() > 12 ? line.substr(12) : "") + "\n";
  return lines;
}

struct Chain {
  test::TemporaryFolder folder;
  std::string leaf, between, root, whole;

  explicit Chain(const Issued& issued) {
    const auto pem = [](const Bytes& der) { return test::pem_of("CERTIFICATE", der); };
    std::string above;
    for (const auto& each : issued.between) above += pem(each);
    leaf = folder.write("leaf.pem", pem(issued.leaf));
    between = folder.write("between.pem", above);
    root = folder.write("root.pem", pem(issued.root));
    whole = folder.write("whole.pem", pem(issued.leaf) + above);
  }
  Verdict openssl(const std::string& purpose) const {
    std::vector<std::string> command = {"openssl",  "verify", "-x509_strict", "-check_ss_sig",
                                        "-purpose", purpose,  "-CAfile",      root};
    if (std::filesystem::file_size(between) > 0) command.insert(command.end(), {"-untrusted", between});
    command.push_back(leaf);
    return test::run(command);
  }
};

TEST(IssuedChain, ShowsInOpensslExactlyWhatTheProfileSays) {
  const auto& chain = TestChain::of_today();
  for (const auto& wanted : k_wanted) {
    SCOPED_TRACE(wanted.profile);
    const auto issued = issue(chain.root, chain.issuing, wanted.profile, chain.subject_key);
    const Chain files(issued);
    std::string expected = with(wanted.extensions, "{issued}", k_issued);
    expected = with(expected, "{id}", issued.issuer_id);
    expected = with(expected, "{ski}", key_identifier(issued.leaf));
    expected = with(expected, "{aki}", key_identifier(issued.issuer.certificate));
    EXPECT_EQ(extensions_of(files.leaf), expected);
  }
}

TEST(IssuedChain, IsVerifiedByOpensslStrictlyForItsPurposeAndNoOther) {
  const auto& chain = TestChain::of_today();
  for (const auto& wanted : k_wanted) {
    SCOPED_TRACE(wanted.profile);
    const Chain files(issue(chain.root, chain.issuing, wanted.profile, chain.subject_key));
    const auto verdict = files.openssl(wanted.purpose);
    EXPECT_EQ(verdict.status, 0) << verdict.output;
    for (const std::string purpose : {"sslclient", "sslserver", "smimesign", "timestampsign"}) {
      if (purpose == wanted.purpose || std::string(wanted.purpose) == "crlsign") continue;
      EXPECT_NE(files.openssl(purpose).status, 0) << purpose;
    }
  }
}

TEST(IssuedChain, IsVerifiedByGnutls) {
  if (!test::is_installed("certtool")) GTEST_SKIP() << "no certtool (package gnutls-bin)";
  const auto& chain = TestChain::of_today();
  for (const auto& wanted : k_wanted) {
    SCOPED_TRACE(wanted.profile);
    const Chain files(issue(chain.root, chain.issuing, wanted.profile, chain.subject_key));
    const auto info = test::run({"certtool", "--certificate-info", "--infile", files.leaf});
    EXPECT_EQ(info.status, 0) << info.output;
    EXPECT_EQ(info.output.find("warning"), std::string::npos) << info.output;
    EXPECT_EQ(info.output.find("unknown"), std::string::npos) << info.output;
    std::vector<std::string> command = {"certtool", "--verify", "--load-ca-certificate",
                                        files.root, "--infile", files.whole};
    if (*wanted.gnutls) command.insert(command.end(), {"--verify-purpose", wanted.gnutls});
    const auto verdict = test::run(command);
    EXPECT_EQ(verdict.status, 0) << verdict.output;
    EXPECT_NE(verdict.output.find("Chain verification output: Verified."), std::string::npos)
        << verdict.output;
  }
}

// Each kind of key signs and is certified.
TEST(IssuedChain, IsVerifiedWithEveryKindOfKey) {
  using enum KeyAlgorithm;
  const std::array<std::array<KeyAlgorithm, 3>, 5> rows = {{{rsa, rsa, rsa},
                                                            {ec_p521, ec_p384, ec_p521},
                                                            {ed25519, ed25519, ed25519},
                                                            {ec_p384, rsa, ec_p384},
                                                            {ec_p256, ed25519, rsa}}};
  for (const auto& [root_key, issuing_key, leaf_key] : rows) {
    SCOPED_TRACE(std::string(name(root_key)) + ", " + std::string(name(issuing_key)));
    const auto root = TestAuthority::root(root_key, test::today());
    const auto issuing = root.under(issuing_key, test::today());
    const Chain files(issue(root, issuing, "client-auth", test::make_key(leaf_key)));
    const auto verdict = files.openssl("sslclient");
    EXPECT_EQ(verdict.status, 0) << verdict.output;
    if (!test::is_installed("certtool")) continue;
    const auto gnutls =
        test::run({"certtool", "--verify", "--load-ca-certificate", files.root, "--infile", files.whole});
    EXPECT_EQ(gnutls.status, 0) << gnutls.output;
  }
}

// RFC 4055 §3.1: what an HSM that offers only PSS would make.
TEST(IssuedChain, IsVerifiedWithPss) {
  for (const auto algorithm : {SignatureAlgorithm::rsa_pss_sha256, SignatureAlgorithm::rsa_pss_sha384,
                               SignatureAlgorithm::rsa_pss_sha512}) {
    const auto key = test::make_key(KeyAlgorithm::rsa);
    const auto subject = test::name_of({{"CN", "Example PSS Root"}});
    TestAuthority root{
        key,
        test::make_issuer("root", key, subject, test::built_in("root-ca").validity.validity(test::today())),
        {}};
    root.issuer.signature_algorithm = algorithm;
    root.certificate = root.issue("root-ca", key, subject, {}, test::today());
    const Chain files(issue(root, root.under(KeyAlgorithm::ec_p256, test::today()), "client-auth",
                            TestChain::of_today().subject_key));
    const auto verdict = files.openssl("sslclient");
    EXPECT_EQ(verdict.status, 0) << name(algorithm) << verdict.output;
  }
}

// Go's parser refuses what others let pass: negative serials, names with odd characters, trailing octets.
constexpr const char* k_go_judge = R"go(package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

func read(path string) []*x509.Certificate {
	rest, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	var all []*x509.Certificate
	for block, rest := pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			fmt.Println("parse", path, err)
			os.Exit(1)
		}
		if len(certificate.UnhandledCriticalExtensions) > 0 {
			fmt.Println("unhandled critical extensions in", path)
			os.Exit(1)
		}
		all = append(all, certificate)
	}
	return all
}

func main() {
	for _, folder := range os.Args[1:] {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(read(folder + "/root.pem")[0])
		for _, each := range read(folder + "/between.pem") {
			between.AddCert(each)
		}
		options := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: time.Now(),
			KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}
		if _, err := read(folder + "/leaf.pem")[0].Verify(options); err != nil {
			fmt.Println("verify", folder, err)
			os.Exit(1)
		}
		fmt.Println("good")
	}
}
)go";

TEST(IssuedChain, IsParsedAndVerifiedByGo) {
  if (!test::is_installed("go")) GTEST_SKIP() << "no Go (package golang-go)";
  const test::TemporaryFolder folder;
  const auto source = folder.write("judge.go", k_go_judge);
  std::vector<std::unique_ptr<Chain>> chains;
  std::vector<std::string> command = {"env",
                                      "GO111MODULE=off",
                                      "GOFLAGS=",
                                      "GOPATH=" + folder.path().string(),
                                      "GOCACHE=" + (folder.path() / "cache").string(),
                                      "go",
                                      "run",
                                      source};
  const auto& chain = TestChain::of_today();
  std::string good;
  for (const auto& wanted : k_wanted) {
    chains.push_back(
        std::make_unique<Chain>(issue(chain.root, chain.issuing, wanted.profile, chain.subject_key)));
    command.push_back(chains.back()->folder.path().string());
    good += "good\n";
  }
  const auto verdict = test::run(command);
  EXPECT_EQ(verdict.status, 0) << verdict.output;
  EXPECT_EQ(verdict.output, good);
}

}  // namespace
}  // namespace inkan::policy
