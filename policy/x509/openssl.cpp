#include "policy/x509/openssl.h"

namespace inkan::policy {

std::string openssl_errors() {
  std::string text;
  while (const unsigned long error = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(error, line, sizeof line);
    text += text.empty() ? "" : "; ";
    text += line;
  }
  return text.empty() ? "no detail from OpenSSL" : text;
}

}  // namespace inkan::policy
