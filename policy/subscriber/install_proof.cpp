#include "policy/subscriber/install_proof.h"

#include "policy/der/writer.h"

namespace inkan::policy {

std::string install_message(BytesView nonce, const Fingerprint& certificate) {
  return "INKAN INSTALLED v1\n" + to_hex(nonce) + "\n" + certificate.hex() + "\n";
}

bool is_install_proof(const PublicKey& key, std::string_view message, BytesView signature) {
  const auto algorithm = default_signature(key.algorithm());
  if (key.verify(algorithm, as_bytes(message), signature)) return true;
  const auto half = static_cast<std::size_t>((key.bits() + 7) / 8);
  if (!fits(SignatureAlgorithm::ecdsa_sha256, key.algorithm()) || signature.size() != 2 * half) return false;
  const Bytes in_der = der::sequence(
      {der::unsigned_integer(signature.first(half)), der::unsigned_integer(signature.subspan(half))});
  return key.verify(algorithm, as_bytes(message), in_der);
}

}  // namespace inkan::policy
