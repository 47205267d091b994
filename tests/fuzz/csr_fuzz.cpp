// Certification requests, as DER and as text: whatever is accepted has parts that can be used.
#include <cstdlib>

#include "policy/rules/key_rules.h"
#include "policy/x509/certification_request.h"

using namespace inkan::policy;

namespace {

void use(const OrDenial<CertificationRequest>& parsed) {
  if (const auto* denial = denied(parsed)) {
    if (denial->rule.empty() || denial->detail.empty() || denial->mend.empty()) std::abort();
    return;
  }
  const auto& request = std::get<CertificationRequest>(parsed);
  if (!request.public_key().evp()) std::abort();
  if (!(Name::parse(request.subject().der()) == request.subject())) std::abort();
  (void)check_key(request.public_key(), {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView input(data, size);
  use(CertificationRequest::parse(input));
  use(CertificationRequest::parse_text(as_text(input)));
  const auto key = PublicKey::parse(input);
  if (!denied(key)) (void)check_key(std::get<PublicKey>(key), {});
  return 0;
}
