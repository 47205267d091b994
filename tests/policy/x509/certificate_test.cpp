#include "policy/x509/certificate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "policy/types/error.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

Certificate certificate(const std::string& name) {
  return Certificate::parse(test::read_vector("certificate/" + name));
}

std::string refusal(const Bytes& der) {
  try {
    Certificate::parse(der);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_input);
    return error.what();
  }
  return "";
}

// EXPECTED.tsv is what OpenSSL says of each file: tests/vectors/certificate/ORIGIN.md.
TEST(Certificate, IsReadAsOpensslReadsIt) {
  std::size_t count = 0;
  for (const auto& row : test::read_table(test::vectors() / "certificate/EXPECTED.tsv")) {
    ASSERT_EQ(row.size(), 7u);
    SCOPED_TRACE(row[0]);
    const Certificate read = certificate(row[0]);
    EXPECT_EQ(read.serial().hex(), row[1]);
    EXPECT_EQ(read.issuer().text(), row[2]);
    EXPECT_EQ(read.subject().text(), row[3]);
    EXPECT_EQ(to_rfc3339(read.validity().not_before()), row[4]);
    EXPECT_EQ(to_rfc3339(read.validity().not_after()), row[5]);
    EXPECT_EQ(read.public_key().spki_hash().hex(), row[6]);
    ++count;
  }
  EXPECT_GE(count, 9u);
}

TEST(Certificate, VerifiesWithItsIssuersKeyOnly) {
  const std::pair<const char*, const char*> pairs[] = {
      {"leaf-of-p384.der", "root-p384.der"},      {"leaf-of-rsa.der", "root-rsa.der"},
      {"leaf-of-rsa-pss.der", "root-rsa.der"},    {"leaf-of-ed25519.der", "root-ed25519.der"},
      {"root-certtool.der", "root-certtool.der"}, {"root-rsa.der", "root-rsa.der"},
  };
  for (const auto& [leaf, root] : pairs) {
    EXPECT_TRUE(certificate(leaf).verify(certificate(root).public_key())) << leaf;
    EXPECT_FALSE(certificate(leaf).verify(certificate("leaf-of-p384.der").public_key())) << leaf;
  }
  // A good signature by SHA-1 is none.
  EXPECT_FALSE(certificate("refused-signature-sha1.der").verify(certificate("root-rsa.der").public_key()));
}

TEST(Certificate, DoesNotVerifyOnceAnOctetOfItChanged) {
  Bytes der = test::read_vector("certificate/leaf-of-p384.der");
  const auto at = std::search(der.begin(), der.end(), as_bytes("leaf").begin(), as_bytes("leaf").end());
  ASSERT_NE(at, der.end());
  *at = 'L';
  EXPECT_FALSE(Certificate::parse(der).verify(certificate("root-p384.der").public_key()));
}

TEST(Certificate, KeepsItsViewsWhenCopiedAndMoved) {
  auto first = std::make_unique<Certificate>(certificate("root-p384.der"));
  Certificate copy = *first;
  first.reset();
  const Certificate moved = std::move(copy);
  EXPECT_TRUE(moved.verify(moved.public_key()));
}

TEST(Certificate, GivesItsExtensionsByOid) {
  const Certificate root = certificate("root-p384.der");
  ASSERT_TRUE(root.find_extension("2.5.29.19"));
  EXPECT_TRUE(root.find_extension("2.5.29.19")->critical);
  EXPECT_EQ(to_hex(root.find_extension("2.5.29.19")->value), "30030101ff");  // CA:TRUE
  EXPECT_FALSE(root.find_extension("2.5.29.14")->critical);
  EXPECT_EQ(root.find_extension("2.5.29.17"), nullptr);
}

TEST(Certificate, RefusesWhatItIsNot) {
  EXPECT_NE(refusal(test::read_vector("certificate/refused-v1.der")).find("version"), std::string::npos);
  EXPECT_NE(refusal(test::read_vector("csr/go-p256.der")).find("not a certificate"), std::string::npos);
  EXPECT_NE(refusal({}), "");
  const Bytes der = test::read_vector("certificate/leaf-of-ed25519.der");
  Bytes longer = der;
  longer.push_back(0);
  EXPECT_NE(refusal(longer), "");
  for (std::size_t size = 0; size < der.size(); ++size)
    EXPECT_NE(refusal(to_bytes(BytesView(der).first(size))), "") << size;
}

TEST(Certificate, ReadsItsPem) {
  EXPECT_EQ(pem_decode_certificate(test::read_file(test::vectors() / "certificate/root-certtool.pem")),
            certificate("root-certtool.der").der());
  EXPECT_EQ(pem_encode("CERTIFICATE", certificate("root-certtool.der").der()),
            test::read_file(test::vectors() / "certificate/root-certtool.pem"));
}

}  // namespace
}  // namespace inkan::policy
