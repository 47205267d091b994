#include "policy/x509/general_name.h"

#include <arpa/inet.h>

#include <array>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

std::string ia5(const der::Element& element) {
  if (element.content.empty()) throw der::Malformed("an empty subject alternative name", element.offset);
  // RFC 5280 §4.2.1.6: IA5String. A NUL or line feed in a DNS name, address or URI is only ever an attack.
  for (const auto octet : element.content)
    if (octet < 0x20 || octet > 0x7e)
      throw der::Malformed("a subject alternative name with a character that is not printable ASCII",
                           element.offset);
  return std::string(as_text(element.content));
}

std::string ip_text(const der::Element& element) {
  const auto c = element.content;
  if (c.size() != 4 && c.size() != 16)
    throw der::Malformed("an iPAddress of " + std::to_string(c.size()) + " octets; it has 4 or 16",
                         element.offset);
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(c.size() == 4 ? AF_INET : AF_INET6, c.data(), text.data(), text.size());
  return text.data();
}

Bytes ip_octets(const std::string& text) {
  Bytes octets(16);
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) == 1) return octets;
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) {
    octets.resize(4);
    return octets;
  }
  throw Error(ErrorCode::internal, "a subject alternative name that is no IP address: " + text);
}

GeneralName parse_one(const der::Element& element) {
  switch (element.tag) {
    case der::context(1):
      return {GeneralNameKind::email, ia5(element)};
    case der::context(2):
      return {GeneralNameKind::dns, ia5(element)};
    case der::context(6):
      return {GeneralNameKind::uri, ia5(element)};
    case der::context(7):
      return {GeneralNameKind::ip, ip_text(element)};
    case der::context_constructed(0):  // otherName, as a Windows user principal name
    case der::context_constructed(3):  // x400Address
    case der::context_constructed(4):  // directoryName
    case der::context_constructed(5):  // ediPartyName
    case der::context(8):
      return {GeneralNameKind::other, ""};  // registeredID
    default:
      throw der::Malformed("not a GeneralName", element.offset);
  }
}

Bytes encode_one(const GeneralName& name) {
  switch (name.kind) {
    case GeneralNameKind::email:
      return der::tlv(der::context(1), as_bytes(name.value));
    case GeneralNameKind::dns:
      return der::tlv(der::context(2), as_bytes(name.value));
    case GeneralNameKind::uri:
      return der::tlv(der::context(6), as_bytes(name.value));
    case GeneralNameKind::ip:
      return der::tlv(der::context(7), ip_octets(name.value));
    case GeneralNameKind::other:
      break;
  }
  throw Error(ErrorCode::internal, "a subject alternative name of a kind that is not issued");
}

}  // namespace

std::string_view name(GeneralNameKind kind) {
  switch (kind) {
    case GeneralNameKind::dns:
      return "dns";
    case GeneralNameKind::ip:
      return "ip";
    case GeneralNameKind::email:
      return "email";
    case GeneralNameKind::uri:
      return "uri";
    case GeneralNameKind::other:
      return "other";
  }
  return "";
}

std::vector<GeneralName> parse_general_names(BytesView der, std::size_t offset) {
  der::Reader outer(der, offset);
  der::Reader names = outer.sequence("subjectAltName");
  outer.finish("subjectAltName");
  std::vector<GeneralName> parsed;
  // RFC 5280 §4.2.1.6: at least one entry.
  do parsed.push_back(parse_one(names.any()));
  while (!names.at_end());
  return parsed;
}

Bytes encode_general_names(const std::vector<GeneralName>& names) {
  Bytes content;
  for (const auto& each : names) {
    const Bytes one = encode_one(each);
    content.insert(content.end(), one.begin(), one.end());
  }
  return der::tlv(der::k_sequence, content);
}

}  // namespace inkan::policy
