// What faults in a certificate are made of: pieces of DER, and how they get into one.
#pragma once

#include "policy/x509/oids.h"
#include "tests/policy/lint/raw_tbs.h"

namespace inkan::test::parts {

namespace der = policy::der;
namespace oid = policy::oid;
using policy::Bytes;

inline const Bytes k_critical = der::boolean_true();
inline const Bytes k_not_critical = {der::k_boolean, 1, 0};

inline Bytes general_uri(const char* text) {
  return der::tlv(der::context(6), policy::as_bytes(text));
}
inline Bytes point(const Bytes& full_name, const Bytes& more = {}) {
  return der::sequence(
      {der::tlv(der::context_constructed(0), der::tlv(der::context_constructed(0), full_name)), more});
}
inline Bytes ca_issuers(const char* method, const Bytes& location) {
  return der::sequence({der::oid(method), location});
}
inline Bytes validity(policy::Instant from, policy::Instant to) {
  return der::sequence({der::time(from), der::time(to)});
}
inline Bytes encoded_name(const std::vector<policy::NameAttribute>& attributes) {
  return name_of(attributes).der();
}
inline void append(Bytes& octets, const Bytes& more) {
  octets.insert(octets.end(), more.begin(), more.end());
}
inline void put_key(LintCase& c, const policy::PublicKey& key) {
  c.tbs.spki = key.spki();
  c.tbs.at(oid::k_subject_key_identifier).value = der::octet_string(key.key_identifier());
}

}  // namespace inkan::test::parts
