#include "policy/x509/tbs_cert_list.h"

#include <algorithm>

#include "policy/der/writer.h"
#include "policy/x509/oids.h"

namespace inkan::policy {
namespace {

constexpr std::size_t k_longest_header = 6;  // a tag and a length of up to 4 octets
constexpr std::size_t k_most_extensions =
    512;  // octets of crlExtensions, more than they have with any usual URL

void append(Bytes& out, BytesView octets) {
  out.insert(out.end(), octets.begin(), octets.end());
}

Bytes extension(const char* oid, BytesView value) {
  return der::sequence({der::oid(oid), der::octet_string(value)});
}

// crlEntryExtensions of an entry with this reason and nothing else.
Bytes encode_reason(RevocationReason reason) {
  // RFC 5280 §5.3.1: unspecified is said by leaving the extension out.
  if (reason == RevocationReason::unspecified) return {};
  return extension("2.5.29.21", der::enumerated(static_cast<int>(reason)));
}

Bytes encode_extensions(const RevokedEntry& entry) {
  const Bytes reason = encode_reason(entry.reason);
  if (entry.invalidity_date)
    return der::sequence({reason, extension("2.5.29.24", der::generalized_time(*entry.invalidity_date))});
  return reason.empty() ? Bytes{} : der::sequence({reason});
}

// Most entries have a reason and nothing else: made once for each.
BytesView extensions_of(RevocationReason reason) {
  static const auto all = [] {
    std::array<Bytes, 11> made;
    for (int code = 0; code < static_cast<int>(made.size()); ++code)
      if (const auto known = revocation_reason(code))
        made[static_cast<std::size_t>(code)] =
            encode_extensions({*Serial::parse("01"), Instant{}, *known, std::nullopt});
    return made;
  }();
  return all.at(static_cast<std::size_t>(reason));
}

// RFC 5280 §5.2.5: what a shard covers, said so that nobody takes it for all. The URI is the very one that
// its certificates name (§6.3.3 (b)(2)(i)); all of them are end entities'.
Bytes issuing_distribution_point(const std::string& url) {
  if (url.empty()) return {};
  const Bytes uri = der::tlv(der::context(6), as_bytes(url));
  const Bytes name = der::tlv(der::context_constructed(0), uri);
  const Bytes point = der::tlv(der::context_constructed(0), name);
  const Bytes only_user_certificates = {der::context(1), 1, 0xff};
  return der::sequence({der::oid(oid::k_issuing_distribution_point), der::boolean_true(),
                        der::octet_string(der::sequence({point, only_user_certificates}))});
}

Bytes head_of(const TbsCertList::Fields& f) {
  return der::join({
      der::integer(1),  // v2
      algorithm_identifier(f.signature_algorithm),
      f.issuer.der(),
      der::time(f.this_update),
      der::time(f.next_update),
  });
}

Bytes extensions_of(const TbsCertList::Fields& f) {
  const Bytes authority_key = der::sequence({der::tlv(der::context(0), f.authority_key_identifier)});
  Bytes number_octets;
  for (int shift = 56; shift >= 0; shift -= 8)
    number_octets.push_back(static_cast<std::uint8_t>(f.number >> shift & 0xff));
  const Bytes number = der::unsigned_integer(number_octets);  // RFC 5280 §5.2.3: never negative
  return der::tlv(der::context_constructed(0),
                  der::sequence({extension("2.5.29.35", authority_key), extension("2.5.29.20", number),
                                 issuing_distribution_point(f.distribution_point)}));
}

}  // namespace

CertListWriter::CertListWriter(TbsCertList::Fields fields, std::size_t expected)
    : fields_(std::move(fields)),
      head_(head_of(fields_)),
      first_(k_longest_header + head_.size() + k_longest_header) {
  buffer_.reserve(first_ + std::max(expected, k_most_extensions));
  buffer_.resize(first_);
}

// Each length is one octet: an entry of ours has 82 octets at most.
void CertListWriter::append(const RevokedEntry& entry) {
  const std::size_t begin = buffer_.size();
  buffer_.insert(buffer_.end(), {der::k_sequence, 0});
  const BytesView serial = entry.serial.content();
  buffer_.insert(buffer_.end(), {der::k_integer, static_cast<std::uint8_t>(serial.size())});
  policy::append(buffer_, serial);
  der::append_time(buffer_, entry.revoked_at);
  if (entry.invalidity_date)
    policy::append(buffer_, encode_extensions(entry));
  else
    policy::append(buffer_, extensions_of(entry.reason));
  buffer_[begin + 1] = static_cast<std::uint8_t>(buffer_.size() - begin - 2);
  ++entries_;
}

TbsCertList CertListWriter::finish() && {
  // RFC 5280 §5.1.2.6: an empty list is left out, not written empty.
  const Bytes entries_header =
      entries_ == 0 ? Bytes{} : der::header(der::k_sequence, buffer_.size() - first_);
  policy::append(buffer_, extensions_of(fields_));
  const std::size_t length = head_.size() + entries_header.size() + (buffer_.size() - first_);
  const Bytes front = der::join({der::header(der::k_sequence, length), head_, entries_header});
  const std::size_t begin = first_ - front.size();
  std::copy(front.begin(), front.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin));
  return {std::move(fields_), std::move(buffer_), begin, entries_};
}

}  // namespace inkan::policy
