// The DER reader over any octets, and each reading function over each element: it refuses or reads, and never
// past the end.
#include <cstdlib>

#include "policy/der/reader.h"

using namespace inkan::policy;

namespace {

// Reads the element by the function for its tag. What has one spelling is the same octets when it is written
// again.
void read_value(const der::Element& element) {
  der::Reader reader(element.whole);
  Bytes again = to_bytes(element.whole);
  switch (element.tag) {
    case der::k_boolean:
      (void)reader.boolean("boolean");
      break;
    case der::k_integer:
      again = der::integer(reader.small_integer("integer"));
      break;
    case der::k_oid:
      again = der::oid(reader.oid("oid"));
      break;
    case der::k_bit_string:
      again = der::named_bits(reader.named_bits("bits"));
      break;
    case der::k_utc_time:
    case der::k_generalized_time:
      again = der::time(reader.time("time"));
      break;
    default:
      return;
  }
  if (!equal(again, element.whole)) std::abort();
}

void walk(der::Reader reader, int depth) {
  while (!reader.at_end()) {
    const der::Element element = reader.any();
    if (element.content.size() > element.whole.size()) std::abort();
    try {
      read_value(element);
    } catch (const der::Malformed&) {
    }
    if (element.tag & 0x20 && depth < 64) walk(der::Reader(element), depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    walk(der::Reader(BytesView(data, size)), 0);
  } catch (const der::Malformed&) {
  }
  return 0;
}
