#include "daemon/authority/open_authorities.h"

#include <algorithm>

#include "daemon/store/key_rows.h"
#include "policy/rules/outside_certificate.h"
#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

namespace {

bool is_there(KeyState state) {
  return state == KeyState::pre_active || state == KeyState::active;
}

std::unique_ptr<CertificateAuthority> open_authority(const AuthorityRow& stored,
                                                     const std::vector<KeyRow>& keys, const Tokens& tokens,
                                                     const PublishedAt& published) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const auto& each) { return each.record.id == stored.key; });
  if (found == keys.end())
    throw Error(ErrorCode::store, "authority " + stored.id + " names a key that the store does not know");
  const auto* key = &found->record;
  const auto certificate = policy::Certificate::parse(stored.certificate);
  if (!(certificate.public_key() == public_key_of(*key)))
    throw Error(ErrorCode::key,
                "the certificate of authority " + stored.id + " is for another key than " + key->label);
  auto opened = std::make_unique<CertificateAuthority>(
      issuer_of(stored.id, *key, certificate.subject(), certificate.validity(),
                policy::ca_path_length(certificate).value_or(-1), published),
      stored.issuer, stored.certificate,
      is_there(found->state) ? std::make_unique<pkcs11::CaSigner>(tokens.find(key->token), *key) : nullptr,
      stored.state);
  if (!stored.outside_issuers.empty()) {
    opened->issuer.outside_identifier = policy::subject_key_identifier(certificate);
    opened->outside_issuers = stored.outside_issuers;
  }
  return opened;
}

}  // namespace

policy::PublicKey public_key_of(const pkcs11::KeyRecord& record) {
  auto key = policy::PublicKey::parse(record.spki);
  if (const auto* denial = policy::denied(key))
    throw Error(ErrorCode::key, "the public half of " + record.label + " does not parse: " + denial->detail);
  return std::get<policy::PublicKey>(std::move(key));
}

policy::Issuer issuer_of(const std::string& id, const pkcs11::KeyRecord& key, const policy::Name& subject,
                         const policy::Validity& validity, int path_length, const PublishedAt& published) {
  return {id,
          subject,
          public_key_of(key),
          validity,
          key.id,
          key.signature_algorithm,
          path_length,
          published.base_url + "/crl/" + id + ".crl",
          published.base_url + "/ca/" + id + ".crt",
          published.ocsp ? published.base_url + "/ocsp" : "",
          {}};
}

Authorities::List open_authorities(Store& store, const Tokens& tokens, const PublishedAt& published) {
  return store.read([&](Database& database) {
    const auto keys = KeyRow::all(database);
    Authorities::List list;
    for (const auto& stored : AuthorityRow::all(database))
      if (stored.state != AuthorityState::pending)
        list.push_back(open_authority(stored, keys, tokens, published));
    return list;
  });
}

void follow_store(Authorities& authorities, Store& store) {
  const std::lock_guard one_at_a_time(authorities.following);
  store.read([&](Database& database) {
    for (const auto& stored : AuthorityRow::all(database))
      if (auto* const authority = authorities.find(stored.id)) authority->state = stored.state;
    if (auto* const issuing = authorities.find(issuing_authority(database)))
      authorities.set_issuing(*issuing);
    return true;
  });
}

}  // namespace inkan::daemon
