// Certificates and CRLs that an auditor holds, to be found in the log: what was handed out must be what was
// recorded.
#pragma once

#include <map>
#include <string>

#include "policy/types/digest.h"

namespace inkan::policy {

struct GivenObject {
  enum class Kind { certificate, crl };

  Kind kind = Kind::certificate;
  std::string name;         // where it is from, for people
  std::string serial{};     // hex; of a certificate
  std::int64_t number = 0;  // of a CRL; 0: it has none
  Sha256 sha256, tbs_sha256;
  bool found = false, late = false;

  // From its DER. Throws Error{invalid_input} for anything but a v3 certificate or a v2 CRL; judges neither.
  static GivenObject parse(BytesView der, std::string name);
};

class GivenObjects {
 public:
  void add(GivenObject object) { objects_.insert_or_assign(object.sha256, std::move(object)); }
  GivenObject* find(const Sha256& sha256);  // nullptr: nobody gave it
  bool empty() const { return objects_.empty(); }
  const std::map<Sha256, GivenObject>& all() const { return objects_; }

 private:
  std::map<Sha256, GivenObject> objects_;
};

}  // namespace inkan::policy
