// The kinds of hostile request, each made from a random source, with the answer it must get.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "policy/types/bytes.h"

namespace inkan::test {

struct Shot {
  std::string octets;
  int status = 0;     // 0: any 4xx
  bool ends = false;  // the server closes after its answer
};

struct ShotKind {
  const char* name;
  std::function<Shot(std::mt19937&)> make;
};

// `csr`: a good one, to be broken.
std::vector<ShotKind> shot_kinds(const policy::Bytes& csr, const std::string& profile);

}  // namespace inkan::test
