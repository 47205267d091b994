#include "policy/x509/name.h"

#include <algorithm>

#include "policy/der/reader.h"
#include "policy/x509/character_string.h"
#include "policy/x509/name_types.h"

namespace inkan::policy {
namespace {

// X.680 §41.4.
bool is_printable(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view(" '()+,-./:=?").find(c) != std::string_view::npos;
}

std::optional<Denial> check_characters(const NameType& type, const std::string& value) {
  const auto refuse = [&](const std::string& what, const std::string& mend) {
    return Denial{"name.characters", "RFC 5280 §4.1.2.4 and Appendix A.1", std::string(type.name) + what,
                  mend};
  };
  if (!count_utf8(value)) return refuse(" is not UTF-8", "send names as UTF-8");
  if (has_control(value))
    return refuse(" holds a control character", "leave out control and direction characters");
  const bool ascii = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (type.encoding == NameEncoding::ia5 && !ascii)
    return refuse(" holds a character outside ASCII", "use ASCII, or the IDNA form");
  if (type.encoding == NameEncoding::printable && !std::all_of(value.begin(), value.end(), is_printable))
    return refuse(" holds a character outside PrintableString",
                  "use letters, digits, space and ' ( ) + , - . / : = ?");
  return std::nullopt;
}

std::optional<Denial> check_length(const NameType& type, const std::string& value) {
  if (value.empty())
    return Denial{"name.empty", "RFC 5280 Appendix A.1", std::string(type.name) + " is empty",
                  "give it a value or leave it out"};
  const std::size_t length = *count_utf8(value);
  if (length > type.longest)
    return Denial{"name.length", "RFC 5280 Appendix A.1",
                  std::string(type.name) + " has " + std::to_string(length) +
                      " characters; the upper bound is " + std::to_string(type.longest),
                  "shorten it"};
  // ISO 3166-1 alpha-2 is written in capitals.
  if (type.name == "C" &&
      (length != 2 || !std::all_of(value.begin(), value.end(), [](char c) { return c >= 'A' && c <= 'Z'; })))
    return Denial{"name.country", "RFC 5280 Appendix A.1; ISO 3166-1", "C is \"" + value + "\"",
                  "write the two-letter country code in capitals, as JP"};
  return std::nullopt;
}

Bytes encode(const NameType& type, const std::string& value) {
  const auto tag = type.encoding == NameEncoding::utf8        ? der::k_utf8_string
                   : type.encoding == NameEncoding::printable ? der::k_printable_string
                                                              : der::k_ia5_string;
  return der::set_of({der::sequence({der::oid(type.oid), der::tlv(tag, as_bytes(value))})});
}

// RFC 4514 §2.4.
std::string escaped(const std::string& value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool edge_space = c == ' ' && (i == 0 || i + 1 == value.size());
    if (edge_space || (c == '#' && i == 0) || std::string_view(",+\"\\<>;").find(c) != std::string_view::npos)
      text += '\\';
    text += c;
  }
  return text;
}

}  // namespace

OrDenial<Name> Name::build(const std::vector<NameAttribute>& attributes) {
  Bytes content;
  for (const auto& attribute : attributes) {
    const auto* const type = find_name_type(attribute.type);
    if (!type)
      return Denial{"name.type", "RFC 5280 §4.1.2.4", "unknown name attribute \"" + attribute.type + "\"",
                    "use CN, O, OU, C, ST, L, serialNumber, emailAddress, DC or another of RFC 5280 "
                    "§4.1.2.4, by its short name"};
    if (auto denial = check_characters(*type, attribute.value)) return *denial;
    if (auto denial = check_length(*type, attribute.value)) return *denial;
    const Bytes rdn = encode(*type, attribute.value);
    content.insert(content.end(), rdn.begin(), rdn.end());
  }
  return Name(der::tlv(der::k_sequence, content), attributes);
}

Name Name::parse(BytesView der, std::size_t offset) {
  der::Reader outer(der, offset);
  der::Reader rdns = outer.sequence("name");
  outer.finish("name");
  std::vector<NameAttribute> attributes;
  while (!rdns.at_end()) {
    der::Reader rdn(rdns.expect(der::k_set, "relative distinguished name"));
    do {
      der::Reader pair = rdn.sequence("attribute of a relative distinguished name");
      const std::string oid = pair.oid("attribute type");
      const auto* const known = find_name_type_by_oid(oid);
      attributes.push_back({known ? std::string(known->name) : oid, parse_character_string(pair.any())});
      pair.finish("attribute value");
    } while (!rdn.at_end());
  }
  return Name(to_bytes(der), std::move(attributes));
}

std::string Name::text() const {
  std::string text;
  for (const auto& attribute : attributes_)
    text += (text.empty() ? "" : ", ") + attribute.type + "=" + escaped(attribute.value);
  return text;
}

}  // namespace inkan::policy
