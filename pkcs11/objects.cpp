#include "pkcs11/objects.h"

#include <array>
#include <cstring>

#include "policy/der/writer.h"

namespace inkan::pkcs11 {
namespace {

namespace der = policy::der;
using policy::Bytes;
using policy::BytesView;

constexpr CK_ULONG k_batch = 8;

// CKA_EC_PARAMS for Ed25519: PKCS#11 v3 has the PrintableString "edwards25519" and the OID 1.3.101.112;
// SoftHSM writes the string, opencryptoki the OID.
bool is_ed25519(BytesView ec_params) {
  return policy::equal(ec_params, der::tlv(der::k_printable_string, policy::as_bytes("edwards25519"))) ||
         policy::equal(ec_params, der::oid("1.3.101.112"));
}

// CKA_EC_POINT is a DER OCTET STRING by the standard; some tokens answer the raw point. `raw_size` tells them
// apart: a raw point cannot have the length that its wrapping adds.
Bytes unwrap_point(const Bytes& point, std::size_t raw_size) {
  if (point.size() == raw_size) return point;
  const std::size_t header = point.size() > raw_size ? point.size() - raw_size : 0;
  if (header < 2) return {};
  Bytes inner(point.begin() + static_cast<std::ptrdiff_t>(header), point.end());
  return der::octet_string(inner) == point ? inner : Bytes{};
}

std::size_t point_size(BytesView ec_params) {
  if (is_ed25519(ec_params)) return 32;
  if (policy::equal(ec_params, der::oid("1.2.840.10045.3.1.7"))) return 65;
  if (policy::equal(ec_params, der::oid("1.3.132.0.34"))) return 97;
  if (policy::equal(ec_params, der::oid("1.3.132.0.35"))) return 133;
  return 0;
}

ReadAttribute ec_spki(Session& session, CK_OBJECT_HANDLE key) {
  auto params = read_attribute(session, key, CKA_EC_PARAMS);
  if (params.rv != CKR_OK) return params;
  auto point = read_attribute(session, key, CKA_EC_POINT);
  if (point.rv != CKR_OK) return point;
  const Bytes raw = unwrap_point(point.value, point_size(params.value));
  if (raw.empty()) return {CKR_KEY_TYPE_INCONSISTENT, {}};
  const Bytes algorithm = is_ed25519(params.value)
                              ? der::sequence({der::oid("1.3.101.112")})  // RFC 8410 §3: no parameters
                              : der::sequence({der::oid("1.2.840.10045.2.1"), params.value});
  return {CKR_OK, der::sequence({algorithm, der::bit_string(raw)})};
}

ReadAttribute rsa_spki(Session& session, CK_OBJECT_HANDLE key) {
  auto modulus = read_attribute(session, key, CKA_MODULUS);
  if (modulus.rv != CKR_OK) return modulus;
  auto exponent = read_attribute(session, key, CKA_PUBLIC_EXPONENT);
  if (exponent.rv != CKR_OK) return exponent;
  const Bytes algorithm = der::sequence({der::oid("1.2.840.113549.1.1.1"), der::tlv(der::k_null, {})});
  const Bytes numbers =
      der::sequence({der::unsigned_integer(modulus.value), der::unsigned_integer(exponent.value)});
  return {CKR_OK, der::sequence({algorithm, der::bit_string(numbers)})};
}

}  // namespace

FoundObjects find_objects(Session& session, CK_OBJECT_CLASS object_class, std::optional<policy::BytesView> id,
                          std::size_t enough) {
  FoundObjects found;
  CK_BBOOL on_token = CK_TRUE;
  std::vector<CK_ATTRIBUTE> wanted{{CKA_CLASS, &object_class, sizeof object_class},
                                   {CKA_TOKEN, &on_token, sizeof on_token}};
  policy::Bytes octets = policy::to_bytes(id.value_or(policy::BytesView()));
  if (id) wanted.push_back({CKA_ID, octets.data(), octets.size()});
  found.rv = session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
    CK_RV rv = p.C_FindObjectsInit(handle, wanted.data(), wanted.size());
    if (rv != CKR_OK) return rv;
    std::array<CK_OBJECT_HANDLE, k_batch> batch{};
    CK_ULONG count = 0;
    // One C_FindObjects may return fewer than there are; only an empty batch is the end (PKCS#11 §5.7).
    do {
      rv = p.C_FindObjects(handle, batch.data(), batch.size(), &count);
      if (rv != CKR_OK) break;
      found.handles.insert(found.handles.end(), batch.begin(),
                           batch.begin() + static_cast<std::ptrdiff_t>(count));
    } while (count > 0 && found.handles.size() < enough);
    const CK_RV ended = p.C_FindObjectsFinal(handle);
    return rv != CKR_OK ? rv : ended;
  });
  if (found.rv != CKR_OK) found.handles.clear();
  return found;
}

ReadAttribute read_attribute(Session& session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  ReadAttribute read;
  read.value.resize(8192);
  CK_ATTRIBUTE attribute{type, read.value.data(), read.value.size()};
  const auto ask = [&] {
    return session.call([&](CK_FUNCTION_LIST& p, CK_SESSION_HANDLE handle) {
      return p.C_GetAttributeValue(handle, object, &attribute, 1);
    });
  };
  read.rv = ask();
  // NSS calls a number's buffer too small unless it has a number's size to the octet: there, it is asked
  // first.
  if (read.rv == CKR_BUFFER_TOO_SMALL) {
    attribute = {type, nullptr, 0};
    read.rv = ask();
    if (read.rv == CKR_OK && attribute.ulValueLen <= read.value.size()) {
      attribute.pValue = read.value.data();
      read.rv = ask();
    }
  }
  if (read.rv == CKR_OK && attribute.ulValueLen > read.value.size()) read.rv = CKR_ATTRIBUTE_TYPE_INVALID;
  read.value.resize(read.rv == CKR_OK ? attribute.ulValueLen : 0);
  return read;
}

std::optional<CK_ULONG> as_ulong(const ReadAttribute& attribute) {
  CK_ULONG value = 0;
  if (attribute.rv != CKR_OK || attribute.value.size() != sizeof value) return std::nullopt;
  std::memcpy(&value, attribute.value.data(), sizeof value);
  return value;
}

std::optional<bool> as_bool(const ReadAttribute& attribute) {
  if (attribute.rv != CKR_OK || attribute.value.size() != sizeof(CK_BBOOL)) return std::nullopt;
  return attribute.value.front() != CK_FALSE;
}

ReadAttribute derive_spki(Session& session, CK_OBJECT_HANDLE public_key) {
  const auto read = read_attribute(session, public_key, CKA_KEY_TYPE);
  if (read.rv != CKR_OK) return {read.rv, {}};
  const auto type = as_ulong(read);
  if (type == CKK_RSA) return rsa_spki(session, public_key);
  if (type == CKK_EC || type == CKK_EC_EDWARDS) return ec_spki(session, public_key);
  return {CKR_KEY_TYPE_INCONSISTENT, {}};
}

}  // namespace inkan::pkcs11
