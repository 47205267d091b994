// The ASN.1 character strings of names, read into UTF-8; and what UTF-8 itself holds.
#pragma once

#include <optional>
#include <string>

#include "policy/der/reader.h"

namespace inkan::policy {

// The number of characters, or nothing where `text` is not UTF-8 in its one shortest form (RFC 3629 §3).
std::optional<std::size_t> count_utf8(std::string_view text);
// The first line, counted from 1, that is not UTF-8; nothing if all of the text is.
std::optional<std::size_t> line_not_utf8(std::string_view text);
// A C0, C1 or DEL control character, among them the NUL that hides the rest of a name from C programs; also
// U+2028, U+2029 and the bidirectional controls, which make a name read as another. `text` is UTF-8.
bool has_control(std::string_view text);

// DirectoryString (RFC 5280 §4.1.2.4), IA5String and NumericString to UTF-8. Throws der::Malformed for
// another type, for octets outside the type, an empty string or one with control characters.
std::string parse_character_string(const der::Element& element);

}  // namespace inkan::policy
