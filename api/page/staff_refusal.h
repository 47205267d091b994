// What a member of staff reads in place of the page, where there is no certificate to show it to.
#pragma once

#include "api/problem.h"

namespace inkan::api {

// Whether the request is a browser's way to a page, so that its answer is read by a person.
bool wants_page(const RequestHead& head);

// The problem in plain words, as a page of its own without style or script: those need a certificate too. The
// connection ends with it, so that the browser may choose another certificate.
Response staff_refusal(const Problem& problem, Language language, const std::string& request_id);

}  // namespace inkan::api
