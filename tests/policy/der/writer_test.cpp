#include "policy/der/writer.h"

#include <gtest/gtest.h>

#include "policy/der/reader.h"
#include "policy/types/error.h"

namespace inkan::policy::der {
namespace {

TEST(DerWriter, WritesLengthsInTheFewestOctets) {
  EXPECT_EQ(to_hex(BytesView(tlv(k_octet_string, Bytes(0x7f))).first(3)), "047f00");
  EXPECT_EQ(to_hex(BytesView(tlv(k_octet_string, Bytes(0x80))).first(3)), "048180");
  EXPECT_EQ(to_hex(BytesView(tlv(k_octet_string, Bytes(0xff))).first(3)), "0481ff");
  EXPECT_EQ(to_hex(BytesView(tlv(k_octet_string, Bytes(0x100))).first(4)), "04820100");
  EXPECT_EQ(to_hex(BytesView(tlv(k_octet_string, Bytes(0x10000))).first(5)), "0483010000");
}

// X.690 §8.3 with the values of its own examples' kind: sign octet where needed, never more.
TEST(DerWriter, WritesIntegers) {
  EXPECT_EQ(to_hex(integer(0)), "020100");
  EXPECT_EQ(to_hex(integer(127)), "02017f");
  EXPECT_EQ(to_hex(integer(128)), "02020080");
  EXPECT_EQ(to_hex(integer(256)), "02020100");
  EXPECT_EQ(to_hex(integer(-128)), "020180");
  EXPECT_EQ(to_hex(integer(-129)), "0202ff7f");
  EXPECT_EQ(to_hex(unsigned_integer(*from_hex("0000ff"))), "020200ff");
  EXPECT_EQ(to_hex(unsigned_integer(*from_hex("7f"))), "02017f");
  EXPECT_EQ(to_hex(unsigned_integer({})), "020100");
}

TEST(DerWriter, WritesObjectIdentifiers) {
  EXPECT_EQ(to_hex(oid("1.2.840.113549.1.1.11")), "06092a864886f70d01010b");
  EXPECT_EQ(to_hex(oid("2.999.3")), "0603883703");  // X.690 §8.19.5
  for (const char* bad : {"", "1", "1.", ".1", "1..2", "3.1", "1.40", "1.2.", "1.2.x", "1.2 "})
    EXPECT_THROW(oid(bad), Error) << bad;
}

TEST(DerWriter, SortsASetByItsEncodings) {
  EXPECT_EQ(to_hex(set_of({{0x02, 1, 5}, {0x01, 1, 0xff}, {0x02, 1, 3}})), "31090101ff020103020105");
}

TEST(DerWriter, WritesNamedBitsWithoutTrailingZeros) {
  EXPECT_EQ(to_hex(named_bits(0)), "030100");
  EXPECT_EQ(to_hex(named_bits(1)), "03020780");
  EXPECT_EQ(to_hex(named_bits(0b1100000)), "03020106");
  EXPECT_EQ(to_hex(named_bits(1u << 8)), "0303070080");
  EXPECT_EQ(to_hex(named_bits(1u << 31)), "03050000000001");
}

TEST(DerWriter, WritesTheTimeTypeThatTheYearAsksFor) {
  using namespace std::chrono;
  const Instant last_utc = sys_days(year(2049) / 12 / 31) + hours(23) + minutes(59) + seconds(59);
  EXPECT_EQ(to_hex(time(last_utc)), "170d" + to_hex(as_bytes("491231235959Z")));
  EXPECT_EQ(to_hex(time(last_utc + seconds(1))), "180f" + to_hex(as_bytes("20500101000000Z")));
  EXPECT_EQ(to_hex(time(sys_days(year(1949) / 12 / 31))), "180f" + to_hex(as_bytes("19491231000000Z")));
  EXPECT_EQ(to_hex(generalized_time(sys_days(year(2026) / 1 / 2))),
            "180f" + to_hex(as_bytes("20260102000000Z")));
}

TEST(DerWriter, WritesWhatTheReaderReads) {
  const Bytes octets = sequence({integer(-70000), oid("2.5.4.3"), boolean_true(), bit_string(Bytes{1, 2}),
                                 named_bits(6), octet_string(Bytes(300))});
  Reader outer(octets);
  Reader fields = outer.sequence("all");
  EXPECT_EQ(fields.small_integer("i"), -70000);
  EXPECT_EQ(fields.oid("o"), "2.5.4.3");
  EXPECT_TRUE(fields.boolean("b"));
  EXPECT_EQ(to_hex(fields.bit_string("s")), "0102");
  EXPECT_EQ(fields.named_bits("n"), 6u);
  EXPECT_EQ(fields.expect(k_octet_string, "x").content.size(), 300u);
  fields.finish("all");
}

}  // namespace
}  // namespace inkan::policy::der
