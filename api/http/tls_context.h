// TLS 1.2 and 1.3. The server's side: no session resumption, a client certificate asked for but not demanded.
#pragma once

#include <Poco/Net/Context.h>
#include <Poco/Net/StreamSocket.h>

#include <optional>

#include "api/http/peer.h"
#include "api/http/tls_identity.h"

namespace inkan::api {

// Throws Error{config} if a certificate does not parse, or the key is not the first certificate's.
Poco::Net::Context::Ptr make_tls_context(const TlsIdentity& identity);

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
