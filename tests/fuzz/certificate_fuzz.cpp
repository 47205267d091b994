// Certificates read back: refused as invalid input or read, and then every part can be used.
#include <cstdlib>

#include "policy/types/error.h"
#include "policy/x509/certificate.h"
#include "policy/x509/pem.h"

using namespace inkan::policy;

namespace {

template <class Act>
void attempt(Act act) {
  try {
    act();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::invalid_input) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  attempt([&] {
    const Certificate certificate = Certificate::parse(input);
    if (!equal(certificate.der(), input)) std::abort();
    (void)certificate.verify(certificate.public_key());
    (void)certificate.subject().text();
  });
  attempt([&] {
    for (const auto& block : pem_decode_all(as_text(input)))
      if (pem_decode(pem_encode(block.label, block.der)).der != block.der) std::abort();
  });
  return 0;
}
