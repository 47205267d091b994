#include "policy/x509/name_types.h"

#include <algorithm>
#include <array>

namespace inkan::policy {
namespace {

// Bounds: the ub- constants of RFC 5280 Appendix A.1; X.520 Annex C where that has none; RFC 1274 §9.3.1 for
// UID; RFC 1035 §2.3.4 for DC, which is one label.
constexpr std::array k_name_types = {
    NameType{"CN", "2.5.4.3", NameEncoding::utf8, 64},
    NameType{"SN", "2.5.4.4", NameEncoding::utf8, 32768},
    NameType{"serialNumber", "2.5.4.5", NameEncoding::printable, 64},
    NameType{"C", "2.5.4.6", NameEncoding::printable, 2},
    NameType{"L", "2.5.4.7", NameEncoding::utf8, 128},
    NameType{"ST", "2.5.4.8", NameEncoding::utf8, 128},
    NameType{"street", "2.5.4.9", NameEncoding::utf8, 128},
    NameType{"O", "2.5.4.10", NameEncoding::utf8, 64},
    NameType{"OU", "2.5.4.11", NameEncoding::utf8, 64},
    NameType{"title", "2.5.4.12", NameEncoding::utf8, 64},
    NameType{"description", "2.5.4.13", NameEncoding::utf8, 1024},
    NameType{"businessCategory", "2.5.4.15", NameEncoding::utf8, 128},
    NameType{"postalCode", "2.5.4.17", NameEncoding::utf8, 40},
    NameType{"givenName", "2.5.4.42", NameEncoding::utf8, 32768},
    NameType{"initials", "2.5.4.43", NameEncoding::utf8, 32768},
    NameType{"generationQualifier", "2.5.4.44", NameEncoding::utf8, 32768},
    NameType{"dnQualifier", "2.5.4.46", NameEncoding::printable, 64},
    NameType{"pseudonym", "2.5.4.65", NameEncoding::utf8, 128},
    NameType{"organizationIdentifier", "2.5.4.97", NameEncoding::utf8, 256},
    NameType{"UID", "0.9.2342.19200300.100.1.1", NameEncoding::utf8, 256},
    NameType{"DC", "0.9.2342.19200300.100.1.25", NameEncoding::ia5, 63},
    NameType{"emailAddress", "1.2.840.113549.1.9.1", NameEncoding::ia5, 255},
};

const NameType* find(std::string_view NameType::*field, std::string_view value) {
  const auto found = std::find_if(k_name_types.begin(), k_name_types.end(),
                                  [&](const NameType& t) { return t.*field == value; });
  return found == k_name_types.end() ? nullptr : &*found;
}

}  // namespace

const NameType* find_name_type(std::string_view name) {
  return find(&NameType::name, name);
}
const NameType* find_name_type_by_oid(std::string_view oid) {
  return find(&NameType::oid, oid);
}

}  // namespace inkan::policy
