// What a finished handshake tells of the other side: the client certificate's facts, read once per
// connection.
#pragma once

#include <optional>
#include <string>

#include "policy/types/bytes.h"
#include "policy/types/digest.h"
#include "policy/types/validity.h"

namespace inkan::api {

// Chained to a trust anchor in the handshake. Its validity and its identity are judged anew at each request.
struct PeerCertificate {
  policy::Fingerprint fingerprint;
  policy::SpkiHash key;
  policy::Validity validity;
  std::string subject;  // for the log
};

struct Peer {
  std::string address;  // without the port
  bool secure = false;  // over TLS
  std::optional<PeerCertificate> certificate;
  // DER of what was shown, verified or not: for passing on to who judges it. Empty: nothing.
  policy::Bytes shown{};
};

}  // namespace inkan::api
