// Which public keys may be certified: strength, shape and blocklist. NIST SP 800-56A §5.6.2.3, BR §6.1.6 and
// §4.9.1.1.
#pragma once

#include <string_view>
#include <vector>

#include "policy/types/denial.h"
#include "policy/x509/public_key.h"

namespace inkan::policy {

// SHA-256 hashes of SubjectPublicKeyInfo that must never be certified: compromised keys, Debian-weak keys,
// test keys of RFC 9500. The loader of the file lives in the daemon; parsing of its text here.
class KeyBlocklist {
 public:
  KeyBlocklist() = default;
  // One hex SHA-256 per line, optionally followed by white space and a word why; '#' starts a comment. Throws
  // Error{config} naming the line.
  static KeyBlocklist parse(std::string_view text, std::string_view file_name);
  static KeyBlocklist of(std::vector<SpkiHash> hashes);
  bool contains(const SpkiHash& key) const;
  std::size_t size() const { return hashes_.size(); }
  void merge(const KeyBlocklist& other);
  void remove(const KeyBlocklist& other);
  const std::vector<SpkiHash>& hashes() const { return hashes_; }  // sorted
  Sha256 sha256()
      const;  // of the sorted hashes in hexadecimal, a line each: what `sha256sum` says of that file

 private:
  std::vector<SpkiHash> hashes_;  // sorted, each once: lists of Debian-weak keys have hundreds of thousands
};

// The built-in list: keys published in standards and test suites, whose private halves everyone has.
const KeyBlocklist& published_keys();

// Nothing if the key may be certified, else the first rule it breaks:
// "key.rsa.size" 2048..4096 bits in whole octets · "key.rsa.exponent" odd and >= 65537, at most 256 bits ·
// "key.rsa.even" · "key.rsa.small-factor" (a prime below 752 divides the modulus) · "key.rsa.roca"
// (CVE-2017-15361) · "key.rsa.fermat" (primes so close that 100 rounds of Fermat find them) · "key.blocked".
std::optional<Denial> check_key(const PublicKey& key, const KeyBlocklist& blocklist);

}  // namespace inkan::policy
