#include "policy/ocsp/ocsp_request.h"

#include <gtest/gtest.h>

#include "policy/der/writer.h"
#include "policy/x509/oids.h"
#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::TestChain;

// A request as the openssl command line makes it.
Bytes by_openssl(const std::vector<std::string>& more) {
  const test::TemporaryFolder folder;
  const auto& issuing = TestChain::one().issuing;
  const auto ca = folder.write("ca.pem", test::pem_of("CERTIFICATE", issuing.certificate));
  std::vector<std::string> command = {"openssl", "ocsp", "-reqout", (folder.path() / "request").string()};
  for (const auto& each : more) command.push_back(each == "CA" ? ca : each);
  const auto made = test::run(command);
  if (made.status != 0) throw std::runtime_error(made.output);
  std::ifstream file(folder.path() / "request", std::ios::binary);
  const std::string octets((std::istreambuf_iterator<char>(file)), {});
  return to_bytes(as_bytes(octets));
}

TEST(OcspRequest, IsReadAsOpensslMakesIt) {
  const auto& issuer = TestChain::one().issuing.issuer;
  const auto sha1 = IssuerId::of(CertIdHash::sha1, issuer.subject, issuer.public_key);
  const auto request = OcspRequest::parse(by_openssl({"-no_nonce", "-issuer", "CA", "-serial", "0x0102"}));
  ASSERT_TRUE(request);
  EXPECT_FALSE(request->nonce);
  EXPECT_EQ(request->ids, (std::vector<CertId>{{sha1, *Serial::parse("0102")}}));

  const auto sha256 = IssuerId::of(CertIdHash::sha256, issuer.subject, issuer.public_key);
  const auto other =
      OcspRequest::parse(by_openssl({"-sha256", "-issuer", "CA", "-serial", "0x0102", "-serial", "0x03"}));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->ids,
            (std::vector<CertId>{{sha256, *Serial::parse("0102")}, {sha256, *Serial::parse("03")}}));
  ASSERT_TRUE(other->nonce);
  EXPECT_EQ(other->nonce->size(), 16u);  // as OpenSSL 3.0 draws it
}

TEST(OcspRequest, WritesACertIdAsOpensslDoes) {
  const auto whole = by_openssl({"-no_nonce", "-issuer", "CA", "-serial", "0x0102"});
  const auto request = OcspRequest::parse(whole);
  ASSERT_TRUE(request);
  const auto id = request->ids[0].der();
  EXPECT_NE(std::search(whole.begin(), whole.end(), id.begin(), id.end()), whole.end());
}

Bytes cert_id(const char* hash, std::size_t size, const Bytes& serial) {
  return der::sequence({der::sequence({der::oid(hash)}), der::octet_string(Bytes(size, 1)),
                        der::octet_string(Bytes(size, 2)), der::tlv(der::k_integer, serial)});
}

Bytes request_of(const std::vector<Bytes>& ids, const Bytes& extensions = {}) {
  Bytes list;
  for (const auto& each : ids) {
    const auto one = der::sequence({each});
    list.insert(list.end(), one.begin(), one.end());
  }
  return der::sequence({der::sequence({der::tlv(der::k_sequence, list), extensions})});
}

Bytes with_nonce(const Bytes& value) {
  const auto extension = der::sequence({der::oid(oid::k_ocsp_nonce), der::octet_string(value)});
  return der::tlv(der::context_constructed(2), der::sequence({extension}));
}

TEST(OcspRequest, RefusesWhatItCannotAnswer) {
  const auto id = cert_id(oid::k_sha1, 20, {5});
  EXPECT_TRUE(OcspRequest::parse(request_of({id})));
  EXPECT_FALSE(OcspRequest::parse(request_of({})));
  EXPECT_TRUE(OcspRequest::parse(request_of(std::vector<Bytes>(OcspRequest::k_max_ids, id))));
  EXPECT_FALSE(OcspRequest::parse(request_of(std::vector<Bytes>(OcspRequest::k_max_ids + 1, id))));
  EXPECT_FALSE(OcspRequest::parse(request_of({cert_id("2.16.840.1.101.3.4.2.2", 48, {5})})));  // SHA-384
  EXPECT_FALSE(OcspRequest::parse(request_of({cert_id(oid::k_sha1, 19, {5})})));
  EXPECT_FALSE(OcspRequest::parse(request_of({cert_id(oid::k_sha1, 20, {0x80})})));  // negative
  EXPECT_FALSE(OcspRequest::parse(request_of({cert_id(oid::k_sha1, 20, {})})));
  EXPECT_FALSE(OcspRequest::parse(request_of({cert_id(oid::k_sha1, 20, Bytes(21, 1))})));
  EXPECT_FALSE(OcspRequest::parse({}));
  auto trailing = request_of({id});
  trailing.push_back(0);
  EXPECT_FALSE(OcspRequest::parse(trailing));
}

TEST(OcspRequest, TakesNoncesOfOneTo128Octets) {
  const auto id = cert_id(oid::k_sha1, 20, {5});
  for (const std::size_t size : {1u, 32u, 128u}) {
    const auto request = OcspRequest::parse(request_of({id}, with_nonce(der::octet_string(Bytes(size, 7)))));
    ASSERT_TRUE(request && request->nonce) << size;
    EXPECT_EQ(*request->nonce, Bytes(size, 7));
  }
  for (const std::size_t size : {0u, 129u})
    EXPECT_FALSE(OcspRequest::parse(request_of({id}, with_nonce(der::octet_string(Bytes(size, 7)))))) << size;
  EXPECT_FALSE(OcspRequest::parse(request_of({id}, with_nonce(Bytes(16, 7)))));  // not wrapped
}

TEST(OcspRequest, PassesOverExtensionsThatItDoesNotKnowUnlessTheyAreCritical) {
  const auto id = cert_id(oid::k_sha1, 20, {5});
  const auto extensions = [](bool critical) {
    const auto one =
        der::sequence({der::oid("1.3.6.1.5.5.7.48.1.4"), critical ? der::boolean_true() : Bytes{},
                       der::octet_string(Bytes{5, 0})});
    return der::tlv(der::context_constructed(2), der::sequence({one}));
  };
  EXPECT_TRUE(OcspRequest::parse(request_of({id}, extensions(false))));
  EXPECT_FALSE(OcspRequest::parse(request_of({id}, extensions(true))));
}

}  // namespace
}  // namespace inkan::policy
