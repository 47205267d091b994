#include "policy/types/digest.h"

#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {

Sha256 sha256(BytesView bytes) {
  return sha256({bytes});
}

Sha256 sha256(std::initializer_list<BytesView> parts) {
  // OpenSSL 3's one-shot calls look the algorithm up each time, which costs more than hashing a tree node.
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);  // kept for the process's life
  thread_local const EvpMdCtxPtr context(EVP_MD_CTX_new());
  std::array<std::uint8_t, 32> out;
  bool ok = algorithm && context && EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1;
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
