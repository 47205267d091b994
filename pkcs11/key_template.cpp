#include "pkcs11/key_template.h"

#include <cstring>

#include "policy/der/writer.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

namespace der = policy::der;
using policy::Bytes;
using policy::BytesView;
using policy::KeyAlgorithm;

BytesView octets_of(const CK_ULONG& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};
}

Bytes ec_parameters(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::ec_p256:
      return der::oid("1.2.840.10045.3.1.7");
    case KeyAlgorithm::ec_p384:
      return der::oid("1.3.132.0.34");
    case KeyAlgorithm::ec_p521:
      return der::oid("1.3.132.0.35");
    // PKCS#11 v3.0 §2.3.10: the curve's name as a PrintableString.
    case KeyAlgorithm::ed25519:
      return der::tlv(der::k_printable_string, policy::as_bytes("edwards25519"));
    case KeyAlgorithm::rsa:
      break;
  }
  throw policy::Error(policy::ErrorCode::internal, "an RSA key has no curve");
}

}  // namespace

CK_MECHANISM_TYPE generation_mechanism(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::rsa:
      return CKM_RSA_PKCS_KEY_PAIR_GEN;
    case KeyAlgorithm::ec_p256:
    case KeyAlgorithm::ec_p384:
    case KeyAlgorithm::ec_p521:
      return CKM_EC_KEY_PAIR_GEN;
    case KeyAlgorithm::ed25519:
      return CKM_EC_EDWARDS_KEY_PAIR_GEN;
  }
  return CKM_EC_KEY_PAIR_GEN;
}

KeyTemplate::KeyTemplate(const KeyWish& wish, Strictness strictness) {
  mechanism_.mechanism = generation_mechanism(wish.algorithm);
  for (Template* const half : {&public_, &private_}) {
    add_bool(*half, CKA_TOKEN, true);
    add(*half, CKA_LABEL, policy::as_bytes(wish.label));
    add(*half, CKA_ID, wish.id.bytes());
  }
  add_bool(public_, CKA_VERIFY, true);
  add_bool(private_, CKA_PRIVATE, true);
  add_bool(private_, CKA_SENSITIVE, true);
  add_bool(private_, CKA_EXTRACTABLE, false);
  add_bool(private_, CKA_SIGN, true);
  const bool rsa = wish.algorithm == KeyAlgorithm::rsa;
  if (rsa) {
    add(public_, CKA_MODULUS_BITS, octets_of(static_cast<CK_ULONG>(wish.rsa_bits)));
    add(public_, CKA_PUBLIC_EXPONENT, Bytes{1, 0, 1});  // 65537: FIPS 186-4 §B.3.1
  } else {
    add(public_, CKA_EC_PARAMS, ec_parameters(wish.algorithm));
  }
  if (strictness == Strictness::plain) return;

  add_bool(public_, CKA_PRIVATE, false);
  add_bool(private_, CKA_DERIVE, false);
  // Said for every kind of key: SoftHSM gives even an EC key CKA_DECRYPT unless told otherwise.
  for (const auto use : {CKA_ENCRYPT, CKA_WRAP, CKA_VERIFY_RECOVER}) add_bool(public_, use, false);
  for (const auto use : {CKA_DECRYPT, CKA_UNWRAP, CKA_SIGN_RECOVER}) add_bool(private_, use, false);
  if (strictness == Strictness::unrestricted) return;

  Bytes mechanisms;
  for (const auto& one : wish.mechanisms) {
    const auto octets = octets_of(one);
    mechanisms.insert(mechanisms.end(), octets.begin(), octets.end());
  }
  add(private_, CKA_ALLOWED_MECHANISMS, mechanisms);
}

void KeyTemplate::add(Template& to, CK_ATTRIBUTE_TYPE type, BytesView value) {
  Bytes& kept = values_.emplace_back(policy::to_bytes(value));
  to.push_back({type, kept.data(), kept.size()});
}

void KeyTemplate::add_bool(Template& to, CK_ATTRIBUTE_TYPE type, bool value) {
  add(to, type, Bytes{static_cast<std::uint8_t>(value ? CK_TRUE : CK_FALSE)});
}

}  // namespace inkan::pkcs11
