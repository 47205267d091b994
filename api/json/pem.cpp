#include "api/json/pem.h"

#include "policy/x509/pem.h"

namespace inkan::api {

std::string to_pem(policy::BytesView certificate_der) {
  return policy::pem_encode("CERTIFICATE", certificate_der);
}

std::string to_pem_chain(const std::vector<policy::Bytes>& chain) {
  std::string text;
  for (const auto& der : chain) text += to_pem(der);
  return text;
}

}  // namespace inkan::api
