// The codecs of what the service tells about itself: authorities, profiles, the ledger, its books, tokens and
// readiness.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

Json encode(const AuthorityRecord& authority);
Json encode(const CaRequestRecord& request);
Json encode(const KeyDetails& key);
Json encode(const ProfileRecord& profile);
Json encode(const ProfileOffer& offer);
Json encode(const LedgerHead& ledger);
Json encode(const LedgerEntry& entry);
Json encode(const ReconciliationRecord& books);
Json encode(const TokenRecord& token);
Json encode(const Readiness& readiness);

}  // namespace inkan::api
