// The codecs of operators: who they are, and what a review of them found.
#pragma once

#include "api/authority.h"
#include "api/json/document.h"

namespace inkan::api {

Json encode(const IdentityDetails& identity);
Json encode(const AccountReview& review);

}  // namespace inkan::api
