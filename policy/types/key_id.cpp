#include "policy/types/key_id.h"

namespace inkan::policy {

std::string_view name(KeyPurpose purpose) {
  switch (purpose) {
    case KeyPurpose::ca:
      return "ca";
    case KeyPurpose::crl:
      return "crl";
    case KeyPurpose::ocsp:
      return "ocsp";
    case KeyPurpose::ledger:
      return "ledger";
    case KeyPurpose::evidence:
      return "evidence";
    case KeyPurpose::tls:
      return "tls";
    case KeyPurpose::probe:
      return "probe";
  }
  return "";
}

std::optional<KeyPurpose> key_purpose(std::string_view text) {
  for (const auto purpose : {KeyPurpose::ca, KeyPurpose::crl, KeyPurpose::ocsp, KeyPurpose::ledger,
                             KeyPurpose::evidence, KeyPurpose::tls, KeyPurpose::probe})
    if (name(purpose) == text) return purpose;
  return std::nullopt;
}

}  // namespace inkan::policy
