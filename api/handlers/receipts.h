// Receipts of leaves (C2SP tlog-proof), on their own and within the answer that the leaf is about.
#pragma once

#include "api/json/document.h"
#include "api/routes.h"

namespace inkan::api {

// The answer, one JSON object; with the leaf's receipt as member `receipt` if the request prefers to wait
// (RFC 7240 §4.3) and a checkpoint covers the leaf in that time. Preference-Applied says that it is there.
Response json_with_receipt(const Exchange& exchange, int status, std::string json,
                           std::optional<policy::LeafIndex> leaf);

// The same for a change of a certificate's status, which that leaf tells of: waits until it is published too.
// The member `published` says where, or `unpublished` why it is not; Preference-Applied that it is. Nothing
// is waited for if there is no leaf.
Response json_when_published(const Exchange& exchange, const CertificateRecord& certificate,
                             std::optional<policy::LeafIndex> leaf);

}  // namespace inkan::api
