// Health by a real signature: everything else a token answers may be a lie (SoftHSM with its directory gone
// opens sessions happily). Its own key, counted apart from the ledger's.
#pragma once

#include <memory>

#include "pkcs11/sign_outcome.h"
#include "pkcs11/token_keys.h"

namespace inkan::pkcs11 {

class KeySigner;

class Probe {
 public:
  // Throws Error{internal} unless the record's purpose is probe.
  Probe(std::shared_ptr<Token> token, KeyRecord record);
  ~Probe();

  // Signs a fixed text and verifies the signature. Throws Error{key} once the key has answered with a wrong
  // one.
  SignOutcome probe(Deadline deadline);
  const KeyRecord& key() const;

 private:
  std::unique_ptr<KeySigner> signer_;
};

}  // namespace inkan::pkcs11
