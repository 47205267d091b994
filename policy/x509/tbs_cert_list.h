// The bytes of a CRL, full or of one shard, before its signature (RFC 5280 §5.1.2): made entry by entry in
// one buffer, so that a million of them need no more memory than their octets.
#pragma once

#include <optional>

#include "policy/types/key_id.h"
#include "policy/types/revocation_reason.h"
#include "policy/types/serial.h"
#include "policy/types/validity.h"
#include "policy/x509/algorithm.h"
#include "policy/x509/name.h"

namespace inkan::policy {

using CrlNumber = std::uint64_t;  // RFC 5280 §5.2.3: only grows, per issuer

struct RevokedEntry {
  Serial serial;
  Instant revoked_at;
  RevocationReason reason;
  std::optional<Instant> invalidity_date;
};

class TbsCertList {
 public:
  static constexpr const char* k_purpose = "crl";

  struct Fields {  // all but the entries
    Name issuer;
    Instant this_update;
    Instant next_update;
    CrlNumber number;
    Bytes authority_key_identifier;  // the issuer's key identifier
    KeyId signing_key;
    SignatureAlgorithm signature_algorithm;
    // Of a shard: the URI by which its certificates name it (RFC 5280 §5.2.5); empty: the full CRL.
    std::string distribution_point = {};
  };

  BytesView to_be_signed() const { return BytesView(buffer_).subspan(begin_); }
  const KeyId& signing_key() const { return fields_.signing_key; }
  SignatureAlgorithm signature_algorithm() const { return fields_.signature_algorithm; }
  const Fields& fields() const { return fields_; }
  std::uint64_t entries() const { return entries_; }

 private:
  friend class CertListWriter;
  TbsCertList(Fields fields, Bytes buffer, std::size_t begin, std::uint64_t entries)
      : fields_(std::move(fields)), buffer_(std::move(buffer)), begin_(begin), entries_(entries) {}

  Fields fields_;
  Bytes buffer_;
  std::size_t begin_;  // the octets before it were kept free for a head of unknown length, and are none of it
  std::uint64_t entries_;
};

class CertListWriter {
 public:
  // `expected`: how many octets the list will have, about. A wrong guess costs time and memory only.
  explicit CertListWriter(TbsCertList::Fields fields, std::size_t expected = 0);

  // In ascending order of the serials' octets: how the lint sees that none stands there twice.
  void append(const RevokedEntry& entry);
  TbsCertList finish() &&;

 private:
  TbsCertList::Fields fields_;
  Bytes head_;         // what stands before the entries, without their header and that of the whole
  std::size_t first_;  // where the entries begin in buffer_
  Bytes buffer_;
  std::uint64_t entries_ = 0;
};

}  // namespace inkan::policy
