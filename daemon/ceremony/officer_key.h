// An officer's own software key, for the votes of a ceremony, in which he has no certificate of ours yet; and
// the throw-away keys of rehearsals. Never a key of the authority: those are in tokens.
#pragma once

#include <filesystem>
#include <string>

#include "policy/types/digest.h"
#include "policy/x509/openssl.h"

namespace inkan::daemon {

// Detached CMS SignedData in DER (RFC 5652 §5), SHA-256, the certificate in it: what `openssl cms -sign
// -binary -outform DER` makes. Throws Error{config} if the two do not fit, or CMS knows no such key.
policy::Bytes sign_document(X509* certificate, EVP_PKEY* key, const std::string& document);

class OfficerKey {
 public:
  // PEM; OpenSSL asks at the terminal for the passphrase of an encrypted one. Throws Error{config}.
  static OfficerKey from_file(const std::filesystem::path& pem);
  static OfficerKey throw_away();  // EC P-256, in this process's memory alone

  policy::SpkiHash spki_hash() const;
  // sign_document() with a certificate of one hour that the key signs itself: it says only which key this is.
  policy::Bytes sign(const std::string& document) const;
  std::string request(const std::string& common_name) const;  // PKCS#10, PEM

 private:
  explicit OfficerKey(policy::EvpPkeyPtr key) : key_(std::move(key)) {}

  policy::EvpPkeyPtr key_;
};

}  // namespace inkan::daemon
