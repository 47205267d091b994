#include "policy/types/digest.h"

#include <openssl/sha.h>

#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {

Sha256 sha256(BytesView bytes) {
  std::array<std::uint8_t, 32> out;
  SHA256(bytes.data(), bytes.size(), out.data());
  return Sha256(out);
}

Sha256 sha256(std::initializer_list<BytesView> parts) {
  const EvpMdCtxPtr context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 32> out;
  bool ok = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  for (const auto part : parts) ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  if (!ok || EVP_DigestFinal_ex(context.get(), out.data(), nullptr) != 1)
    throw Error(ErrorCode::internal, "SHA-256 failed: " + openssl_errors());
  return Sha256(out);
}

Fingerprint fingerprint_of(BytesView certificate_der) {
  return Fingerprint(sha256(certificate_der).array());
}
SpkiHash spki_hash_of(BytesView spki_der) {
  return SpkiHash(sha256(spki_der).array());
}

}  // namespace inkan::policy
