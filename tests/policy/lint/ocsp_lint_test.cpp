// What is wrong with a ResponseData is found before it is signed.
#include <gtest/gtest.h>

#include "policy/der/writer.h"
#include "policy/lint/lint.h"
#include "policy/ocsp/ocsp_response.h"
#include "policy/x509/oids.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

using test::TestChain;
using test::utc;

const Instant k_now = utc(2026, 11, 27);

OcspResponder responder() {
  const auto& issuing = TestChain::one().issuing;
  return {issuing.certificate,
          {utc(2026, 11, 1), utc(2026, 12, 1)},
          digest(CertIdHash::sha1, issuing.issuer.public_key.key_bits())};
}

OcspResponseData::Fields good() {
  const auto& issuer = TestChain::one().issuing.issuer;
  const CertId id{IssuerId::of(CertIdHash::sha1, issuer.subject, issuer.public_key), *Serial::parse("0102")};
  return {responder().key_hash,
          k_now,
          {{id, {CertStatus::Value::good, {}, {}}, k_now, k_now + std::chrono::hours(96)}},
          std::nullopt,
          issuer.key,
          issuer.signature_algorithm};
}

std::string fault(const OcspResponseData::Fields& fields) {
  const auto denial = lint_response_data(OcspResponseData(fields).to_be_signed(), responder());
  return denial ? denial->rule : "";
}

CertStatus revoked(Instant when, RevocationReason reason) {
  return {CertStatus::Value::revoked, when, reason};
}

TEST(OcspLint, FindsNothingInWhatIsRight) {
  auto fields = good();
  EXPECT_EQ(fault(fields), "");
  fields.nonce = Bytes(32, 7);
  fields.responses.push_back(fields.responses.front());
  fields.responses.back().status = {};
  EXPECT_EQ(fault(fields), "");
  for (const auto reason : {RevocationReason::unspecified, RevocationReason::key_compromise,
                            RevocationReason::certificate_hold, RevocationReason::privilege_withdrawn}) {
    fields.responses.front().status = revoked(k_now, reason);
    EXPECT_EQ(fault(fields), "") << name(reason);
  }
}

TEST(OcspLint, FindsEachFault) {
  auto fields = good();
  fields.responder_key_hash[0] ^= 1;
  EXPECT_EQ(fault(fields), "lint.ocsp.responder");
  fields = good();
  fields.produced_at = utc(2026, 12, 2);
  EXPECT_EQ(fault(fields), "lint.ocsp.certificate");
  fields = good();
  fields.responses[0].this_update = k_now + std::chrono::seconds(1);
  EXPECT_EQ(fault(fields), "lint.ocsp.times");
  fields = good();
  fields.responses[0].next_update = k_now;
  EXPECT_EQ(fault(fields), "lint.ocsp.times");
  fields = good();
  fields.responses[0].next_update = utc(2026, 12, 1, 0, 0, 1);
  EXPECT_EQ(fault(fields), "lint.ocsp.next-update");
  fields = good();
  fields.responses[0].status = revoked(k_now + std::chrono::seconds(1), RevocationReason::superseded);
  EXPECT_EQ(fault(fields), "lint.ocsp.revocation");
  fields.responses[0].status = revoked(k_now, static_cast<RevocationReason>(7));  // RFC 5280 §5.3.1: not used
  EXPECT_EQ(fault(fields), "lint.ocsp.revocation");
}

// Of each octet that is changed, but for those that say nothing that a responder could know to be wrong.
TEST(OcspLint, ReadsNothingThatIsCutOrChanged) {
  auto fields = good();
  fields.nonce = Bytes(16, 7);
  const OcspResponseData data(fields);
  const auto octets = to_bytes(data.to_be_signed());
  const auto lint = [](BytesView tbs) { return lint_response_data(tbs, responder()); };
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_TRUE(lint(BytesView(octets).subspan(0, size))) << size;
  std::size_t noticed = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    auto changed = octets;
    changed[i] ^= 0x80;
    if (lint(changed)) ++noticed;
  }
  // Of the CertID: its algorithm, both hashes, the serial's second octet; the nonce.
  const std::size_t free = 9 + 2 * 20 + 1 + 16;
  EXPECT_EQ(noticed + free, octets.size());
}

TEST(OcspLint, KnowsTheExtensionsThatItWrites) {
  auto fields = good();
  fields.nonce = Bytes(16, 7);
  auto octets = to_bytes(OcspResponseData(fields).to_be_signed());
  const auto nonce = der::oid(oid::k_ocsp_nonce);
  const auto found = std::search(octets.begin(), octets.end(), nonce.begin(), nonce.end());
  ASSERT_NE(found, octets.end());
  *(found + static_cast<std::ptrdiff_t>(nonce.size()) - 1) = 9;  // id-pkix-ocsp-extended-revoke
  const auto denial = lint_response_data(octets, responder());
  ASSERT_TRUE(denial);
  EXPECT_EQ(denial->rule, "lint.ocsp.extension");
}

}  // namespace
}  // namespace inkan::policy
