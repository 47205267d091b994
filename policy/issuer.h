// The issuing side of a certificate: who signs, until when, and where its status is published.
#pragma once

#include <string>

#include "policy/types/key_id.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"
#include "policy/x509/name.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// An authority's CRLs: the full one, and shards, which are numbered from 1.
constexpr int k_full_crl = 0;
constexpr int k_most_crl_shards = 128;

struct Issuer {
  std::string id;  // "issuing"
  Name subject;
  PublicKey public_key;
  Validity validity;
  KeyId key;
  SignatureAlgorithm signature_algorithm;
  int path_length = -1;        // of its own certificate; -1: no limit
  std::string crl_url;         // RFC 5280 §4.2.1.13; empty: not published
  std::string ca_issuers_url;  // RFC 5280 §4.2.2.1; empty: not published
  std::string ocsp_url = {};   // RFC 6960 §3.1; empty: there is no responder
  Bytes outside_identifier{};  // of its key, as the outside CA that made its certificate chose it; else empty
  int crl_shard = k_full_crl;  // which of its CRLs crl_url is

  // What certificates and CRLs below it name it by (RFC 5280 §4.2.1.1).
  Bytes key_identifier() const {
    return outside_identifier.empty() ? public_key.key_identifier() : outside_identifier;
  }

  // The same for a certificate or CRL of that shard: its URL is under that of the full CRL, ".../issuing.crl"
  // has ".../issuing/3.crl".
  Issuer with_crl_shard(int shard) const {
    Issuer one = *this;
    if (shard == k_full_crl || crl_url.empty()) return one;
    one.crl_shard = shard;
    one.crl_url = crl_url.substr(0, crl_url.rfind('.')) + "/" + std::to_string(shard) + ".crl";
    return one;
  }
};

// The shard, of so many, that this certificate is listed on: 1 + (serial mod shards). The serial's last
// octets are random, so shards stay equally long.
inline int crl_shard_of(const Serial& serial, int shards) {
  int rest = 0;
  for (const auto octet : serial.content()) rest = (rest * 256 + octet) % shards;
  return 1 + rest;
}

}  // namespace inkan::policy
