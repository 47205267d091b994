#include "policy/der/reader.h"

#include <gtest/gtest.h>

#include <limits>

namespace inkan::policy::der {
namespace {

Bytes hex(std::string_view text) {
  return *from_hex(text);
}

template <class Act>
std::string refusal(Act act) {
  try {
    act();
  } catch (const Malformed& malformed) {
    return malformed.what();
  }
  return "";
}

struct BadElement {
  const char* name;
  const char* octets;
  const char* why;
};

class DerReaderRefuses : public testing::TestWithParam<BadElement> {};

TEST_P(DerReaderRefuses, AnElementThatIsNotDer) {
  const Bytes octets = hex(GetParam().octets);
  EXPECT_NE(refusal([&] { Reader(octets).any(); }).find(GetParam().why), std::string::npos)
      << refusal([&] { Reader(octets).any(); });
}

INSTANTIATE_TEST_SUITE_P(X690, DerReaderRefuses,
                         testing::Values(BadElement{"Empty", "", "truncated"},
                                         BadElement{"TagAlone", "30", "truncated"},
                                         BadElement{"HighTag", "1f8101", "tag number above 30"},
                                         BadElement{"Indefinite", "30800000", "indefinite"},
                                         BadElement{"LengthNotMinimal", "04810100", "not minimal"},
                                         BadElement{"LengthWithLeadingZero", "0482007f", "not minimal"},
                                         BadElement{"LengthOfFiveOctets", "0485000000000100", "more than 4"},
                                         BadElement{"LengthTruncated", "048201", "inside a length"},
                                         BadElement{"LengthReservedFF", "04ff", "more than 4"},
                                         BadElement{"PastTheEnd", "0405010203", "past the end"},
                                         BadElement{"FourGigabytes", "0484ffffffff00", "past the end"}),
                         [](const auto& row) { return row.param.name; });

TEST(DerReader, ReadsLongLengths) {
  Bytes octets = hex("048180");
  octets.resize(3 + 0x80, 7);
  Reader reader(octets);
  const Element element = reader.any();
  EXPECT_EQ(element.content.size(), 0x80u);
  EXPECT_EQ(element.whole.size(), octets.size());
  EXPECT_TRUE(reader.at_end());
}

TEST(DerReader, CountsOffsetsFromTheOutermostInput) {
  // SEQUENCE { SEQUENCE { INTEGER 1, <truncated> } }
  const Bytes octets = hex("300730050201010405");
  Reader outer(octets);
  Reader first = outer.sequence("outer");
  Reader second = first.sequence("inner");
  EXPECT_EQ(second.small_integer("one"), 1);
  EXPECT_NE(refusal([&] { second.any(); }).find("at octet 7"), std::string::npos);
}

TEST(DerReader, NamesTheFieldThatIsMissingOrOfAnotherType) {
  const Bytes octets = hex("0500");
  EXPECT_EQ(refusal([&] { Reader(octets).expect(k_sequence, "validity"); }),
            "validity expected (tag 0x30), found tag 0x05 at octet 0");
  EXPECT_EQ(refusal([&] { Reader(BytesView{}).expect(k_sequence, "validity"); }),
            "validity is missing at octet 0");
}

TEST(DerReader, RefusesOctetsThatAreLeft) {
  const Bytes octets = hex("050000");
  Reader reader(octets);
  reader.any();
  EXPECT_EQ(refusal([&] { reader.finish("the null"); }), "1 octets too many after the null at octet 2");
}

TEST(DerReader, TakesAnOptionalElementOnlyIfItIsNext) {
  const Bytes octets = hex("a0000500");
  Reader reader(octets);
  EXPECT_FALSE(reader.optional(context_constructed(1)));
  EXPECT_TRUE(reader.optional(context_constructed(0)));
  EXPECT_EQ(reader.peek(), k_null);
}

TEST(DerReader, ReadsBooleansOfOneSpelling) {
  EXPECT_TRUE(Reader(hex("0101ff")).boolean("b"));
  EXPECT_FALSE(Reader(hex("010100")).boolean("b"));
  EXPECT_NE(refusal([] { Reader(hex("010101")).boolean("b"); }), "");
  EXPECT_NE(refusal([] { Reader(hex("0100")).boolean("b"); }), "");
}

TEST(DerReader, ReadsIntegers) {
  EXPECT_EQ(Reader(hex("020100")).small_integer("n"), 0);
  EXPECT_EQ(Reader(hex("02017f")).small_integer("n"), 127);
  EXPECT_EQ(Reader(hex("02020080")).small_integer("n"), 128);
  EXPECT_EQ(Reader(hex("0201ff")).small_integer("n"), -1);
  EXPECT_EQ(Reader(hex("02088000000000000000")).small_integer("n"), std::numeric_limits<std::int64_t>::min());
  for (const char* bad : {"0200", "02020001", "0202ff80", "0209008000000000000000"})
    EXPECT_NE(refusal([&] { Reader(hex(bad)).small_integer("n"); }), "") << bad;
}

TEST(DerReader, ReadsBitStringsOfWholeOctets) {
  const Bytes octets = hex("030300abcd");
  EXPECT_TRUE(equal(Reader(octets).bit_string("s"), hex("abcd")));
  for (const char* bad : {"0300", "030101", "030201ab"})
    EXPECT_NE(refusal([&] { Reader(hex(bad)).bit_string("s"); }), "") << bad;
}

TEST(DerReader, ReadsNamedBitsOfOneSpelling) {
  EXPECT_EQ(Reader(hex("03020780")).named_bits("u"), 1u);          // digitalSignature
  EXPECT_EQ(Reader(hex("03020106")).named_bits("u"), 0b1100000u);  // keyCertSign, cRLSign
  EXPECT_EQ(Reader(hex("0303070080")).named_bits("u"), 1u << 8);   // decipherOnly
  EXPECT_EQ(Reader(hex("030100")).named_bits("u"), 0u);
  for (const char* bad :
       {"0300", "030101", "03020000", "03020680", "030207c0", "03020880", "0306000102030405"})
    EXPECT_NE(refusal([&] { Reader(hex(bad)).named_bits("u"); }), "") << bad;
}

TEST(DerReader, ReadsObjectIdentifiers) {
  EXPECT_EQ(Reader(hex("06092a864886f70d01010b")).oid("o"), "1.2.840.113549.1.1.11");
  EXPECT_EQ(Reader(hex("0603551d0f")).oid("o"), "2.5.29.15");
  EXPECT_EQ(Reader(hex("0603883703")).oid("o"), "2.999.3");  // X.690 §8.19.5
  for (const char* bad : {"0600", "06022a80", "06032a8001", "060b2affffffffffffffffff7f"})
    EXPECT_NE(refusal([&] { Reader(hex(bad)).oid("o"); }), "") << bad;
}

TEST(DerReader, ReadsTimes) {
  const auto read = [](std::uint8_t tag, std::string_view text) {
    return to_rfc3339(Reader(tlv(tag, as_bytes(text))).time("t"));
  };
  EXPECT_EQ(read(k_utc_time, "261122150000Z"), "2026-11-22T15:00:00Z");
  EXPECT_EQ(read(k_utc_time, "500101000000Z"), "1950-01-01T00:00:00Z");
  EXPECT_EQ(read(k_utc_time, "491231235959Z"), "2049-12-31T23:59:59Z");
  EXPECT_EQ(read(k_utc_time, "240229000000Z"), "2024-02-29T00:00:00Z");
  EXPECT_EQ(read(k_generalized_time, "20500101000000Z"), "2050-01-01T00:00:00Z");
  EXPECT_EQ(read(k_generalized_time, "99991231235959Z"),
            "9999-12-31T23:59:59Z");  // RFC 5280 §4.1.2.5: no end
}

TEST(DerReader, RefusesTimesThatRfc5280DoesNotKnow) {
  const auto why = [](std::uint8_t tag, std::string_view text) {
    const Bytes octets = tlv(tag, as_bytes(text));
    return refusal([&] { Reader(octets).time("t"); });
  };
  for (const char* bad :
       {"2611221500Z", "261122150000+0900", "261122150000", "26112215000aZ", "261322150000Z", "230229000000Z",
        "261122240000Z", "261122156000Z", "261122150060Z", "260022150000Z"})
    EXPECT_NE(why(k_utc_time, bad), "") << bad;
  for (const char* bad : {"20491231235959Z", "20500101000000.5Z", "205001010000Z", "20500101000000"})
    EXPECT_NE(why(k_generalized_time, bad), "") << bad;
  EXPECT_NE(refusal([] { Reader(hex("0500")).time("t"); }), "");
}

}  // namespace
}  // namespace inkan::policy::der
