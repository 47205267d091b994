#include "daemon/verify/given_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "daemon/verify/files.h"
#include "policy/types/error.h"
#include "policy/x509/pem.h"

namespace inkan::daemon::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t k_max_file = std::size_t{64} << 20;  // CRLs can be large
constexpr std::array k_endings = {".pem", ".crt", ".cer", ".der", ".crl"};

// In the file's order; at least one.
std::vector<policy::GivenObject> read_objects(const fs::path& file) {
  const std::string text = read_file(file, k_max_file);
  if (!policy::is_pem(text)) return {policy::GivenObject::parse(policy::as_bytes(text), file.string())};
  std::vector<policy::GivenObject> objects;
  for (const auto& block : policy::pem_decode_all(text)) {
    if (block.label != "CERTIFICATE" && block.label != "X509 CRL")
      throw policy::Error(policy::ErrorCode::invalid_input,
                          file.string() + " holds a " + block.label + "; certificates and CRLs are wanted");
    objects.push_back(policy::GivenObject::parse(block.der, file.string()));
  }
  return objects;
}

void add_file(policy::GivenObjects& given, const fs::path& file) {
  for (auto& object : read_objects(file)) given.add(std::move(object));
}

}  // namespace

policy::GivenObjects read_given(const std::vector<fs::path>& paths) {
  policy::GivenObjects given;
  for (const auto& path : paths) {
    if (!fs::is_directory(path)) {
      add_file(given, path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file() &&
          std::find(k_endings.begin(), k_endings.end(), entry.path().extension()) != k_endings.end())
        add_file(given, entry.path());
  }
  return given;
}

policy::GivenObject read_first_given(const fs::path& file) {
  return read_objects(file).front();
}

}  // namespace inkan::daemon::verify
