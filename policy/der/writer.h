// DER encoding by plain functions that return octets, so that code reads like the ASN.1 it writes. X.690
// §§8, 10.
#pragma once

#include <initializer_list>
#include <string_view>

#include "policy/types/bytes.h"
#include "policy/types/validity.h"

namespace inkan::policy::der {

// Universal tags used in X.509, with the constructed bit where DER demands it.
enum Tag : std::uint8_t {
  k_boolean = 0x01,
  k_integer = 0x02,
  k_bit_string = 0x03,
  k_octet_string = 0x04,
  k_null = 0x05,
  k_oid = 0x06,
  k_enumerated = 0x0a,
  k_utf8_string = 0x0c,
  k_printable_string = 0x13,
  k_teletex_string = 0x14,
  k_ia5_string = 0x16,
  k_utc_time = 0x17,
  k_generalized_time = 0x18,
  k_universal_string = 0x1c,
  k_bmp_string = 0x1e,
  k_sequence = 0x30,
  k_set = 0x31,
};
constexpr std::uint8_t context(unsigned number) {
  return static_cast<std::uint8_t>(0x80 | number);
}
constexpr std::uint8_t context_constructed(unsigned number) {
  return static_cast<std::uint8_t>(0xa0 | number);
}

Bytes tlv(std::uint8_t tag, BytesView content);
Bytes header(std::uint8_t tag, std::size_t length);  // of a value: its tag and its length
Bytes join(std::initializer_list<BytesView> parts);
Bytes sequence(std::initializer_list<BytesView> parts);  // each part is copied once
Bytes set_of(std::vector<Bytes> elements);               // X.690 §11.6: sorted
Bytes boolean_true();                                    // DER writes no default FALSE
Bytes integer(std::int64_t value);
Bytes unsigned_integer(BytesView big_endian);  // adds the sign octet, drops leading zeros
Bytes enumerated(int value);                   // 0..127
Bytes oid(std::string_view dotted);            // "2.5.29.15"; throws Error{internal} if malformed
Bytes octet_string(BytesView content);
Bytes bit_string(BytesView content);            // whole octets
Bytes named_bits(std::uint32_t bits);           // bit i of the mask = named bit i; X.690 §11.2.2
Bytes time(Instant instant);                    // RFC 5280 §4.1.2.5: UTCTime to 2049, then GeneralizedTime
void append_time(Bytes& out, Instant instant);  // the same, where there are very many
Bytes generalized_time(Instant instant);

}  // namespace inkan::policy::der
