// Bytes approved as one kind of object are not signed as another.
// expect: no matching function for call|no matching constructor
#include <utility>

#include "policy/approval.h"
#include "policy/canary.h"

using inkan::policy::Approved;
using inkan::policy::Canary;
using inkan::policy::LeafIndex;
using inkan::policy::Recorded;
using inkan::policy::RecordingKey;

#include "policy/x509/tbs_certificate.h"
using inkan::policy::TbsCertificate;

Recorded<TbsCertificate> record(const RecordingKey& key, Approved<TbsCertificate>&& certificate,
                                Approved<Canary>&& canary) {
#ifdef MISUSE
  return Recorded<TbsCertificate>(key, std::move(canary), LeafIndex{0});
#else
  static_cast<void>(canary);
  return Recorded<TbsCertificate>(key, std::move(certificate), LeafIndex{0});
#endif
}
