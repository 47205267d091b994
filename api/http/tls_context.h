// TLS 1.2 and 1.3. The server's side: no session resumption, a client certificate asked for but not demanded.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <memory>
#include <mutex>
#include <optional>

#include "api/http/peer.h"
#include "api/http/tls_identity.h"

namespace inkan::api {

// Throws Error{config} if a certificate does not parse, or the key is not the first certificate's.
Poco::Net::Context::Ptr make_tls_context(const TlsIdentity& identity);

// The certificates that a server's context shows, which may be others from one handshake to the next: it is
// renewed while it serves. Outlives whatever makes connections of that context.
class PresentedChain {
 public:
  explicit PresentedChain(Poco::Net::Context::Ptr context);  // which nothing uses yet
  PresentedChain(const PresentedChain&) = delete;
  PresentedChain& operator=(const PresentedChain&) = delete;

  // Instead of the context's own, from the next handshake on: the first is the server's, on the key that the
  // context has. Throws Error{config} if it is not, or one does not parse.
  void set(const std::vector<policy::Bytes>& chain);

 private:
  struct Certificates;
  static int present(SSL* connection, void* chain);

  Poco::Net::Context::Ptr context_;
  std::mutex mutex_;
  std::shared_ptr<const Certificates> certificates_;  // guarded by mutex_; null: the context's own
};

// The same, for a listener whose clients are judged elsewhere: any certificate passes the handshake, and
// peer_certificate() is nothing whatever came. Of the trust anchors only the names are announced.
Poco::Net::Context::Ptr make_open_tls_context(const TlsIdentity& identity);

// The client's side: it shows `identity`, and believes a server of that host name whose certificate chains to
// a trust anchor. Throws Error{config} as above.
Poco::Net::Context::Ptr make_client_tls_context(const TlsIdentity& identity);

// A further trust anchor, while the context is in use. Its name is not announced to clients: that list cannot
// be changed while handshakes read it. Throws Error{config} if it does not parse.
void add_trust_anchor(Poco::Net::Context& context, policy::BytesView der);

// Runs the handshake on an accepted secure socket. Throws a Poco exception if it fails or the socket is shut
// down.
void complete_handshake(Poco::Net::StreamSocket& socket);

// After the handshake; nothing if the client sent no certificate, or it was not verified.
std::optional<PeerCertificate> peer_certificate(const Poco::Net::StreamSocket& socket);

// After the handshake, in DER: what the client sent and has the key of, verified or not; empty if it sent
// none.
policy::Bytes shown_certificate(const Poco::Net::StreamSocket& socket);

}  // namespace inkan::api
