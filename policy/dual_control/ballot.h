// One officer's vote on one request: the exact document that he signs with his own key, and the judgement of
// his signature. The key is that of the certificate he calls with, so nobody votes for another.
#pragma once

#include <optional>
#include <string>

#include "policy/types/denial.h"
#include "policy/types/digest.h"
#include "policy/types/validity.h"

namespace inkan::policy {

struct Ballot {
  std::string request_id, nonce;  // the nonce of the request: a vote fits no other
  Sha256 plan_sha256;
  bool approve;
  SpkiHash officer;
  Instant expires;  // of the request
  std::string ledger_origin;

  // Canonical JSON (RFC 8785), without a line feed at its end: expires, ledger_origin, nonce,
  // officer_spki_sha256, plan_sha256, request_id, v (1), vote ("approve" or "refuse").
  std::string document() const;
  // Nothing for anything but what document() wrote.
  static std::optional<Ballot> parse(std::string_view document);
};

constexpr std::size_t k_max_vote = 64 * 1024;  // octets of a signature

// Nothing if `cms_der` is a detached CMS SignedData (RFC 5652 §5) over exactly the ballot's document, by one
// signer, whose certificate is in it and holds the officer's key, with SHA-256 or better. What `openssl cms
// -sign -binary -outform DER` makes is that, and what `openssl cms -verify -binary -noverify -content
// DOCUMENT` accepts. The certificate's chain and dates are the caller's: the officer has come by mTLS.
std::optional<Denial> fault_in_vote(const Ballot& ballot, BytesView cms_der);

// The key of the only certificate in a detached signature: whose vote it means to be. Nothing is verified.
std::optional<SpkiHash> key_in_vote(BytesView cms_der);

}  // namespace inkan::policy
