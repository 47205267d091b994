#include "policy/rules/key_rules.h"

#include <algorithm>

#include "policy/rules/rsa_weakness.h"

namespace inkan::policy {
namespace {

constexpr int k_least_bits = 2048;
constexpr int k_most_bits = 4096;

constexpr const char* k_new_key = "make a new key with a current tool, and do not use this one for anything";

std::optional<Denial> check_size(const PublicKey& key) {
  if (key.bits() >= k_least_bits && key.bits() <= k_most_bits && key.bits() % 8 == 0) return std::nullopt;
  return Denial{"key.rsa.size", "CA/B Forum BR §6.1.5",
                "an RSA modulus of " + std::to_string(key.bits()) + " bits",
                "use a key of 2048 to 4096 bits in a multiple of 8, best 3072, or EC P-256"};
}

std::optional<Denial> check_exponent(BytesView e) {
  const bool large = e.size() > 3 || (e.size() == 3 && e[0] >= 1 && (e[0] > 1 || e[1] > 0 || e[2] >= 1));
  if (large && e.size() <= 32 && e.back() % 2 == 1) return std::nullopt;
  return Denial{"key.rsa.exponent", "CA/B Forum BR §6.1.6; NIST SP 800-89 §5.3.3",
                "the RSA public exponent 0x" + to_hex(e.first(std::min<std::size_t>(e.size(), 40))) +
                    " is not odd, from 65537 and below 2^256",
                "make a key with public exponent 65537"};
}

std::optional<Denial> check_modulus(BytesView n) {
  if (n.back() % 2 == 0)
    return Denial{"key.rsa.even", "NIST SP 800-89 §5.3.3",
                  "the RSA modulus is even, so 2 is one of its factors", k_new_key};
  const SmallResidues residues = small_residues(n);
  if (const auto factor = find_small_factor(residues))
    return Denial{"key.rsa.small-factor", "NIST SP 800-89 §5.3.3; CA/B Forum BR §6.1.6",
                  "the RSA modulus is divisible by " + std::to_string(*factor), k_new_key};
  if (has_roca_fingerprint(residues))
    return Denial{
        "key.rsa.roca", "CVE-2017-15361; CA/B Forum BR §6.1.1.3",
        "the RSA modulus bears the mark of Infineon's RSALib, whose keys can be factored",
        "make a new key outside the chip or TPM that made this one, or after its firmware is mended"};
  if (falls_to_fermat(n))
    return Denial{"key.rsa.fermat", "CVE-2022-26320; CA/B Forum BR §6.1.1.3",
                  "the primes of the RSA modulus are so close that Fermat's method factors it", k_new_key};
  return std::nullopt;
}

}  // namespace

std::optional<Denial> check_key(const PublicKey& key, const KeyBlocklist& blocklist) {
  if (key.algorithm() == KeyAlgorithm::rsa) {
    if (auto denial = check_size(key)) return denial;
    if (auto denial = check_exponent(key.rsa_exponent())) return denial;
    if (auto denial = check_modulus(key.rsa_modulus())) return denial;
  }
  if (blocklist.contains(key.spki_hash()) || published_keys().contains(key.spki_hash()))
    return Denial{
        "key.blocked", "CA/B Forum BR §4.9.1.1 and §6.1.1.3",
        "this public key (SPKI SHA-256 " + key.spki_hash().hex() + ") is on the list of compromised keys",
        k_new_key};
  return std::nullopt;
}

}  // namespace inkan::policy
