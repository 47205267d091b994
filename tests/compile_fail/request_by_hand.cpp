// A CertificationRequest exists only after its signature verified.
// expect: is private within this context|calling a private constructor
#include "policy/x509/certification_request.h"

using inkan::policy::BytesView;
using inkan::policy::CertificationRequest;
using inkan::policy::Name;
using inkan::policy::OrDenial;
using inkan::policy::PublicKey;
using inkan::policy::Sha256;

OrDenial<CertificationRequest> read(BytesView der, PublicKey key, Name subject, Sha256 sha256) {
#ifdef MISUSE
  return CertificationRequest(std::move(key), std::move(subject), {}, sha256);
#else
  static_cast<void>(key), static_cast<void>(subject), static_cast<void>(sha256);
  return CertificationRequest::parse(der);
#endif
}
