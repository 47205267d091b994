#include "policy/x509/openssl.h"

namespace inkan::policy {

std::string openssl_errors() {
  std::string text;
  const char* detail = nullptr;
  int flags = 0;
  while (const unsigned long error = ERR_get_error_all(nullptr, nullptr, nullptr, &detail, &flags)) {
    char line[256];
    ERR_error_string_n(error, line, sizeof line);
    text += text.empty() ? "" : "; ";
    text += line;
    if (flags & ERR_TXT_STRING) text += std::string(" (") + detail + ")";
  }
  return text.empty() ? "no detail from OpenSSL" : text;
}

}  // namespace inkan::policy
