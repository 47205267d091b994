// Brings the stored authorities to life: certificate, key and signer held against each other.
#pragma once

#include "daemon/authority/certificate_authority.h"
#include "daemon/store/store.h"
#include "daemon/tokens.h"

namespace inkan::daemon {

// Where certificates say that their status is published.
struct PublishedAt {
  std::string base_url;
  bool ocsp = false;  // there is an OCSP responder too
};

// All but those that are being made. Throws Error{store|key|config} if a certificate, its key's record and
// its token do not fit together.
Authorities::List open_authorities(Store& store, const Tokens& tokens, const PublishedAt& published);

// Each one's state, and which issues, as the store has them now: after a transaction that changed that.
void follow_store(Authorities& authorities, Store& store);

// As its certificates name the places where it publishes.
policy::Issuer issuer_of(const std::string& id, const pkcs11::KeyRecord& key, const policy::Name& subject,
                         const policy::Validity& validity, int path_length, const PublishedAt& published);
policy::PublicKey public_key_of(const pkcs11::KeyRecord& record);  // throws Error{key}

}  // namespace inkan::daemon
