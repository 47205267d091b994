// The bank staff's page (rule A15 and the role table's `bank-staff`), which calls /v1 from the staff's
// browsers, each with his own certificate: so the log names the person, and nobody between.
#pragma once

#include "api/page/bundle.h"

namespace inkan::api {

struct StaffPage {
  Bundle bundle;       // below /staff
  std::string origin;  // of the API's listener, as browsers write it
};

}  // namespace inkan::api
