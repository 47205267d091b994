// SHA-256 and the digests that name things. Each kind is its own type.
#pragma once

#include <initializer_list>
#include <memory>

#include "policy/types/bytes.h"

namespace inkan::policy {

using Sha256 = Octets<struct Sha256Tag, 32>;            // of anything else
using Fingerprint = Octets<struct FingerprintTag, 32>;  // SHA-256 of a certificate's DER
using SpkiHash = Octets<struct SpkiHashTag, 32>;        // SHA-256 of a SubjectPublicKeyInfo's DER

Sha256 sha256(BytesView bytes);
Sha256 sha256(std::initializer_list<BytesView> parts);  // of the parts one after the other

// Of octets that come one part after the other.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void update(BytesView part);
  Sha256 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Fingerprint fingerprint_of(BytesView certificate_der);
SpkiHash spki_hash_of(BytesView spki_der);

}  // namespace inkan::policy
