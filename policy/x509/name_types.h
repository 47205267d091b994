// The attribute types a name may be built from: their short names, encodings and bounds (RFC 5280 Appendix A,
// X.520).
#pragma once

#include <cstddef>
#include <string_view>

namespace inkan::policy {

enum class NameEncoding { utf8, printable, ia5 };

struct NameType {
  std::string_view name;  // RFC 4514 §3 where it has one
  std::string_view oid;
  NameEncoding encoding;
  std::size_t longest;  // in characters
};

const NameType* find_name_type(std::string_view name);  // by short name, exact case; nullptr if unknown
const NameType* find_name_type_by_oid(std::string_view oid);

}  // namespace inkan::policy
