// The DER reader over any octets, and each reading function over each element: it refuses or reads, and never
// past the end.
#include <cstdlib>

#include "policy/der/reader.h"

using namespace inkan::policy;

namespace {

template <class Read>
void attempt(BytesView whole, Read read) {
  try {
    der::Reader reader(whole);
    read(reader);
    reader.finish("the element");
  } catch (const der::Malformed&) {
  }
}

void walk(der::Reader reader, int depth) {
  while (!reader.at_end()) {
    const der::Element element = reader.any();
    if (element.content.size() > element.whole.size()) std::abort();
    // Read and written again, a value of one spelling is the same octets.
    attempt(element.whole, [&](der::Reader& r) {
      if (!equal(der::integer(r.small_integer("integer")), element.whole)) std::abort();
    });
    attempt(element.whole, [&](der::Reader& r) {
      if (!equal(der::oid(r.oid("oid")), element.whole)) std::abort();
    });
    attempt(element.whole, [&](der::Reader& r) {
      const auto bits = r.named_bits("bits");
      if (!equal(der::named_bits(bits), element.whole)) std::abort();
    });
    attempt(element.whole, [&](der::Reader& r) {
      if (!equal(der::time(r.time("time")), element.whole)) std::abort();
    });
    attempt(element.whole, [](der::Reader& r) { (void)r.boolean("boolean"); });
    attempt(element.whole, [](der::Reader& r) { (void)r.bit_string("bits"); });
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
