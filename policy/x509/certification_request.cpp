#include "policy/x509/certification_request.h"

#include <array>

#include "policy/types/error.h"
#include "policy/x509/pem.h"
#include "policy/x509/signature_scheme.h"

namespace inkan::policy {
namespace {

constexpr const char* k_extension_request = "1.2.840.113549.1.9.14";  // RFC 2985 §5.4.2
constexpr const char* k_microsoft_extensions =
    "1.3.6.1.4.1.311.2.1.14";  // [MS-WCCE] §2.2.2.7.7.1: the same content
constexpr const char* k_subject_alt_name = "2.5.29.17";

Denial oversized(std::size_t size, std::size_t limit) {
  return {
      "csr.size", "the limit of this CA on requests",
      "a certification request of " + std::to_string(size) + " octets; the limit is " + std::to_string(limit),
      "send the request alone, without attributes it does not need"};
}

Denial unparsable(const std::string& why) {
  return {"csr.parse", "RFC 2986 §4; X.690 §10", "the certification request does not parse: " + why,
          "send one PKCS#10 request in PEM or as base64 of its DER, as the tool wrote it"};
}

// Both kinds of attribute may carry the same names; where they differ nobody could say which list was meant.
void take_alt_names(const der::Element& value, std::optional<der::Element>& alt_names) {
  if (alt_names && !equal(alt_names->content, value.content))
    throw der::Malformed("two different subjectAltName extensions", value.offset);
  alt_names = value;
}

// Extensions ::= SEQUENCE OF Extension. All are read, only the subjectAltName is kept.
void read_extensions(der::Reader extensions, std::optional<der::Element>& alt_names) {
  while (!extensions.at_end()) {
    der::Reader extension = extensions.sequence("extension");
    const std::string oid = extension.oid("extension identifier");
    // DER leaves a FALSE out; some tools write it. Nothing of it reaches a certificate.
    if (extension.peek() == der::k_boolean) extension.boolean("critical");
    const auto value = extension.expect(der::k_octet_string, "extension value");
    extension.finish("extension value");
    if (oid == k_subject_alt_name) take_alt_names(value, alt_names);
  }
}

// Attributes ::= SET OF Attribute. Requesters do not sort it as DER asks, and it is not copied, so order is
// not judged.
std::vector<GeneralName> read_attributes(der::Reader attributes) {
  std::optional<der::Element> alt_names;
  while (!attributes.at_end()) {
    der::Reader attribute = attributes.sequence("attribute");
    const std::string type = attribute.oid("attribute type");
    der::Reader values(attribute.expect(der::k_set, "values of an attribute"));
    attribute.finish("the values of an attribute");
    if (type == k_extension_request || type == k_microsoft_extensions) {
      read_extensions(values.sequence("requested extensions"), alt_names);
      values.finish("the requested extensions");
    }
    while (!values.at_end()) values.any();
  }
  if (!alt_names) return {};
  return parse_general_names(alt_names->content,
                             alt_names->offset + alt_names->whole.size() - alt_names->content.size());
}

// PeculiarVentures/x509 writes "no subject" as one empty RDN, which X.501 does not have; it is read as what
// it means.
Name read_subject(const der::Element& subject) {
  constexpr std::array<std::uint8_t, 2> empty_rdn = {der::k_set, 0};
  if (equal(subject.content, empty_rdn)) return Name::parse(der::sequence({}));
  return Name::parse(subject.whole, subject.offset);
}

struct Fields {
  BytesView info;
  Name subject;
  BytesView spki;
  std::vector<GeneralName> alt_names;
  BytesView signature_algorithm;
  BytesView signature;
};

// CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature }
Fields read(BytesView der) {
  der::Reader outer(der);
  der::Reader request = outer.sequence("certification request");
  outer.finish("the certification request");
  const auto info_element = request.expect(der::k_sequence, "certificationRequestInfo");
  const auto algorithm = request.expect(der::k_sequence, "signatureAlgorithm");
  const auto signature = request.bit_string("signature");
  request.finish("the signature");

  der::Reader info(info_element);
  const auto version = info.small_integer("version");
  // RFC 2986 §4.1: 0 is the only version there is. Requests with 1 or 2 exist ("v3" by mistake), and are
  // refused by OpenSSL 3.5 as by us.
  if (version != 0)
    throw der::Malformed("version " + std::to_string(version) + ", which PKCS#10 does not have; it is 0",
                         info_element.offset);
  const auto subject = info.expect(der::k_sequence, "subject");
  const auto spki = info.expect(der::k_sequence, "subjectPKInfo");
  // Not OPTIONAL in RFC 2986 §4.1, yet left out by some tools where there is none.
  const auto attributes = info.optional(der::context_constructed(0));
  info.finish("the attributes");
  return {
      info_element.whole, read_subject(subject),
      spki.whole,         attributes ? read_attributes(der::Reader(*attributes)) : std::vector<GeneralName>{},
      algorithm.whole,    signature};
}

}  // namespace

OrDenial<CertificationRequest> CertificationRequest::parse(BytesView der) try {
  if (der.size() > k_max_size) return oversized(der.size(), k_max_size);
  Fields fields = read(der);
  const auto scheme = parse_signature_scheme(fields.signature_algorithm);
  if (const auto* denial = denied(scheme)) return *denial;
  auto key = PublicKey::parse(fields.spki);
  if (const auto* denial = denied(key)) return *denial;
  if (!std::get<PublicKey>(key).verify(fields.signature_algorithm, fields.info, fields.signature))
    return Denial{"csr.proof-of-possession", "RFC 2986 §3; CA/B Forum BR §3.2.1",
                  "the request's signature does not verify with the public key in it",
                  "make the request anew, signed with the private key it asks a certificate for, and send it "
                  "unchanged"};
  return CertificationRequest(std::move(std::get<PublicKey>(key)), std::move(fields.subject),
                              std::move(fields.alt_names), inkan::policy::sha256(der));
} catch (const der::Malformed& malformed) {
  return unparsable(malformed.what());
}

OrDenial<CertificationRequest> CertificationRequest::parse_text(std::string_view text) {
  // Base64 takes four characters for three octets; the same again allows for line ends and explanatory text.
  if (text.size() > 2 * k_max_size) return oversized(text.size(), 2 * k_max_size);
  if (is_pem(text)) {
    try {
      const PemBlock block = pem_decode(text);
      if (block.label != "CERTIFICATE REQUEST" && block.label != "NEW CERTIFICATE REQUEST")
        return unparsable("PEM of \"" + block.label + "\", \"CERTIFICATE REQUEST\" expected");
      return parse(block.der);
    } catch (const Error& error) {
      return unparsable(error.what());
    }
  }
  std::string base64(text);
  std::erase_if(base64, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  const auto der = from_base64(base64);
  if (!der || der->empty()) return unparsable("neither PEM nor base64 (RFC 4648 §4, padded)");
  return parse(*der);
}

}  // namespace inkan::policy
