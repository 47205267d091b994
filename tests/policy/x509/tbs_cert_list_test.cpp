#include "policy/x509/tbs_cert_list.h"

#include <openssl/x509v3.h>

#include <algorithm>

#include "policy/lint/publication.h"
#include "tests/support/outside.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::TestAuthority;
using test::utc;

struct List : TbsCertList::Fields {
  std::vector<RevokedEntry> entries;

  TbsCertList write() const {
    CertListWriter writer(*this);
    for (const auto& entry : entries) writer.append(entry);
    return std::move(writer).finish();
  }
};

List fields_of(const TestAuthority& authority, CrlNumber number = 7) {
  return {{authority.issuer.subject, utc(2026, 11, 23, 3, 30), utc(2026, 11, 30, 3, 30), number,
           authority.issuer.public_key.key_identifier(), authority.issuer.key,
           authority.issuer.signature_algorithm},
          {}};
}

// An entry for each reason, the serial ending in its code.
List with_every_reason(const TestAuthority& authority) {
  auto fields = fields_of(authority);
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 9, 10})
    fields.entries.push_back({*Serial::parse("0a0000000000000000000000000000000000" +
                                             to_hex(Bytes{static_cast<std::uint8_t>(code)})),
                              utc(2026, 11, 22, 10, 0, code), *revocation_reason(code), std::nullopt});
  fields.entries[1].invalidity_date = utc(2026, 1, 2, 3, 4, 5);
  return fields;
}

Bytes approve_and_sign(const TestAuthority& authority, const List& fields) {
  const CrlNumber before = fields.number - 1;
  const auto decision = test::engine().decide(fields.write(), authority.issuer, before);
  if (const auto* denial = denied(decision)) throw std::runtime_error(denial->rule + ": " + denial->detail);
  return test::signed_by(authority.key, std::get<Approved<TbsCertList>>(decision).tbs());
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

struct Files {
  test::TemporaryFolder folder;
  Bytes octets;
  std::string ca, crl, crl_pem;

  Files(const TestAuthority& authority, const Bytes& list)
      : octets(list),
        ca(folder.write("ca.pem", test::pem_of("CERTIFICATE", authority.certificate))),
        crl(folder.write("list.crl", list)),
        crl_pem(folder.write("list.pem", test::pem_of("X509 CRL", list))) {}
};

TEST(CertList, OpensslVerifiesItAndReadsEveryReason) {
  const auto& authority = test::TestChain::one().issuing;
  const Files files(authority, approve_and_sign(authority, with_every_reason(authority)));
  const auto verified = test::run(
      {"openssl", "crl", "-inform", "DER", "-in", files.crl, "-noout", "-verify", "-CAfile", files.ca});
  EXPECT_EQ(verified.status, 0) << verified.output;
  EXPECT_NE(verified.output.find("verify OK"), std::string::npos) << verified.output;
  const auto text =
      test::run({"openssl", "crl", "-inform", "DER", "-in", files.crl, "-noout", "-text"}).output;
  for (const char* line :
       {"Version 2 (0x1)", "Last Update: Nov 23 03:30:00 2026 GMT", "Next Update: Nov 30 03:30:00 2026 GMT",
        "X509v3 CRL Number: \n                7\n", "Key Compromise", "CA Compromise", "Affiliation Changed",
        "Superseded", "Cessation Of Operation", "Certificate Hold", "Privilege Withdrawn", "AA Compromise",
        "Invalidity Date: \n                Jan  2 03:04:05 2026 GMT",
        "Revocation Date: Nov 22 10:00:09 2026 GMT"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  EXPECT_EQ(count(text, "Serial Number:"), 9u);
  EXPECT_EQ(count(text, "X509v3 CRL Reason Code:"), 8u);  // RFC 5280 §5.3.1: unspecified is left out
  EXPECT_EQ(count(text, "Unspecified"), 0u);
  EXPECT_EQ(count(text, "critical"), 0u);
}

TEST(CertList, GnutlsVerifiesAndReadsIt) {
  if (!test::is_installed("certtool")) GTEST_SKIP() << "no certtool (package gnutls-bin)";
  const auto& authority = test::TestChain::of_today().issuing;
  auto fields = with_every_reason(authority);
  fields.this_update = test::today();
  fields.next_update = test::today() + std::chrono::days(7);
  const Files files(authority, approve_and_sign(authority, fields));
  const auto info = test::run({"certtool", "--crl-info", "--inder", "--infile", files.crl});
  EXPECT_EQ(info.status, 0) << info.output;
  EXPECT_NE(info.output.find("Revoked certificates (9)"), std::string::npos) << info.output;
  EXPECT_NE(info.output.find("CRL Number (not critical): 07"), std::string::npos) << info.output;
  const auto verified =
      test::run({"certtool", "--verify-crl", "--load-ca-certificate", files.ca, "--infile", files.crl_pem});
  EXPECT_EQ(verified.output.find("Not verified"), std::string::npos) << verified.output;
  EXPECT_NE(verified.output.find("Verified"), std::string::npos) << verified.output;
}

// What OpenSSL's own reader says of the octets, entry by entry, and that writing them again changes nothing.
TEST(CertList, IsTheDerThatOpensslWouldWrite) {
  const auto& authority = test::TestChain::one().issuing;
  const auto fields = with_every_reason(authority);
  const Bytes list = approve_and_sign(authority, fields);
  const unsigned char* at = list.data();
  const X509CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(list.size())));
  ASSERT_NE(crl, nullptr);
  STACK_OF(X509_REVOKED)* const revoked = X509_CRL_get_REVOKED(crl.get());  // borrowed
  ASSERT_EQ(sk_X509_REVOKED_num(revoked), 9);
  unsigned char* out = nullptr;
  const int size = i2d_re_X509_CRL_tbs(crl.get(), &out);
  ASSERT_GT(size, 0);
  const Bytes again(out, out + size);
  OPENSSL_free(out);
  EXPECT_EQ(to_hex(again), to_hex(fields.write().to_be_signed()));
}

TEST(CertList, WithoutEntriesHasNoListOfThem) {
  const auto& authority = test::TestChain::one().issuing;
  const Files files(authority, approve_and_sign(authority, fields_of(authority)));
  const auto text = test::run({"openssl", "crl", "-inform", "DER", "-in", files.crl, "-noout", "-text"});
  EXPECT_NE(text.output.find("No Revoked Certificates."), std::string::npos) << text.output;
}

TEST(CertList, TakesEffectInOpensslsVerification) {
  const auto& chain = test::TestChain::one();
  const Bytes leaf =
      chain.issuing.issue("client-auth", chain.subject_key, test::name_of({{"CN", "user-0001"}}));
  const unsigned char* at = leaf.data();
  const X509Ptr certificate(d2i_X509(nullptr, &at, static_cast<long>(leaf.size())));
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(certificate.get());
  auto fields = fields_of(chain.issuing);
  const auto verify = [&](const Bytes& list) {
    const Files files(chain.issuing, list);
    return test::run({"openssl", "verify", "-x509_strict", "-crl_check", "-purpose", "sslclient", "-attime",
                      "1795404600", "-CAfile",
                      files.folder.write("root.pem", test::pem_of("CERTIFICATE", chain.root.certificate)),
                      "-untrusted", files.ca, "-CRLfile", files.crl_pem,
                      files.folder.write("leaf.pem", test::pem_of("CERTIFICATE", leaf))});
  };
  const auto good = verify(approve_and_sign(chain.issuing, fields));
  EXPECT_EQ(good.status, 0) << good.output;
  const BytesView content(ASN1_STRING_get0_data(serial),
                          static_cast<std::size_t>(ASN1_STRING_length(serial)));
  fields.number += 1;
  fields.entries.push_back(
      {*Serial::from_content(content), utc(2026, 11, 23), RevocationReason::key_compromise, std::nullopt});
  const auto revoked = verify(approve_and_sign(chain.issuing, fields));
  EXPECT_NE(revoked.status, 0);
  EXPECT_NE(revoked.output.find("certificate revoked"), std::string::npos) << revoked.output;
}

// The same authority, whose certificates and CRLs are of that shard.
TestAuthority with_shard(const TestAuthority& authority, int shard) {
  TestAuthority one = authority;
  one.issuer = authority.issuer.with_crl_shard(shard);
  return one;
}

List fields_of_shard(const TestAuthority& shard) {
  auto fields = fields_of(shard);
  fields.distribution_point = shard.issuer.crl_url;
  return fields;
}

TEST(CertList, OfAShardSaysSo) {
  const auto shard = with_shard(test::TestChain::one().issuing, 3);
  EXPECT_EQ(shard.issuer.crl_url, "http://pki.example.test/issuing/3.crl");
  const Files files(shard, approve_and_sign(shard, fields_of_shard(shard)));
  const auto text =
      test::run({"openssl", "crl", "-inform", "DER", "-in", files.crl, "-noout", "-text"}).output;
  for (const char* line : {"X509v3 Issuing Distribution Point: critical\n",
                           "URI:http://pki.example.test/issuing/3.crl", "Only User Certificates\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nin\n" << text;
  EXPECT_EQ(scope_of(files.octets), shard.issuer.crl_url);
  const auto& all = test::TestChain::one().issuing;
  EXPECT_EQ(scope_of(approve_and_sign(all, with_every_reason(all))), "");
  const unsigned char* at = files.octets.data();
  const X509CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(files.octets.size())));
  ASSERT_NE(crl, nullptr);
  int critical = 0;
  const std::unique_ptr<ISSUING_DIST_POINT, decltype(&ISSUING_DIST_POINT_free)> point(
      static_cast<ISSUING_DIST_POINT*>(
          X509_CRL_get_ext_d2i(crl.get(), NID_issuing_distribution_point, &critical, nullptr)),
      &ISSUING_DIST_POINT_free);
  ASSERT_NE(point, nullptr);
  EXPECT_EQ(critical, 1);
  unsigned char* out = nullptr;
  const int size = i2d_ISSUING_DIST_POINT(point.get(), &out);
  ASSERT_GT(size, 0);
  const Bytes again(out, out + size);
  OPENSSL_free(out);
  EXPECT_NE(std::search(files.octets.begin(), files.octets.end(), again.begin(), again.end()),
            files.octets.end())
      << "as OpenSSL would write it";
}

// RFC 5280 §6.3.3: for another shard's certificates it tells nothing; the full CRL tells of all.
TEST(CertList, OfAShardIsTakenForItsOwnCertificatesOnly) {
  const auto& chain = test::TestChain::one();
  const auto second = with_shard(chain.issuing, 2), third = with_shard(chain.issuing, 3);
  const auto name = test::name_of({{"CN", "user-0001"}});
  const auto verify = [&](const TestAuthority& issued_by, const Bytes& list) {
    const Files files(chain.issuing, list);
    return test::run(
        {"openssl", "verify", "-x509_strict", "-crl_check", "-extended_crl", "-attime", "1795404600",
         "-CAfile", files.folder.write("root.pem", test::pem_of("CERTIFICATE", chain.root.certificate)),
         "-untrusted", files.ca, "-CRLfile", files.crl_pem,
         files.folder.write(
             "leaf.pem",
             test::pem_of("CERTIFICATE", issued_by.issue("client-auth", chain.subject_key, name)))});
  };
  const Bytes of_second = approve_and_sign(second, fields_of_shard(second));
  const Bytes full = approve_and_sign(chain.issuing, fields_of(chain.issuing));
  const auto good = verify(second, of_second), by_full = verify(second, full),
             others = verify(third, of_second), without = verify(chain.issuing, of_second);
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_EQ(by_full.status, 0) << by_full.output;
  for (const auto& refused : {others, without}) {
    EXPECT_NE(refused.status, 0);
    EXPECT_NE(refused.output.find("different CRL scope"), std::string::npos) << refused.output;
  }
}

TEST(CertList, ACertificatesShardIsItsSerialModuloTheirNumber) {
  EXPECT_EQ(crl_shard_of(*Serial::parse("01"), 1), 1);
  EXPECT_EQ(crl_shard_of(*Serial::parse("07"), 4), 4);
  EXPECT_EQ(crl_shard_of(*Serial::parse("08"), 4), 1);
  // By python3: int(hex, 16) % shards, and one more.
  const auto serial = *Serial::parse("0a0102030405060708090a0b0c0d0e0f101112");
  EXPECT_EQ(crl_shard_of(serial, 100), 1 + 26);
  EXPECT_EQ(crl_shard_of(serial, 128), 1 + 18);
}

// RFC 5280 §5.2.3: never negative, however it looks in a machine's word.
TEST(CertList, ItsNumberIsUnsigned) {
  const auto& authority = test::TestChain::one().issuing;
  const std::pair<CrlNumber, const char*> rows[] = {{1, "020101"},
                                                    {127, "02017f"},
                                                    {128, "02020080"},
                                                    {0x7fffffffffffffff, "02087fffffffffffffff"},
                                                    {0xffffffffffffffff, "020900ffffffffffffffff"}};
  for (const auto& [number, encoded] : rows) {
    const std::string hex = to_hex(fields_of(authority, number).write().to_be_signed());
    EXPECT_TRUE(hex.ends_with(encoded)) << hex;
  }
}

// The lengths in front of the entries have from one octet to four: whatever room they take, another reader
// finds them minimal and the entries all there.
TEST(CertList, IsTheDerThatOpensslWouldWriteAtEverySize) {
  const auto& authority = test::TestChain::one().issuing;
  auto list = fields_of(authority);
  for (const std::size_t count : {1, 2, 3, 5, 1200, 400'000}) {
    while (list.entries.size() < count)
      list.entries.push_back(
          {Serial::from(1'800'000'000'000 + static_cast<std::int64_t>(list.entries.size()), {}),
           utc(2026, 11, 22), RevocationReason::superseded, std::nullopt});
    const TbsCertList tbs = list.write();
    ASSERT_EQ(tbs.entries(), count);
    const Bytes whole = approve_and_sign(authority, list);
    const unsigned char* at = whole.data();
    const X509CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(whole.size())));
    ASSERT_NE(crl, nullptr) << count;
    ASSERT_EQ(static_cast<std::size_t>(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(crl.get()))), count);
    unsigned char* out = nullptr;
    const int size = i2d_re_X509_CRL_tbs(crl.get(), &out);
    ASSERT_GT(size, 0);
    const Bytes again(out, out + size);
    OPENSSL_free(out);
    EXPECT_TRUE(equal(again, tbs.to_be_signed())) << count;
  }
}

TEST(CertList, ThatTheLintRefusesIsNotApproved) {
  const auto& authority = test::TestChain::one().issuing;
  const auto again = test::engine().decide(fields_of(authority, 7).write(), authority.issuer, 7);
  ASSERT_NE(denied(again), nullptr);
  EXPECT_EQ(denied(again)->rule, "lint.crl.number");
  const auto elses =
      test::engine().decide(fields_of(test::TestChain::one().root).write(), authority.issuer, 6);
  ASSERT_NE(denied(elses), nullptr);
}

}  // namespace
}  // namespace inkan::policy
