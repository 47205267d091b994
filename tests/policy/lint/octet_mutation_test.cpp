// Every octet of a good TBSCertificate, changed: some lint refuses it, or the change is in one of the few
// places that no lint can know.
#include <algorithm>

#include "policy/x509/oids.h"
#include "tests/policy/lint/raw_tbs.h"

namespace inkan::policy {
namespace {

struct Place {
  const char* what;
  std::size_t from, to;  // offsets in the TBS
};

void add(std::vector<Place>& places, const char* what, const der::Element& element) {
  const std::size_t end = element.offset + element.whole.size();
  places.push_back({what, end - element.content.size(), end});
}

void add_subject(std::vector<Place>& places, der::Reader rdns) {
  while (!rdns.at_end()) {
    der::Reader rdn(rdns.expect(der::k_set, "RDN"));
    der::Reader pair = rdn.sequence("attribute");
    add(places, "attribute type, for another that the profile takes", pair.expect(der::k_oid, "type"));
    const auto value = pair.any();
    places.push_back({"string type, for another that holds the text", value.offset, value.offset + 1});
    add(places, "attribute value", value);
  }
}

void add_names(std::vector<Place>& places, der::Reader extensions) {
  while (!extensions.at_end()) {
    der::Reader extension = extensions.sequence("extension");
    if (extension.oid("extnID") != oid::k_subject_alt_name) continue;
    der::Reader value(extension.expect(der::k_octet_string, "extnValue"));
    der::Reader names = value.sequence("names");
    while (!names.at_end()) add(places, "alternative name", names.any());
  }
}

// What lints do not own: the serial and the names are whatever was asked for and judged by the rules, and the
// engine writes them from values that it was given.
// `may_be_shorter`: nor the validity, as long as it is within the issuer's and the profile's.
std::vector<Place> tolerated_places(const Bytes& tbs, bool self_signed, bool may_be_shorter) {
  std::vector<Place> places;
  der::Reader whole(tbs);
  der::Reader fields = whole.sequence("tbs");
  fields.any();  // version
  add(places, "serial number", fields.any());
  for (const char* what : {"signature", "issuer"}) fields.expect(der::k_sequence, what);
  const auto validity = fields.any();
  if (may_be_shorter) add(places, "validity", validity);
  const auto subject = fields.any();
  if (!self_signed) add_subject(places, der::Reader(subject));  // a root's must equal its issuer
  fields.any();                                                 // key
  der::Reader tagged(fields.any());
  add_names(places, tagged.sequence("extensions"));
  return places;
}

void expect_every_change_noticed(const std::string& profile, KeyAlgorithm algorithm,
                                 const std::vector<int>& changes) {
  const auto good = test::good_case(profile, algorithm);
  Bytes tbs = good.tbs.encode();
  const auto places = tolerated_places(tbs, good.profile.self_signed, good.profile.validity.may_be_shorter);
  std::size_t refused = 0, tolerated = 0;
  for (std::size_t i = 0; i < tbs.size(); ++i)
    for (const int change : changes) {
      tbs[i] = static_cast<std::uint8_t>(tbs[i] ^ change);
      const bool noticed = !test::complaints(tbs, good.issuer, good.profile, 1).empty();
      ++(noticed ? refused : tolerated);
      const bool may_pass =
          std::any_of(places.begin(), places.end(), [&](const Place& p) { return i >= p.from && i < p.to; });
      ASSERT_TRUE(noticed || may_pass)
          << profile << ": octet " << i << " xor " << change << " of " << to_hex(tbs);
      tbs[i] = static_cast<std::uint8_t>(tbs[i] ^ change);
    }
  EXPECT_GT(refused, 4 * tolerated) << profile;  // or the places are too wide to say anything
  EXPECT_GT(tolerated, 0u) << profile;           // or nothing was tried
}

std::vector<int> every_change() {
  std::vector<int> all;
  for (int change = 1; change < 256; ++change) all.push_back(change);
  return all;
}

const std::vector<int> k_bits = {1, 2, 4, 8, 16, 32, 64, 128, 255};

TEST(OctetMutation, OfAClientsCertificateIsNoticed) {
  expect_every_change_noticed("client-auth", KeyAlgorithm::ec_p256, every_change());
}

TEST(OctetMutation, OfAServersCertificateIsNoticed) {
  expect_every_change_noticed("server-auth", KeyAlgorithm::rsa, k_bits);
}

TEST(OctetMutation, OfAnOcspRespondersCertificateIsNoticed) {
  expect_every_change_noticed("ocsp-responder", KeyAlgorithm::ec_p384, k_bits);
}

TEST(OctetMutation, OfACasCertificateIsNoticed) {
  expect_every_change_noticed("issuing-ca", KeyAlgorithm::ec_p521, k_bits);
}

TEST(OctetMutation, OfARootsCertificateIsNoticed) {
  expect_every_change_noticed("root-ca", KeyAlgorithm::ed25519, k_bits);
}

TEST(OctetMutation, ATruncatedOneDoesNotParse) {
  const auto good = test::good_case("client-auth");
  const Bytes tbs = good.tbs.encode();
  for (std::size_t size = 0; size < tbs.size(); ++size)
    ASSERT_EQ(test::complaints(BytesView(tbs).first(size), good.issuer, good.profile),
              std::vector<std::string>{"lint.parse"});
}

}  // namespace
}  // namespace inkan::policy
