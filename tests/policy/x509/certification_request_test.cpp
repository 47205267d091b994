#include "policy/x509/certification_request.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

OrDenial<CertificationRequest> parse_file(const std::string& name) {
  const std::string content = test::read_file(test::vectors() / name);
  return name.ends_with(".pem") ? CertificationRequest::parse_text(content)
                                : CertificationRequest::parse(as_bytes(content));
}

std::string rule_of(const OrDenial<CertificationRequest>& request) {
  return denied(request) ? denied(request)->rule : "";
}

// As `openssl req -text` lists them. It writes IPv6 addresses in full, and URIs behind "URI:".
std::string openssl_spelling(const std::vector<GeneralName>& names) {
  std::string all;
  for (const auto& name : names) {
    if (!all.empty()) all += ", ";
    switch (name.kind) {
      case GeneralNameKind::dns:
        all += "DNS:" + name.value;
        break;
      case GeneralNameKind::email:
        all += "email:" + name.value;
        break;
      case GeneralNameKind::uri:
        all += "URI:" + name.value;
        break;
      case GeneralNameKind::other:
        all += "othername";
        break;
      case GeneralNameKind::ip: {
        std::array<std::uint8_t, 16> octets{};
        if (inet_pton(AF_INET6, name.value.c_str(), octets.data()) != 1) {
          all += "IP Address:" + name.value;
          break;
        }
        all += "IP Address";
        for (std::size_t i = 0; i < 16; i += 2) {
          char group[8];
          std::snprintf(group, sizeof group, ":%X", octets[i] << 8 | octets[i + 1]);
          all += group;
        }
      }
    }
  }
  return all;
}

// EXPECTED.tsv is what OpenSSL says of each file: tests/vectors/csr/ORIGIN.md.
TEST(CertificationRequest, OfEveryToolIsReadAsOpensslReadsIt) {
  std::size_t count = 0;
  for (const auto& row : test::read_table(test::vectors() / "csr/EXPECTED.tsv")) {
    ASSERT_EQ(row.size(), 4u);
    SCOPED_TRACE(row[0]);
    const auto parsed = parse_file("csr/" + row[0]);
    ASSERT_FALSE(denied(parsed)) << denied(parsed)->rule << ": " << denied(parsed)->detail;
    const auto& request = std::get<CertificationRequest>(parsed);
    EXPECT_EQ(request.public_key().spki_hash().hex(), row[1]);
    EXPECT_EQ(request.subject().text(), row[2]);
    EXPECT_EQ(openssl_spelling(request.subject_alt_names()), row[3]);
    EXPECT_EQ(request.sha256(), sha256(test::read_vector("csr/" + row[0])));
    ++count;
  }
  EXPECT_GE(count, 35u);
}

struct Refused {
  const char* file;
  const char* rule;
  const char* detail;  // a part of it
};

class RefusedRequest : public testing::TestWithParam<Refused> {};

TEST_P(RefusedRequest, IsRefusedByTheRuleItBreaks) {
  const auto parsed = parse_file(std::string("csr/refused-") + GetParam().file + ".der");
  ASSERT_TRUE(denied(parsed));
  EXPECT_EQ(denied(parsed)->rule, GetParam().rule);
  EXPECT_NE(denied(parsed)->detail.find(GetParam().detail), std::string::npos) << denied(parsed)->detail;
  EXPECT_FALSE(denied(parsed)->clause.empty());
  EXPECT_FALSE(denied(parsed)->mend.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, RefusedRequest,
    testing::Values(Refused{"sha1", "csr.signature-algorithm", "SHA-1"},
                    Refused{"ecdsa-sha1", "csr.signature-algorithm", "SHA-1"},
                    Refused{"pss-sha1", "csr.signature-algorithm", "SHA-1"},
                    Refused{"md5", "csr.signature-algorithm", "MD5"},
                    Refused{"secp256k1", "key.curve", "1.3.132.0.10"},
                    Refused{"explicit-parameters", "key.curve", "does not name its curve"},
                    Refused{"compressed-point", "key.point", "compressed"},
                    Refused{"go-rsa-pss", "csr.proof-of-possession", "does not verify"},
                    Refused{"ed448", "csr.signature-algorithm", "1.3.101.113"},
                    Refused{"different-names", "csr.parse", "two different subjectAltName"},
                    Refused{"two-extension-sets", "csr.parse", "too many after the requested extensions"},
                    Refused{"nul-in-name", "csr.parse", "control character"},
                    Refused{"nul-in-dns", "csr.parse", "not printable ASCII"},
                    Refused{"version-3", "csr.parse", "version 2"}),
    [](const auto& row) {
      std::string name = row.param.file;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(CertificationRequest, MustBeSignedByItsOwnKey) {
  // A bit in the subject: well formed still, but not what was signed.
  Bytes der = test::read_vector("csr/openssl-p256.der");
  const auto at =
      std::search(der.begin(), der.end(), as_bytes("user-0001").begin(), as_bytes("user-0001").end());
  ASSERT_NE(at, der.end());
  *(at + 8) = '2';
  EXPECT_EQ(rule_of(CertificationRequest::parse(der)), "csr.proof-of-possession");
}

TEST(CertificationRequest, TakesNoOctetMoreOrLess) {
  const Bytes der = test::read_vector("csr/go-p256.der");
  Bytes longer = der;
  longer.push_back(0);
  EXPECT_EQ(rule_of(CertificationRequest::parse(longer)), "csr.parse");
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_EQ(rule_of(CertificationRequest::parse(BytesView(der).first(size))), "csr.parse") << size;
}

TEST(CertificationRequest, MayBe64KibAndNoMore) {
  EXPECT_EQ(rule_of(CertificationRequest::parse(Bytes(CertificationRequest::k_max_size, 0x30))), "csr.parse");
  EXPECT_EQ(rule_of(CertificationRequest::parse(Bytes(CertificationRequest::k_max_size + 1, 0x30))),
            "csr.size");
  EXPECT_EQ(rule_of(CertificationRequest::parse_text(std::string(10 << 20, 'A'))), "csr.size");
}

TEST(CertificationRequest, IsTakenAsPemOrBase64) {
  const Bytes der = test::read_vector("csr/go-p256.der");
  const std::string base64 = to_base64(der);
  EXPECT_EQ(rule_of(CertificationRequest::parse_text(base64)), "");
  EXPECT_EQ(rule_of(CertificationRequest::parse_text(" " + base64.substr(0, 64) + "\r\n" + base64.substr(64) +
                                                     "\n")),
            "");
  EXPECT_EQ(rule_of(CertificationRequest::parse_text(pem_encode("CERTIFICATE REQUEST", der))), "");
  EXPECT_EQ(
      rule_of(CertificationRequest::parse_text("text before\n" + pem_encode("NEW CERTIFICATE REQUEST", der))),
      "");
  const std::string pem = pem_encode("CERTIFICATE REQUEST", der);
  for (const std::string& bad :
       {std::string(), std::string("hello"), base64 + "=", base64.substr(1), pem + pem,
        pem_encode("CERTIFICATE", der), pem_encode("PRIVATE KEY", der), pem.substr(0, 100)})
    EXPECT_EQ(rule_of(CertificationRequest::parse_text(bad)), "csr.parse") << bad.substr(0, 60);
}

TEST(CertificationRequest, NeverRepeatsAPrivateKeySentByMistake) {
  const auto parsed =
      CertificationRequest::parse_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  ASSERT_TRUE(denied(parsed));
  EXPECT_EQ(denied(parsed)->detail.find("c2VjcmV0"), std::string::npos);
  EXPECT_NE(denied(parsed)->detail.find("private key"), std::string::npos);
}

TEST(CertificationRequest, NeverRepeatsAChallengePassword) {
  // The password stands in the request: it is read past, and is in nothing that is kept.
  const auto parsed = parse_file("csr/openssl-challenge-password.der");
  ASSERT_FALSE(denied(parsed));
  EXPECT_EQ(std::get<CertificationRequest>(parsed).subject().attributes().size(), 1u);
  EXPECT_TRUE(std::get<CertificationRequest>(parsed).subject_alt_names().empty());
}

}  // namespace
}  // namespace inkan::policy
