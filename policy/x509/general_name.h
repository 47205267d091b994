// Subject alternative names (RFC 5280 §4.2.1.6) in the kinds this CA issues.
#pragma once

#include <string>
#include <vector>

#include "policy/der/reader.h"

namespace inkan::policy {

enum class GeneralNameKind { dns, ip, email, uri, other };

struct GeneralName {
  GeneralNameKind kind;
  std::string value;  // dns, email, uri: as written (IA5String); ip: "192.0.2.1" or "2001:db8::1"; other: ""
  bool operator==(const GeneralName&) const = default;
};

std::string_view name(GeneralNameKind kind);  // "dns", "ip", "email", "uri", "other"

// Content of a SubjectAltName extension, found at `offset` of the outermost input. Throws der::Malformed.
// Kinds not listed become `other`, for rules to refuse.
std::vector<GeneralName> parse_general_names(BytesView der, std::size_t offset = 0);
// Throws Error{internal} for `other`, or an ip that is not an address.
Bytes encode_general_names(const std::vector<GeneralName>& names);

}  // namespace inkan::policy
