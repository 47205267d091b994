#include "pkcs11/key_attributes.h"

#include <array>
#include <cstdio>
#include <cstring>

namespace inkan::pkcs11 {
namespace {

enum class Form { boolean, number, mechanisms, text };
struct Known {
  CK_ATTRIBUTE_TYPE type;
  const char* name;
  Form form;
};

// Of a private key; PKCS#11 v2.40 §§4.4, 4.7, 4.9. CKA_ID is how it was found.
constexpr std::array k_known{
    Known{CKA_KEY_TYPE, "CKA_KEY_TYPE", Form::number},
    Known{CKA_LABEL, "CKA_LABEL", Form::text},
    Known{CKA_TOKEN, "CKA_TOKEN", Form::boolean},
    Known{CKA_PRIVATE, "CKA_PRIVATE", Form::boolean},
    Known{CKA_MODIFIABLE, "CKA_MODIFIABLE", Form::boolean},
    Known{CKA_SENSITIVE, "CKA_SENSITIVE", Form::boolean},
    Known{CKA_ALWAYS_SENSITIVE, "CKA_ALWAYS_SENSITIVE", Form::boolean},
    Known{CKA_EXTRACTABLE, "CKA_EXTRACTABLE", Form::boolean},
    Known{CKA_NEVER_EXTRACTABLE, "CKA_NEVER_EXTRACTABLE", Form::boolean},
    Known{CKA_LOCAL, "CKA_LOCAL", Form::boolean},
    Known{CKA_KEY_GEN_MECHANISM, "CKA_KEY_GEN_MECHANISM", Form::number},
    Known{CKA_SIGN, "CKA_SIGN", Form::boolean},
    Known{CKA_SIGN_RECOVER, "CKA_SIGN_RECOVER", Form::boolean},
    Known{CKA_DECRYPT, "CKA_DECRYPT", Form::boolean},
    Known{CKA_UNWRAP, "CKA_UNWRAP", Form::boolean},
    Known{CKA_DERIVE, "CKA_DERIVE", Form::boolean},
    Known{CKA_ALWAYS_AUTHENTICATE, "CKA_ALWAYS_AUTHENTICATE", Form::boolean},
    Known{CKA_ALLOWED_MECHANISMS, "CKA_ALLOWED_MECHANISMS", Form::mechanisms},
};

constexpr const char* k_absent = "absent";

std::string hexadecimal(CK_ULONG value) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%lx", value);
  return text.data();
}

std::string mechanisms_text(const policy::Bytes& value) {
  std::string all;
  for (std::size_t at = 0; at + sizeof(CK_MECHANISM_TYPE) <= value.size(); at += sizeof(CK_MECHANISM_TYPE)) {
    CK_MECHANISM_TYPE one = 0;
    std::memcpy(&one, value.data() + at, sizeof one);
    all += (all.empty() ? "" : " ") + hexadecimal(one);
  }
  return all.empty() ? k_absent : all;
}

std::string text_of(Form form, const ReadAttribute& read) {
  if (read.rv != CKR_OK) return k_absent;
  switch (form) {
    case Form::boolean: {
      const auto value = as_bool(read);
      return !value ? k_absent : *value ? "true" : "false";
    }
    case Form::number: {
      const auto value = as_ulong(read);
      return value ? hexadecimal(*value) : k_absent;
    }
    case Form::mechanisms:
      return mechanisms_text(read.value);
    case Form::text:
      return std::string(policy::as_text(read.value));
  }
  return k_absent;
}

}  // namespace

AttributesRead read_key_attributes(Session& session, CK_OBJECT_HANDLE private_key) {
  AttributesRead all;
  for (const auto& known : k_known) {
    const auto read = read_attribute(session, private_key, known.type);
    // Absent is an answer; CKR_ATTRIBUTE_SENSITIVE and vendors' refusals too. A dead session is not.
    const bool answered = read.rv == CKR_OK || read.rv == CKR_ATTRIBUTE_TYPE_INVALID ||
                          read.rv == CKR_ATTRIBUTE_SENSITIVE || read.rv == CKR_FUNCTION_NOT_SUPPORTED;
    if (!answered) {
      all.rv = read.rv;
      return all;
    }
    all.attributes[known.name] = text_of(known.form, read);
  }
  return all;
}

std::string unsound(const KeyAttributes& attributes) {
  struct Demand {
    const char* name;
    const char* value;
    bool may_be_absent;
  };
  // CKA_LOCAL is not demanded: NSS says false of keys it has just made.
  constexpr std::array k_demands{
      Demand{"CKA_TOKEN", "true", false},
      Demand{"CKA_PRIVATE", "true", false},
      Demand{"CKA_SENSITIVE", "true", false},
      Demand{"CKA_EXTRACTABLE", "false", false},
      Demand{"CKA_SIGN", "true", false},
      Demand{"CKA_ALWAYS_SENSITIVE", "true", true},
      Demand{"CKA_NEVER_EXTRACTABLE", "true", true},
  };
  for (const auto& demand : k_demands) {
    const auto found = attributes.find(demand.name);
    const std::string value = found == attributes.end() ? k_absent : found->second;
    if (value == demand.value || (demand.may_be_absent && value == k_absent)) continue;
    return std::string(demand.name) + " is " + value + ", must be " + demand.value;
  }
  return {};
}

std::string drift(const KeyAttributes& at_birth, const KeyAttributes& now) {
  std::string all;
  for (const auto& [name, value] : at_birth) {
    const auto found = now.find(name);
    const std::string present = found == now.end() ? k_absent : found->second;
    if (present == value) continue;
    if (!all.empty()) all += "; ";
    all.append(name).append(" was ").append(value).append(" at birth and is ").append(present).append(" now");
  }
  return all;
}

}  // namespace inkan::pkcs11
