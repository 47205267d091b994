// A distinguished name: exact DER beside its attributes (RFC 5280 §4.1.2.4).
#pragma once

#include <string>
#include <vector>

#include "policy/types/bytes.h"
#include "policy/types/denial.h"

namespace inkan::policy {

struct NameAttribute {
  std::string type;   // "CN", "C", "O", "OU", "L", "ST", "serialNumber", "emailAddress", … or dotted OID
  std::string value;  // UTF-8
  bool operator==(const NameAttribute&) const = default;
};

class Name {
 public:
  // One RDN per attribute, in the order given. C is PrintableString, emailAddress and DC IA5String,
  // serialNumber and dnQualifier PrintableString, all others UTF8String. Denied (rule "name.*") for an
  // unknown type, an empty value, a value above the upper bound of RFC 5280 Appendix A, characters outside
  // the type's set, or control characters.
  static OrDenial<Name> build(const std::vector<NameAttribute>& attributes);
  // From DER, found at `offset` of the outermost input. Throws der::Malformed; string types of X.520 are
  // converted to UTF-8, others refused.
  static Name parse(BytesView der, std::size_t offset = 0);

  const Bytes& der() const { return der_; }
  const std::vector<NameAttribute>& attributes() const { return attributes_; }
  bool empty() const { return attributes_.empty(); }
  std::string text()
      const;  // RFC 4514 order as written here, not reversed: "CN=…, O=…"; for people, never compared
  bool operator==(const Name& other) const { return der_ == other.der_; }

 private:
  Name(Bytes der, std::vector<NameAttribute> attributes)
      : der_(std::move(der)), attributes_(std::move(attributes)) {}
  Bytes der_;
  std::vector<NameAttribute> attributes_;
};

}  // namespace inkan::policy
