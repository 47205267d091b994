#include "pkcs11/token_keys.h"

#include <array>
#include <atomic>

#include "pkcs11/cryptoki_error.h"
#include "pkcs11/key_attributes.h"
#include "pkcs11/key_template.h"
#include "pkcs11/token_core.h"
#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;
using policy::KeyAlgorithm;
using policy::KeyPurpose;

constexpr std::chrono::seconds k_read_patience{15};
constexpr std::size_t k_most_listed = 10'000;

Deadline soon() {
  return std::chrono::steady_clock::now() + k_read_patience;
}

[[noreturn]] void fail(ErrorCode code, const Token& token, const std::string& label, const std::string& why) {
  throw Error(code, "key " + label + " on token " + token.config().name + ": " + why);
}

std::string label_prefix(KeyPurpose purpose) {
  return "inkan/" + std::string(policy::name(purpose)) + "/";
}

std::string full_label(KeyPurpose purpose, const std::string& wanted) {
  const std::string prefix = label_prefix(purpose);
  std::string label = wanted.starts_with(prefix) ? wanted : prefix + wanted;
  const std::string own = label.substr(prefix.size());
  if (own.empty() || own.find('/') != std::string::npos || label.size() > 128)
    throw Error(ErrorCode::config,
                "key label \"" + wanted + "\" must be <name> or " + prefix +
                    "<name>, the name without '/': the label carries the key's one purpose");
  return label;
}

KnownKey known(const KeyRecord& record) {
  return {record.id, record.purpose, record.label, record.spki};
}

// What one visit to the token found of a key.
struct Sight {
  std::string fault;
  KeyAttributes attributes;
};

// Runs in a worker: all it touches is in `seen`, which outlives the caller's patience.
Sight look(Token& token, const KeyRecord& record) {
  const auto seen = std::make_shared<Sight>();
  const CK_RV rv = token.core()->pool().run(
      [seen, key = known(record)](Session& session) {
        *seen = {};
        const LocatedKey located = locate_key(session, key);
        if (!located.fault.empty()) {
          seen->fault = located.fault;
          return located.rv == k_not_as_recorded ? CKR_OK : located.rv;
        }
        AttributesRead read = read_key_attributes(session, located.private_key);
        seen->attributes = std::move(read.attributes);
        return read.rv;
      },
      true, soon());
  if (rv != CKR_OK)
    fail(is_suspect(rv) ? ErrorCode::unavailable : ErrorCode::token, token, record.label, rv_name(rv));
  return *seen;
}

struct Birth {
  CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE, private_key = CK_INVALID_HANDLE;
  std::string fault;  // of a key that was made, and destroyed for it
  policy::Bytes spki;
  KeyAttributes attributes;
  std::atomic<bool> unwanted = false;  // nobody waits for it any more
};

void destroy_pair(Session& session, const Birth& birth) {
  session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    const CK_RV first = p.C_DestroyObject(handle, birth.private_key);
    const CK_RV second = p.C_DestroyObject(handle, birth.public_key);
    return first != CKR_OK ? first : second;
  });
}

CK_RV make_pair_of(Session& session, const KeyWish& wish, Birth& birth) {
  CK_RV rv = CKR_OK;
  for (const auto strictness : {Strictness::strict, Strictness::unrestricted, Strictness::plain}) {
    KeyTemplate wanted(wish, strictness);
    rv = session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
      return p.C_GenerateKeyPair(handle, &wanted.mechanism(), wanted.public_key().data(),
                                 wanted.public_key().size(), wanted.private_key().data(),
                                 wanted.private_key().size(), &birth.public_key, &birth.private_key);
    });
    const bool about_template = rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID ||
                                rv == CKR_ATTRIBUTE_READ_ONLY || rv == CKR_TEMPLATE_INCONSISTENT ||
                                rv == CKR_TEMPLATE_INCOMPLETE || rv == CKR_GENERAL_ERROR ||
                                rv == CKR_ARGUMENTS_BAD;
    if (!about_template) break;
  }
  return rv;
}

CK_RV give_birth(Session& session, const KeyWish& wish, Birth& birth) {
  const auto privates = find_objects(session, CKO_PRIVATE_KEY, wish.id.bytes());
  const auto publics = find_objects(session, CKO_PUBLIC_KEY, wish.id.bytes());
  if (privates.rv != CKR_OK) return privates.rv;
  if (publics.rv != CKR_OK) return publics.rv;
  if (!privates.handles.empty() || !publics.handles.empty()) {
    birth.fault = "the token already has an object of CKA_ID " + wish.id.hex();
    return CKR_OK;
  }
  if (const CK_RV rv = make_pair_of(session, wish, birth); rv != CKR_OK) return rv;

  const auto spki = derive_spki(session, birth.public_key);
  const auto read = read_key_attributes(session, birth.private_key);
  birth.spki = spki.value;
  birth.attributes = read.attributes;
  if (spki.rv != CKR_OK || read.rv != CKR_OK)
    birth.fault = "it was made but could not be read back: " + rv_name(spki.rv != CKR_OK ? spki.rv : read.rv);
  else
    birth.fault = unsound(read.attributes);
  if (birth.unwanted) birth.fault = "it was made when nobody waited for it any more";
  if (!birth.fault.empty()) destroy_pair(session, birth);
  return CKR_OK;
}

void check_wish(const Token& token, const KeyWish& wish, policy::SignatureAlgorithm signature) {
  if (!policy::fits(signature, wish.algorithm))
    fail(ErrorCode::config, token, wish.label,
         std::string(policy::name(signature)) + " cannot be made by an " +
             std::string(policy::name(wish.algorithm)) + " key");
  if (wish.algorithm == KeyAlgorithm::rsa &&
      (wish.rsa_bits < 2048 || wish.rsa_bits > 4096 || wish.rsa_bits % 256 != 0))
    fail(ErrorCode::config, token, wish.label,
         "RSA keys have 2048, 3072 or 4096 bits, not " + std::to_string(wish.rsa_bits));
  for (const auto mechanism : {generation_mechanism(wish.algorithm), mechanism_of(signature)})
    if (!token.has_mechanism(mechanism))
      fail(ErrorCode::config, token, wish.label,
           "the token cannot make " + std::string(policy::name(wish.algorithm)) +
               " keys or sign with them; choose another algorithm or token");
}

policy::PublicKey parsed(const Token& token, const KeyRecord& record) {
  auto key = policy::PublicKey::parse(record.spki);
  if (const auto* denial = policy::denied(key)) fail(ErrorCode::key, token, record.label, denial->detail);
  return std::get<policy::PublicKey>(std::move(key));
}

}  // namespace

KeyRecord generate_key(Token& token, KeyPurpose purpose, KeyAlgorithm algorithm, int rsa_bits,
                       const std::string& label, const policy::KeyId& id,
                       std::optional<policy::SignatureAlgorithm> signature, std::chrono::seconds patience) {
  KeyRecord record{id,
                   purpose,
                   token.config().name,
                   full_label(purpose, label),
                   algorithm,
                   0,
                   signature.value_or(policy::default_signature(algorithm)),
                   {},
                   {}};
  const KeyWish wish{id, record.label, algorithm, rsa_bits,
                     allowed_mechanisms(record.signature_algorithm, purpose == KeyPurpose::tls)};
  check_wish(token, wish, record.signature_algorithm);

  const auto birth = std::make_shared<Birth>();
  const std::lock_guard turn(token.core()->generation_turn());
  CK_RV rv = CKR_OK;
  try {
    rv = token.core()->pool().run(
        [birth, wish](Session& session) { return give_birth(session, wish, *birth); }, false,
        std::chrono::steady_clock::now() + patience);
  } catch (const Error&) {
    birth->unwanted = true;
    throw;
  }
  if (rv != CKR_OK) fail(ErrorCode::token, token, record.label, "C_GenerateKeyPair: " + rv_name(rv));
  if (!birth->fault.empty()) fail(ErrorCode::key, token, record.label, birth->fault);
  record.spki = birth->spki;
  record.attributes = birth->attributes;
  const policy::PublicKey key = parsed(token, record);
  record.bits = key.bits();
  const bool as_wished =
      key.algorithm() == algorithm && (algorithm != KeyAlgorithm::rsa || key.bits() == rsa_bits);
  if (!as_wished) destroy_key(token, record);
  if (!as_wished)
    fail(ErrorCode::key, token, record.label, "the token made a key of another kind than it was asked for");
  return record;
}

KeyAttributes read_attributes(Token& token, const KeyRecord& record) {
  Sight seen = look(token, record);
  if (!seen.fault.empty()) fail(ErrorCode::key, token, record.label, seen.fault);
  return std::move(seen.attributes);
}

void check_key(Token& token, const KeyRecord& record) {
  if (record.token != token.config().name)
    fail(ErrorCode::internal, token, record.label, "its record names token " + record.token);
  if (!record.label.starts_with(label_prefix(record.purpose)))
    fail(ErrorCode::key, token, record.label,
         "its label does not name its purpose, " + std::string(policy::name(record.purpose)));
  const KeyAttributes now = read_attributes(token, record);
  if (const auto fault = unsound(now); !fault.empty()) fail(ErrorCode::key, token, record.label, fault);
  if (const auto drifted = drift(record.attributes, now); !drifted.empty())
    fail(ErrorCode::key, token, record.label,
         drifted + ". Someone changed it: find out who before you sign with it");
}

std::vector<KeyObject> list_keys(Token& token) {
  const auto keys = std::make_shared<std::vector<KeyObject>>();
  const CK_RV rv = token.core()->pool().run(
      [keys](Session& session) {
        keys->clear();
        const FoundObjects found = find_objects(session, CKO_PRIVATE_KEY, std::nullopt, k_most_listed);
        for (const auto handle : found.handles) {
          AttributesRead read = read_key_attributes(session, handle);
          if (read.rv != CKR_OK) return read.rv;
          KeyObject key{read_attribute(session, handle, CKA_ID).value,
                        read.attributes.at("CKA_LABEL"),
                        {},
                        {},
                        unsound(read.attributes)};
          key.attributes = std::move(read.attributes);
          const FoundObjects publics = find_objects(session, CKO_PUBLIC_KEY, key.id);
          if (publics.rv == CKR_OK && publics.handles.size() == 1)
            key.spki = derive_spki(session, publics.handles.front()).value;
          keys->push_back(std::move(key));
        }
        return found.rv;
      },
      true, soon());
  if (rv != CKR_OK)
    throw Error(is_suspect(rv) ? ErrorCode::unavailable : ErrorCode::token,
                "token " + token.config().name + ": its keys cannot be listed: " + rv_name(rv));
  return std::move(*keys);
}

void destroy_key(Token& token, const KeyRecord& record) {
  const auto fault = std::make_shared<std::string>();
  const CK_RV rv = token.core()->pool().run(
      [fault, key = known(record)](Session& session) {
        const LocatedKey located = locate_key(session, key);
        *fault = located.fault;
        if (!located.fault.empty()) return located.rv == k_not_as_recorded ? CKR_OK : located.rv;
        return session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
          const CK_RV first = p.C_DestroyObject(handle, located.private_key);
          return first != CKR_OK ? first : p.C_DestroyObject(handle, located.public_key);
        });
      },
      false, soon());
  if (rv != CKR_OK) fail(ErrorCode::token, token, record.label, "C_DestroyObject: " + rv_name(rv));
  if (!fault->empty()) fail(ErrorCode::key, token, record.label, *fault);
}

bool erase_key(Token& token, const policy::KeyId& id) {
  token.forget_key(id);
  const auto found = std::make_shared<std::size_t>(0);
  const CK_RV rv = token.core()->pool().run(
      [found, id](Session& session) {
        for (const CK_OBJECT_CLASS half : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
          const FoundObjects objects = find_objects(session, half, id.bytes());
          if (objects.rv != CKR_OK) return objects.rv;
          *found += objects.handles.size();
          for (const auto object : objects.handles) {
            const CK_RV gone = session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
              return p.C_DestroyObject(handle, object);
            });
            if (gone != CKR_OK) return gone;
          }
          const FoundObjects left = find_objects(session, half, id.bytes());
          if (left.rv != CKR_OK) return left.rv;
          if (!left.handles.empty()) return static_cast<CK_RV>(CKR_ACTION_PROHIBITED);
        }
        return static_cast<CK_RV>(CKR_OK);
      },
      true, soon());
  if (rv != CKR_OK)
    throw Error(is_suspect(rv) ? ErrorCode::unavailable : ErrorCode::token,
                "key " + id.hex() + " on token " + token.config().name + " is not destroyed: " + rv_name(rv));
  return *found > 0;
}

}  // namespace inkan::pkcs11
