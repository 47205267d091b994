// Strict DER, read from outside bytes: definite minimal lengths, low tag numbers, no trailing octets. X.690
// §10. Never allocates for what it reads: every result borrows from the input.
#pragma once

#include <optional>
#include <string>

#include "policy/der/writer.h"
#include "policy/types/bytes.h"
#include "policy/types/validity.h"

namespace inkan::policy::der {

// What was wrong and where, counted in octets from the start of the outermost input. Thrown by Reader only,
// and caught by the parse functions that turn it into a Denial or an Error.
class Malformed : public std::runtime_error {
 public:
  Malformed(const std::string& what, std::size_t offset)
      : std::runtime_error(what + " at octet " + std::to_string(offset)) {}
};

struct Element {
  std::uint8_t tag = 0;
  BytesView content;
  BytesView whole;         // tag and length included
  std::size_t offset = 0;  // of `whole`, in the outermost input
};

class Reader {
 public:
  explicit Reader(BytesView input, std::size_t offset = 0) : rest_(input), offset_(offset) {}
  explicit Reader(const Element& constructed);  // reads the element's content

  bool at_end() const { return rest_.empty(); }
  std::optional<std::uint8_t> peek() const;  // the next tag, or nothing at the end
  Element any();
  Element expect(std::uint8_t tag, const char* what);  // `what` names the field in the error
  std::optional<Element> optional(std::uint8_t tag);   // takes it if it is next
  Reader sequence(const char* what) { return Reader(expect(k_sequence, what)); }
  void finish(const char* what) const;  // nothing may follow

  bool boolean(const char* what);                // 0x00 or 0xff
  std::int64_t small_integer(const char* what);  // fits 63 bits
  BytesView integer(const char* what);           // minimal two's complement content
  BytesView bit_string(const char* what);        // whole octets, without the count
  std::uint32_t named_bits(const char* what);    // as der::named_bits; no trailing zero bits
  std::string oid(const char* what);             // dotted
  Instant time(const char* what);                // UTCTime or GeneralizedTime, by RFC 5280 §4.1.2.5

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Malformed(what, offset_); }

  BytesView rest_;
  std::size_t offset_;
};

std::string oid_text(const Element& element);  // throws Malformed

}  // namespace inkan::policy::der
