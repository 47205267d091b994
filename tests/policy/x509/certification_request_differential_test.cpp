#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>

#include "policy/x509/certification_request.h"
#include "policy/x509/openssl.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

// OpenSSL's answer: the key's DER if the request parses to its last octet and its signature verifies, else
// nothing.
std::optional<Bytes> openssl_accepts(BytesView der) {
  const unsigned char* at = der.data();
  const X509ReqPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  std::optional<Bytes> key;
  if (request && at == der.data() + der.size()) {
    EVP_PKEY* const public_key = X509_REQ_get0_pubkey(request.get());  // borrowed
    if (public_key && X509_REQ_verify(request.get(), public_key) == 1) {
      unsigned char* octets = nullptr;
      const int size = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request.get()), &octets);
      key.emplace(octets, octets + size);
      OPENSSL_free(octets);
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
    {"csr.parse", "which PKCS#10 does not have"},  // version other than 0: OpenSSL 3.0 does not look
    {"csr.parse", "control character"},            // in a name
    {"csr.parse", "not printable ASCII"},          // in an alternative name
    {"csr.parse", "two different subjectAltName"},
    {"csr.parse", "requested extensions"},  // OpenSSL reads extensions only when asked for them
    {"csr.parse", "extension"},
    {"csr.parse", "GeneralName"},
    {"csr.parse", "alternative name"},
    {"csr.parse", "iPAddress"},
    {"csr.parse", "critical: a BOOLEAN"},
    {"csr.parse", "an attribute without a value"},
    {"csr.parse", "no character string"},
    {"csr.parse", "outside its string type"},
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

}  // namespace
}  // namespace inkan::policy
