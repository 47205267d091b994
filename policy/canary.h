// A message a key signs before it is put to use, to prove that it is the key its record names.
#pragma once

#include "policy/types/key_id.h"
#include "policy/x509/algorithm.h"

namespace inkan::policy {

class Canary {
 public:
  static constexpr const char* k_purpose = "canary";
  using Nonce = std::array<std::uint8_t, 16>;

  Canary(const KeyId& key, SignatureAlgorithm algorithm, const Nonce& nonce);

  // "INKAN CANARY v1 <key id> <nonce>": its first octet, 'I' (0x49), opens no DER structure that anyone
  // signs, so the signature can never be taken for a certificate's, a CRL's or a response's.
  BytesView to_be_signed() const { return message_; }
  const KeyId& signing_key() const { return key_; }
  SignatureAlgorithm signature_algorithm() const { return algorithm_; }

 private:
  KeyId key_;
  SignatureAlgorithm algorithm_;
  Bytes message_;
};

}  // namespace inkan::policy
