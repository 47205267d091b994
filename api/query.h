// Query parameters, read strictly: an unknown or repeated one is an error that names it, not ignored.
#pragma once

#include "api/http/target.h"
#include "api/problem.h"
#include "policy/types/validity.h"

namespace inkan::api {

class QueryReader {
 public:
  explicit QueryReader(const std::vector<QueryParameter>& query)
      : query_(query), taken_(query.size(), false) {}

  std::optional<std::string> text(std::string_view name);
  std::optional<policy::Instant> time(std::string_view name);
  std::optional<policy::InstantMicros> moment(std::string_view name);  // a fraction is allowed
  std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);
  void fail(std::string_view name, std::string detail);
  // What is wrong, after all parameters were taken.
  std::optional<Problem> finish();

 private:
  const std::vector<QueryParameter>& query_;
  std::vector<bool> taken_;
  std::vector<FieldError> errors_;
};

}  // namespace inkan::api
