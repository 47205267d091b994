// Textual encodings of DER (RFC 7468): exactly one block in, one block out. Never decodes a private key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/types/bytes.h"

namespace inkan::policy {

struct PemBlock {
  std::string label;
  Bytes der;
};

bool is_pem(std::string_view text);  // holds a "-----BEGIN " line

// The only block in `text`; explanatory text and white space may stand around it (RFC 7468 §2). Throws
// Error{invalid_input} for none, two, a broken one, or a private key, whose content is never repeated.
PemBlock pem_decode(std::string_view text);
std::vector<PemBlock> pem_decode_all(std::string_view text);  // one or more, as a chain file has them
Bytes pem_decode_certificate(std::string_view text);          // label CERTIFICATE, exactly one
std::string pem_encode(std::string_view label, BytesView der);

}  // namespace inkan::policy
