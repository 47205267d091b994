// Templates for C_GenerateKeyPair, from the strictest to what every vendor takes.
#pragma once

#include <p11-kit/pkcs11.h>

#include <deque>
#include <string>
#include <vector>

#include "policy/types/key_id.h"
#include "policy/x509/algorithm.h"

namespace inkan::pkcs11 {

// How much is asked for. strict: no other use, said outright, and the allowed mechanisms. unrestricted:
// without the list of mechanisms. plain: without the explicit FALSE too, which some vendors refuse
// (tpm2-pkcs11 with CKA_DECRYPT FALSE beside CKA_VERIFY TRUE). What matters is read back after each.
enum class Strictness { strict, unrestricted, plain };

struct KeyWish {
  policy::KeyId id;
  std::string label;
  policy::KeyAlgorithm algorithm;
  int rsa_bits = 0;
  std::vector<CK_MECHANISM_TYPE> mechanisms;
};

// Owns what its attributes point to.
class KeyTemplate {
 public:
  KeyTemplate(const KeyWish& wish, Strictness strictness);
  KeyTemplate(const KeyTemplate&) = delete;
  KeyTemplate& operator=(const KeyTemplate&) = delete;

  CK_MECHANISM& mechanism() { return mechanism_; }
  std::vector<CK_ATTRIBUTE>& public_key() { return public_; }
  std::vector<CK_ATTRIBUTE>& private_key() { return private_; }

 private:
  using Template = std::vector<CK_ATTRIBUTE>;
  void add(Template& to, CK_ATTRIBUTE_TYPE type, policy::BytesView value);
  void add_bool(Template& to, CK_ATTRIBUTE_TYPE type, bool value);

  CK_MECHANISM mechanism_{};
  std::deque<policy::Bytes> values_;  // a deque: attributes point into its elements
  Template public_, private_;
};

CK_MECHANISM_TYPE generation_mechanism(policy::KeyAlgorithm algorithm);

}  // namespace inkan::pkcs11
