#include "policy/ocsp/cert_id.h"

#include "policy/der/writer.h"
#include "policy/types/error.h"
#include "policy/x509/oids.h"

namespace inkan::policy {

Bytes digest(CertIdHash hash, BytesView message) {
  Bytes value(EVP_MAX_MD_SIZE);
  unsigned size = 0;
  if (EVP_Digest(message.data(), message.size(), value.data(), &size,
                 hash == CertIdHash::sha1 ? EVP_sha1() : EVP_sha256(), nullptr) != 1)
    throw Error(ErrorCode::internal, "the hash of a CertID failed: " + openssl_errors());
  value.resize(size);
  return value;
}

IssuerId IssuerId::of(CertIdHash hash, const Name& name, const PublicKey& key) {
  return {hash, digest(hash, name.der()), digest(hash, key.key_bits())};
}

Bytes CertId::der() const {
  const char* const algorithm = issuer.hash == CertIdHash::sha1 ? oid::k_sha1 : oid::k_sha256;
  return der::sequence({der::sequence({der::oid(algorithm), Bytes{der::k_null, 0}}),
                        der::octet_string(issuer.name_hash), der::octet_string(issuer.key_hash),
                        der::tlv(der::k_integer, serial.content())});
}

}  // namespace inkan::policy
