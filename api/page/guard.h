// The header fields by which a browser is kept to what a page of ours may do.
#pragma once

#include "api/http/message.h"

namespace inkan::api {

// The page takes everything from its own origin, and nothing may frame, leave, embed or rewrite it. Answers
// that are no page get the same: a browser that is made to open one as a page finds nothing that runs.
Response guarded_against_browsers(Response response);

}  // namespace inkan::api
