// Keys in a token: made there, found by CKA_ID, held against what they were at birth. No key is imported or
// exported.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pkcs11/token.h"
#include "policy/x509/public_key.h"

namespace inkan::pkcs11 {

// CKA_* of the private key as text: "true", "false", a number, a mechanism list, or "absent" where the token
// has none.
using KeyAttributes = std::map<std::string, std::string>;

struct KeyRecord {
  policy::KeyId id;  // CKA_ID of both halves
  policy::KeyPurpose purpose;
  std::string token;  // TokenConfig::name
  std::string label;  // CKA_LABEL, "inkan/<purpose>/<name>"
  policy::KeyAlgorithm algorithm;
  int bits = 0;
  policy::SignatureAlgorithm signature_algorithm;
  policy::Bytes spki;        // derived from the public object, never from CKA_PUBLIC_KEY_INFO
  KeyAttributes attributes;  // as read back at birth
};

// Makes a key pair: in the token, private, sensitive, not extractable, for signing only, restricted to the
// mechanisms of its purpose where the token can. `label` is "inkan/<purpose>/<name>" or just <name>. The
// attributes are read back; a key that is not what was asked for is destroyed and refused with Error{key}.
// `id` must be random and unused. Throws Error{unavailable} if there is none after `patience`: one that is
// made later is destroyed by the worker that made it. Only the end of the process keeps it from that.
KeyRecord generate_key(Token& token, policy::KeyPurpose purpose, policy::KeyAlgorithm algorithm, int rsa_bits,
                       const std::string& label, const policy::KeyId& id,
                       std::optional<policy::SignatureAlgorithm> signature = std::nullopt,
                       std::chrono::seconds patience = std::chrono::minutes(5));  // RSA-4096 on a small HSM

// As the token shows them now.
KeyAttributes read_attributes(Token& token, const KeyRecord& record);

// Exactly one private and one public object under the CKA_ID, the public half is the record's, the label
// names its purpose, and the attributes are those of birth; otherwise Error{key} naming what drifted.
void check_key(Token& token, const KeyRecord& record);

// A private key in the token, whosever it is and however it came there.
struct KeyObject {
  policy::Bytes id;  // CKA_ID
  std::string label;
  policy::Bytes spki;  // of the public half; empty if there is none, or none that this project knows
  KeyAttributes attributes;
  std::string fault;  // what no key of ours may have, e.g. "CKA_EXTRACTABLE is true, must be false"
};
std::vector<KeyObject> list_keys(Token& token);

// Removes both halves, for keys of a set-up that failed half way. Error{key} if they are not there.
void destroy_key(Token& token, const KeyRecord& record);

// Destroys whatever the token holds under this CKA_ID, looks again, and looks for it no more. True if there
// was anything: what is gone already is gone. Throws Error{token|unavailable} if something may be left.
bool erase_key(Token& token, const policy::KeyId& id);

}  // namespace inkan::pkcs11
