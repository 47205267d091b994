// What became of one signing call. A token can fail before it signs, sign, or leave us not knowing: three
// different duties.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "policy/types/bytes.h"

namespace inkan::pkcs11 {

using Deadline = std::chrono::steady_clock::time_point;

// No signature exists: the call never reached C_Sign, or the token refused it for certain. Safe to issue
// again.
struct NotSigned {
  std::string reason;    // "C_SignInit: CKR_DEVICE_REMOVED", "no session within the deadline"
  unsigned long rv = 0;  // CK_RV, 0 where none
  int tries = 0;
};

// C_Sign was entered and its answer did not come in time, or left it open whether a signature was made.
struct PossiblySigned {
  std::string reason;
  unsigned long rv = 0;
  int tries = 0;
};

// A signature that verified against the key's public half, over exactly the recorded bytes.
struct Signed {
  policy::Bytes
      object;  // certificate, CRL or request: the whole DER; canary, checkpoint: the signature alone
  policy::Bytes signature;  // as in the BIT STRING: DER ECDSA-Sig-Value, RSA octets, Ed25519 octets
  int tries = 1;            // C_Sign calls made for it
};

using SignOutcome = std::variant<Signed, NotSigned, PossiblySigned>;

}  // namespace inkan::pkcs11
