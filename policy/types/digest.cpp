#include "policy/types/digest.h"

#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {

namespace {

void begin(EVP_MD_CTX* context) {
  // OpenSSL 3's one-shot calls look the algorithm up each time, which costs more than hashing a tree node.
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);  // kept for the process's life
  if (!algorithm || !context || EVP_DigestInit_ex2(context, algorithm, nullptr) != 1)
    throw Error(ErrorCode::internal, "SHA-256 failed: " + openssl_errors());
}

void add(EVP_MD_CTX* context, BytesView part) {
  if (EVP_DigestUpdate(context, part.data(), part.size()) != 1)
    throw Error(ErrorCode::internal, "SHA-256 failed: " + openssl_errors());
}

Sha256 end(EVP_MD_CTX* context) {
  std::array<std::uint8_t, Sha256::k_size> out;
  if (EVP_DigestFinal_ex(context, out.data(), nullptr) != 1)
    throw Error(ErrorCode::internal, "SHA-256 failed: " + openssl_errors());
  return Sha256(out);
}

}  // namespace

Sha256 sha256(BytesView bytes) {
  return sha256({bytes});
}

Sha256 sha256(std::initializer_list<BytesView> parts) {
  thread_local const EvpMdCtxPtr context(EVP_MD_CTX_new());
  begin(context.get());
  for (const auto part : parts) add(context.get(), part);
  return end(context.get());
}

struct Sha256Stream::State {
  EvpMdCtxPtr context{EVP_MD_CTX_new()};
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {
  begin(state_->context.get());
}
Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::update(BytesView part) {
  add(state_->context.get(), part);
}

Sha256 Sha256Stream::finish() {
  return end(state_->context.get());
}

Fingerprint fingerprint_of(BytesView certificate_der) {
  return Fingerprint(sha256(certificate_der).array());
}
SpkiHash spki_hash_of(BytesView spki_der) {
  return SpkiHash(sha256(spki_der).array());
}

}  // namespace inkan::policy
