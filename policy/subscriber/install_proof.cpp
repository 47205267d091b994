#include "policy/subscriber/install_proof.h"

#include "policy/der/writer.h"

namespace inkan::policy {
namespace {

SignatureAlgorithm algorithm_for(KeyAlgorithm key) {
  switch (key) {
    case KeyAlgorithm::ec_p256:
      return SignatureAlgorithm::ecdsa_sha256;
    case KeyAlgorithm::ec_p384:
      return SignatureAlgorithm::ecdsa_sha384;
    case KeyAlgorithm::ec_p521:
      return SignatureAlgorithm::ecdsa_sha512;
    case KeyAlgorithm::ed25519:
      return SignatureAlgorithm::ed25519;
    case KeyAlgorithm::rsa:
      break;
  }
  return SignatureAlgorithm::rsa_pkcs1_sha256;
}

bool is_curve(KeyAlgorithm key) {
  return key == KeyAlgorithm::ec_p256 || key == KeyAlgorithm::ec_p384 || key == KeyAlgorithm::ec_p521;
}

}  // namespace

std::string install_message(BytesView nonce, const Fingerprint& certificate) {
  return "INKAN INSTALLED v1\n" + to_hex(nonce) + "\n" + certificate.hex() + "\n";
}

bool is_install_proof(const PublicKey& key, std::string_view message, BytesView signature) {
  const auto algorithm = algorithm_for(key.algorithm());
  if (key.verify(algorithm, as_bytes(message), signature)) return true;
  const auto half = static_cast<std::size_t>((key.bits() + 7) / 8);
  if (!is_curve(key.algorithm()) || signature.size() != 2 * half) return false;
  const Bytes in_der = der::sequence(
      {der::unsigned_integer(signature.first(half)), der::unsigned_integer(signature.subspan(half))});
  return key.verify(algorithm, as_bytes(message), in_der);
}

}  // namespace inkan::policy
