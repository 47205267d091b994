// Which certificate an OCSP request asks about, and an answer is about (RFC 6960 §4.1.1, CertID).
#pragma once

#include "policy/types/bytes.h"
#include "policy/types/serial.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// Of issuer name and key, to find the issuer by: nothing rests on SHA-1 being strong here (RFC 5019 §2.1.1).
enum class CertIdHash { sha1, sha256 };

// An issuer as a CertID names it.
struct IssuerId {
  CertIdHash hash = CertIdHash::sha1;
  Bytes name_hash;  // of the DER of its distinguished name
  Bytes key_hash;   // of its subjectPublicKey, without tag, length and count of unused bits

  static IssuerId of(CertIdHash hash, const Name& name, const PublicKey& key);
  bool operator==(const IssuerId&) const = default;
  auto operator<=>(const IssuerId&) const = default;
};

struct CertId {
  IssuerId issuer;
  Serial serial;

  Bytes der() const;  // the hash's parameters are NULL, as most clients write and all accept
  bool operator==(const CertId&) const = default;
  auto operator<=>(const CertId&) const = default;
};

Bytes digest(CertIdHash hash, BytesView message);

}  // namespace inkan::policy
