#include "policy/x509/certificate.h"

#include <algorithm>

#include "policy/der/reader.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

Serial read_serial(der::Reader& reader) {
  const auto serial = Serial::from_content(reader.integer("serialNumber"));
  if (!serial) throw der::Malformed("serialNumber: not positive, or above 20 octets (RFC 5280 §4.1.2.2)", 0);
  return *serial;
}

Validity read_validity(der::Reader reader) {
  const Instant not_before = reader.time("notBefore");
  const Instant not_after = reader.time("notAfter");
  reader.finish("notAfter");
  return {not_before, not_after};
}

PublicKey read_key(BytesView spki) {
  auto key = PublicKey::parse(spki);
  if (const auto* denial = denied(key)) throw der::Malformed(denial->rule + ": " + denial->detail, 0);
  return std::move(std::get<PublicKey>(key));
}

// RFC 5280 §4.2: one extension of a kind; §4.1.2.9: at least one.
std::vector<Extension> read_extensions(der::Reader reader) {
  std::vector<Extension> extensions;
  do {
    der::Reader one = reader.sequence("extension");
    Extension extension{one.oid("extnID"), false, {}};
    if (one.peek() == der::k_boolean && !(extension.critical = one.boolean("critical")))
      throw der::Malformed("critical FALSE written out, which DER forbids (X.690 §11.5)", 0);
    extension.value = to_bytes(one.expect(der::k_octet_string, "extnValue").content);
    one.finish("extnValue");
    for (const auto& other : extensions)
      if (other.oid == extension.oid) throw der::Malformed("extension " + extension.oid + " twice", 0);
    extensions.push_back(std::move(extension));
  } while (!reader.at_end());
  return extensions;
}

}  // namespace

struct Certificate::Fields {
  Bytes der;
  std::size_t tbs_offset, tbs_size;
  Serial serial;
  Name issuer;
  Validity validity;
  Name subject;
  PublicKey public_key;
  std::vector<Extension> extensions;
  Bytes signature_algorithm, signature;
};

Certificate::Certificate(Fields f)
    : der_(std::move(f.der)),
      tbs_offset_(f.tbs_offset),
      tbs_size_(f.tbs_size),
      serial_(std::move(f.serial)),
      issuer_(std::move(f.issuer)),
      validity_(f.validity),
      subject_(std::move(f.subject)),
      public_key_(std::move(f.public_key)),
      extensions_(std::move(f.extensions)),
      signature_algorithm_(std::move(f.signature_algorithm)),
      signature_(std::move(f.signature)) {}

Certificate Certificate::parse(BytesView der) try {
  return Certificate(read(der));
} catch (const der::Malformed& malformed) {
  throw Error(ErrorCode::invalid_input,
              std::string("not a certificate as RFC 5280 §4.1 has it: ") + malformed.what());
}

Certificate::Fields Certificate::read(BytesView der) {
  der::Reader outer(der);
  der::Reader certificate = outer.sequence("certificate");
  outer.finish("the certificate");
  const auto tbs_element = certificate.expect(der::k_sequence, "tbsCertificate");
  const auto algorithm = certificate.expect(der::k_sequence, "signatureAlgorithm");
  const auto signature = certificate.bit_string("signatureValue");
  certificate.finish("signatureValue");

  der::Reader tbs(tbs_element);
  der::Reader version(tbs.expect(der::context_constructed(0), "version"));
  if (version.small_integer("version") != 2) throw der::Malformed("version: v3 expected", tbs_element.offset);
  version.finish("version");
  Serial serial = read_serial(tbs);
  // RFC 5280 §4.1.1.2: the same algorithm inside and outside the signature.
  if (!equal(tbs.expect(der::k_sequence, "signature").whole, algorithm.whole))
    throw der::Malformed("signature: not the same algorithm as signatureAlgorithm", tbs_element.offset);
  Name issuer = Name::parse(tbs.expect(der::k_sequence, "issuer").whole);
  const Validity validity = read_validity(tbs.sequence("validity"));
  Name subject = Name::parse(tbs.expect(der::k_sequence, "subject").whole);
  PublicKey key = read_key(tbs.expect(der::k_sequence, "subjectPublicKeyInfo").whole);
  // RFC 5280 §4.1.2.8: conforming CAs do not write unique identifiers; so extensions come next.
  der::Reader wrapper(tbs.expect(der::context_constructed(3), "extensions"));
  auto extensions = read_extensions(wrapper.sequence("extensions"));
  wrapper.finish("extensions");
  tbs.finish("extensions");
  return {to_bytes(der),
          tbs_element.offset,
          tbs_element.whole.size(),
          std::move(serial),
          std::move(issuer),
          validity,
          std::move(subject),
          std::move(key),
          std::move(extensions),
          to_bytes(algorithm.whole),
          to_bytes(signature)};
}

const Extension* Certificate::find_extension(std::string_view oid) const {
  const auto found =
      std::find_if(extensions_.begin(), extensions_.end(), [&](const Extension& e) { return e.oid == oid; });
  return found == extensions_.end() ? nullptr : &*found;
}

bool Certificate::verify(const PublicKey& issuer) const {
  return issuer.verify(signature_algorithm_, to_be_signed(), signature_);
}

}  // namespace inkan::policy
