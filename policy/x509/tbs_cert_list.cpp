#include "policy/x509/tbs_cert_list.h"

#include "policy/der/writer.h"

namespace inkan::policy {
namespace {

Bytes extension(const char* oid, BytesView value) {
  return der::sequence({der::oid(oid), der::octet_string(value)});
}

Bytes encode(const RevokedEntry& entry) {
  Bytes extensions;
  const auto add = [&](const Bytes& one) { extensions.insert(extensions.end(), one.begin(), one.end()); };
  // RFC 5280 §5.3.1: unspecified is said by leaving the extension out.
  if (entry.reason != RevocationReason::unspecified)
    add(extension("2.5.29.21", der::enumerated(static_cast<int>(entry.reason))));
  if (entry.invalidity_date) add(extension("2.5.29.24", der::generalized_time(*entry.invalidity_date)));
  return der::sequence({der::tlv(der::k_integer, entry.serial.content()), der::time(entry.revoked_at),
                        extensions.empty() ? Bytes{} : der::tlv(der::k_sequence, extensions)});
}

Bytes encode(const TbsCertList::Fields& f) {
  Bytes entries;
  for (const auto& entry : f.entries) {
    const Bytes one = encode(entry);
    entries.insert(entries.end(), one.begin(), one.end());
  }
  const Bytes authority_key = der::sequence({der::tlv(der::context(0), f.authority_key_identifier)});
  Bytes number_octets;
  for (int shift = 56; shift >= 0; shift -= 8)
    number_octets.push_back(static_cast<std::uint8_t>(f.number >> shift & 0xff));
  const Bytes number = der::unsigned_integer(number_octets);  // RFC 5280 §5.2.3: never negative
  return der::sequence({
      der::integer(1),  // v2
      algorithm_identifier(f.signature_algorithm),
      f.issuer.der(),
      der::time(f.this_update),
      der::time(f.next_update),
      // RFC 5280 §5.1.2.6: an empty list is left out, not written empty.
      entries.empty() ? Bytes{} : der::tlv(der::k_sequence, entries),
      der::tlv(der::context_constructed(0),
               der::sequence({extension("2.5.29.35", authority_key), extension("2.5.29.20", number)})),
  });
}

}  // namespace

TbsCertList::TbsCertList(Fields fields) : fields_(std::move(fields)), der_(encode(fields_)) {}

}  // namespace inkan::policy
