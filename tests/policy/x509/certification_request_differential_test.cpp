#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <utility>

#include "policy/der/reader.h"
#include "policy/x509/certification_request.h"
#include "policy/x509/openssl.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

struct ExtensionsFree {
  void operator()(STACK_OF(X509_EXTENSION) * all) const {
    ASN1_item_free(reinterpret_cast<ASN1_VALUE*>(all), ASN1_ITEM_rptr(X509_EXTENSIONS));
  }
};

// OpenSSL reads requested extensions only when it is asked for them: so ask, and for the alternative names in
// them.
bool openssl_reads_extensions(X509_REQ* request) {
  if (X509_REQ_get_attr_by_NID(request, NID_ext_req, -1) < 0 &&
      X509_REQ_get_attr_by_NID(request, NID_ms_ext_req, -1) < 0)
    return true;
  const std::unique_ptr<STACK_OF(X509_EXTENSION), ExtensionsFree> all(X509_REQ_get_extensions(request));
  if (!all) return false;
  int critical = 0;
  const GeneralNamesPtr names(
      static_cast<GENERAL_NAMES*>(X509V3_get_d2i(all.get(), NID_subject_alt_name, &critical, nullptr)));
  return names || critical == -1;  // -1: there is none
}

// The key's DER if the request parses to its last octet and its signature verifies, else nothing.
std::optional<Bytes> openssl_accepts(BytesView der) {
  const unsigned char* at = der.data();
  const X509ReqPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  std::optional<Bytes> key;
  if (request && at == der.data() + der.size() && openssl_reads_extensions(request.get())) {
    EVP_PKEY* const public_key = X509_REQ_get0_pubkey(request.get());  // borrowed
    if (public_key && X509_REQ_verify(request.get(), public_key) == 1) {
      const X509_PUBKEY* const spki = X509_REQ_get_X509_PUBKEY(request.get());  // borrowed
      key.emplace(static_cast<std::size_t>(i2d_X509_PUBKEY(spki, nullptr)));
      unsigned char* out = key->data();
      i2d_X509_PUBKEY(spki, &out);
    }
  }
  ERR_clear_error();
  return key;
}

// Every reason for which we refuse what OpenSSL accepts; a refusal for any other is a fault of ours. The text
// is a part of the denial's detail.
struct Reason {
  const char* rule;
  const char* detail;
};
const Reason k_stricter[] = {
    {"csr.signature-algorithm", ""},               // SHA-1, MD5: BR §7.1.3.2
    {"key.curve", ""},                             // curves beside P-256, P-384, P-521; explicit parameters
    {"key.algorithm", ""},                         // DSA, Ed448, …
    {"key.point", "compressed"},                   // not certified
    {"csr.parse", "which PKCS#10 does not have"},  // a version other than 0: OpenSSL 3.0 does not look
    {"csr.parse", "control character"},            // in a name
    {"csr.parse", "not printable ASCII"},          // in an alternative name
    {"csr.parse", "outside its string type"},      // octets above 127 in PrintableString or IA5String
    {"csr.parse", "no character string"},    // a name of BIT STRING, SEQUENCE or such: RFC 5280 §4.1.2.4
    {"csr.parse", "without a value"},        // an empty name attribute
    {"csr.parse", "a BOOLEAN is 00 or FF"},  // X.690 §11.1
    {"csr.parse", "found tag 0x10"},         // a SEQUENCE or SET without its constructed bit
    {"csr.parse", "found tag 0x11"},
    {"csr.parse", "two different subjectAltName"},
    {"csr.parse", "after the requested extensions"},
};

bool is_listed(const Denial& denial) {
  for (const auto& reason : k_stricter)
    if (denial.rule == reason.rule && denial.detail.find(reason.detail) != std::string::npos) return true;
  return false;
}

void compare(BytesView der, std::map<std::string, int>& tally) {
  const auto ours = CertificationRequest::parse(der);
  const auto theirs = openssl_accepts(der);
  if (const auto* denial = denied(ours)) {
    ++tally[theirs ? "ours alone refuses" : "both refuse"];
    EXPECT_TRUE(!theirs || is_listed(*denial)) << denial->rule << ": " << denial->detail << "\n"
                                               << to_hex(der);
    return;
  }
  ++tally["both accept"];
  ASSERT_TRUE(theirs) << "accepted by us, refused by OpenSSL:\n" << to_hex(der);
  EXPECT_EQ(std::get<CertificationRequest>(ours).public_key().spki(), *theirs);
}

TEST(CertificationRequestDifferential, AgreesWithOpensslOnEveryVector) {
  std::map<std::string, int> tally;
  for (const auto& name : test::vector_names("csr")) {
    SCOPED_TRACE(name);
    compare(test::read_vector(name), tally);
  }
  EXPECT_GE(tally["both accept"], 35);
  EXPECT_GE(tally["ours alone refuses"], 8);
}

// One to three octets changed, removed, inserted or copied over, at places drawn from a fixed seed.
Bytes mutated(Bytes der, std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (std::size_t changes = 1 + below(3); changes && der.size() > 4; --changes) {
    const auto at = der.begin() + static_cast<std::ptrdiff_t>(below(der.size()));
    switch (below(5)) {
      case 0:
        *at = static_cast<std::uint8_t>(below(256));
        break;
      case 1:
        *at = static_cast<std::uint8_t>(*at ^ (1u << below(8)));
        break;
      case 2:
        der.erase(at);
        break;
      case 3:
        der.insert(at, static_cast<std::uint8_t>(below(256)));
        break;
      default:
        *at = der[below(der.size())];
    }
  }
  return der;
}

// A mutated request rarely verifies; the tail of an ECDSA signature, though, has spellings that a lax reader
// takes.
TEST(CertificationRequestDifferential, AgreesWithOpensslOnMutations) {
  std::mt19937 random(20260722);
  std::map<std::string, int> tally;
  for (const auto& name : test::vector_names("csr")) {
    SCOPED_TRACE(name);
    const Bytes der = test::read_vector(name);
    for (int i = 0; i < 100; ++i) compare(mutated(der, random), tally);
  }
  EXPECT_GE(tally["both refuse"], 4000);
}

// A key pair of the test's own, so that mutations are truly signed and the parsers alone decide.
class Signer {
 public:
  Signer() : key_(EVP_EC_gen("P-256")) {
    spki_.resize(static_cast<std::size_t>(i2d_PUBKEY(key_.get(), nullptr)));
    unsigned char* out = spki_.data();
    i2d_PUBKEY(key_.get(), &out);
  }
  const Bytes& spki() const { return spki_; }

  Bytes request(const Bytes& info) const {
    const EvpMdCtxPtr context(EVP_MD_CTX_new());
    Bytes signature(80);
    std::size_t size = signature.size();
    EXPECT_EQ(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()), 1);
    EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, info.data(), info.size()), 1);
    signature.resize(size);
    return der::sequence(
        {info, algorithm_identifier(SignatureAlgorithm::ecdsa_sha256), der::bit_string(signature)});
  }

 private:
  EvpPkeyPtr key_;
  Bytes spki_;
};

// The subject and attributes of a vector, in the order of certificationRequestInfo.
std::pair<Bytes, Bytes> subject_and_attributes(const Bytes& request) {
  der::Reader outer(request);
  der::Reader parts = outer.sequence("request");
  der::Reader info = parts.sequence("info");
  info.any();
  Bytes subject = to_bytes(info.any().whole);
  info.any();
  return {std::move(subject), info.at_end() ? Bytes{} : to_bytes(info.any().whole)};
}

TEST(CertificationRequestDifferential, AgreesWithOpensslOnSignedMutations) {
  const Signer signer;
  std::mt19937 random(20260723);
  std::map<std::string, int> tally;
  for (const auto& name : test::vector_names("csr")) {
    // OpenSSL reads the first of two extension attributes, we read both.
    if (name == "csr/refused-different-names.der" || name == "csr/shape-both-extensions.der") continue;
    SCOPED_TRACE(name);
    const auto [subject, attributes] = subject_and_attributes(test::read_vector(name));
    for (int i = 0; i < 60; ++i) {
      const bool of_subject = i % 2 || attributes.size() < 8;
      const Bytes info =
          der::sequence({der::integer(0), of_subject ? mutated(subject, random) : subject, signer.spki(),
                         of_subject ? attributes : mutated(attributes, random)});
      compare(signer.request(info), tally);
    }
  }
  // Enough of each kind that agreement means something.
  EXPECT_GE(tally["both accept"], 300);
  EXPECT_GE(tally["both refuse"], 300);
  EXPECT_GE(tally["ours alone refuses"], 50);
}

}  // namespace
}  // namespace inkan::policy
