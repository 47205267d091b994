#include "api/page/read_file.h"

#include <fstream>
#include <iterator>

#include "policy/types/error.h"

namespace inkan::api {

std::string read_file(const std::filesystem::path& file, const std::string& what) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.good() && !in.eof())
    throw policy::Error(policy::ErrorCode::config,
                        what + " " + file.string() + " cannot be read: check the path and its permissions");
  return text;
}

}  // namespace inkan::api
