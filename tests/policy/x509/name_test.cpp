#include "policy/x509/name.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "policy/der/reader.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {
namespace {

// The outside judge: OpenSSL decodes the DER and writes it as RFC 2253 does, in the order of the encoding.
std::string openssl_text(const Bytes& der) {
  const unsigned char* at = der.data();
  const X509NamePtr name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!name || at != der.data() + der.size()) return "refused";
  X509_NAME_print_ex(
      out.get(), name.get(), 0,
      (XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_FN_SN | ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_UTF8_CONVERT));
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

Name built(const std::vector<NameAttribute>& attributes) {
  auto name = Name::build(attributes);
  if (const auto* denial = denied(name)) throw std::runtime_error(denial->rule + ": " + denial->detail);
  return std::get<Name>(name);
}

std::string rule_of(const std::vector<NameAttribute>& attributes) {
  const auto name = Name::build(attributes);
  return denied(name) ? denied(name)->rule : "";
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  while (times--) all += text;
  return all;
}

TEST(Name, IsReadByOpensslAsItWasBuilt) {
  const Name name = built({{"C", "JP"},
                           {"ST", "東京都"},
                           {"O", "Example, \"Bank\""},
                           {"CN", " 山田+太郎 "},
                           {"serialNumber", "42"},
                           {"DC", "example"},
                           {"emailAddress", "a@example.test"}});
  EXPECT_EQ(openssl_text(name.der()), name.text());
  EXPECT_EQ(name.text(),
            "C=JP, ST=東京都, O=Example\\, \\\"Bank\\\", CN=\\ 山田\\+太郎\\ , serialNumber=42, DC=example, "
            "emailAddress=a@example.test");
}

TEST(Name, UsesTheStringTypeOfEachAttribute) {
  EXPECT_EQ(to_hex(built({{"C", "JP"}}).der()), "300d310b3009060355040613024a50");
  EXPECT_EQ(to_hex(built({{"CN", "a"}}).der()), "300c310a300806035504030c0161");
  EXPECT_EQ(to_hex(built({{"DC", "a"}}).der()), "30133111300f060a0992268993f22c640119160161");
}

TEST(Name, ComesBackFromItsDer) {
  const Name name = built({{"C", "JP"}, {"O", "例"}, {"CN", "x"}, {"DC", "z"}});
  EXPECT_EQ(Name::parse(name.der()), name);
  EXPECT_EQ(Name::parse(name.der()).attributes(), name.attributes());
}

TEST(Name, MayBeEmpty) {
  EXPECT_EQ(to_hex(built({}).der()), "3000");
  EXPECT_TRUE(Name::parse(*from_hex("3000")).empty());
}

TEST(Name, BuildRefusesByTheRuleThatIsBroken) {
  EXPECT_EQ(rule_of({{"favouriteColour", "blue"}}), "name.type");
  EXPECT_EQ(rule_of({{"cn", "x"}}), "name.type");
  EXPECT_EQ(rule_of({{"CN", ""}}), "name.empty");
  EXPECT_EQ(rule_of({{"C", "jp"}}), "name.country");
  EXPECT_EQ(rule_of({{"C", "J"}}), "name.country");
  EXPECT_EQ(rule_of({{"C", "JPN"}}), "name.length");
  EXPECT_EQ(rule_of({{"CN", std::string("a\0b", 3)}}), "name.characters");
  EXPECT_EQ(rule_of({{"CN", "a\nb"}}), "name.characters");
  EXPECT_EQ(rule_of({{"CN",
                      "a\xe2\x80\xae"
                      "b"}}),
            "name.characters");                                     // U+202E turns the text round
  EXPECT_EQ(rule_of({{"CN", "\xc0\xaf"}}), "name.characters");      // an overlong '/'
  EXPECT_EQ(rule_of({{"CN", "\xed\xa0\x80"}}), "name.characters");  // a surrogate
  EXPECT_EQ(rule_of({{"serialNumber", "a@b"}}), "name.characters");
  EXPECT_EQ(rule_of({{"emailAddress", "あ@example.test"}}), "name.characters");
}

// RFC 5280 Appendix A.1 counts characters, not octets.
TEST(Name, HoldsTheUpperBounds) {
  EXPECT_EQ(rule_of({{"CN", repeat("あ", 64)}}), "");
  EXPECT_EQ(rule_of({{"CN", repeat("あ", 65)}}), "name.length");
  EXPECT_EQ(rule_of({{"O", repeat("a", 64)}}), "");
  EXPECT_EQ(rule_of({{"O", repeat("a", 65)}}), "name.length");
  EXPECT_EQ(rule_of({{"L", repeat("a", 128)}}), "");
  EXPECT_EQ(rule_of({{"L", repeat("a", 129)}}), "name.length");
  EXPECT_EQ(rule_of({{"emailAddress", repeat("a", 256)}}), "name.length");
}

struct Encoding {
  const char* name;
  const char* der;
  const char* text;  // nullptr: refused
};

class NameParse : public testing::TestWithParam<Encoding> {};

TEST_P(NameParse, ReadsStringTypesAsOpensslDoes) {
  const Bytes der = *from_hex(GetParam().der);
  if (!GetParam().text) {
    EXPECT_THROW(Name::parse(der), der::Malformed);
    return;
  }
  EXPECT_EQ(Name::parse(der).text(), GetParam().text);
  EXPECT_EQ(openssl_text(der), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    StringTypes, NameParse,
    testing::Values(Encoding{"Utf8", "300d310b300906035504030c02c3bc", "CN=ü"},
                    Encoding{"PrintableWithStar", "300d310b3009060355040313022a2e", "CN=*."},
                    Encoding{"Ia5", "300c310a30080603550403160141", "CN=A"},
                    Encoding{"Numeric", "300c310a30080603550405120137", "serialNumber=7"},
                    Encoding{"TeletexIsLatin1", "300c310a300806035504031401fc", "CN=ü"},
                    Encoding{"Bmp", "300d310b300906035504031e025c71", "CN=山"},
                    Encoding{"Universal", "300f310d300b06035504031c040001f600", "CN=😀"},
                    Encoding{"OidOfNoName", "300d310b300906045504817f0c0161", "2.5.4.255=a"},
                    Encoding{"BmpOfOddLength", "300c310a300806035504031e0141", nullptr},
                    Encoding{"BmpSurrogate", "300d310b300906035504031e02d83d", nullptr},
                    Encoding{"UniversalPastUnicode", "300f310d300b06035504031c0400110000", nullptr},
                    Encoding{"Utf8Overlong", "300d310b300906035504030c02c0af", nullptr},
                    Encoding{"Ia5Above127", "300c310a300806035504031601fc", nullptr},
                    Encoding{"Nul", "300f310d300b06035504030c0461002e62", nullptr},
                    Encoding{"EmptyValue", "300b3109300706035504030c00", nullptr},
                    Encoding{"BitStringValue", "300d310b30090603550403030200ff", nullptr},
                    Encoding{"EmptyRdn", "30023100", nullptr},
                    Encoding{"NoValue", "3009310730050603550403", nullptr},
                    Encoding{"TwoValues", "300f310d300b06035504030c01610c0162", nullptr},
                    Encoding{"SequenceForSet", "300c300a300806035504030c0161", nullptr},
                    Encoding{"TrailingOctet", "300c310a300806035504030c016100", nullptr}),
    [](const auto& row) { return row.param.name; });

// Both attributes are kept; which of them share an RDN is in the DER alone.
TEST(Name, ReadsAnRdnOfSeveralAttributes) {
  const Bytes der = *from_hex("30183116300806035504030c0161300a060355040a0c03623b63");
  EXPECT_EQ(Name::parse(der).attributes(), (std::vector<NameAttribute>{{"CN", "a"}, {"O", "b;c"}}));
  EXPECT_EQ(openssl_text(der), "CN=a + O=b\\;c");
  EXPECT_EQ(Name::parse(der).der(), der);
}

}  // namespace
}  // namespace inkan::policy
