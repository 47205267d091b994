// Reads the committed vectors under tests/vectors/, and the tables that came with them.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "policy/types/bytes.h"
#include "policy/x509/pem.h"

namespace inkan::test {

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::filesystem::path vectors() {
  return std::filesystem::path(INKAN_SOURCE_DIR) / "tests/vectors";
}

// "csr/go-p256.der": the octets; a .pem is decoded.
inline policy::Bytes read_vector(const std::string& name) {
  const std::string text = read_file(vectors() / name);
  return name.ends_with(".pem") ? policy::pem_decode(text).der : policy::to_bytes(policy::as_bytes(text));
}

// The .der and .pem files of a folder under tests/vectors, sorted. Never empty: a test over nothing passes
// unseen.
inline std::vector<std::string> vector_names(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(vectors() / folder))
    if (entry.path().extension() == ".der" || entry.path().extension() == ".pem")
      names.push_back(folder + "/" + entry.path().filename().string());
  if (names.empty()) throw std::runtime_error("no vectors in " + folder);
  std::sort(names.begin(), names.end());
  return names;
}

// Lines of tab-separated fields.
inline std::vector<std::vector<std::string>> read_table(const std::filesystem::path& path) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(read_file(path));
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> row(1);
    for (const char c : line) {
      if (c == '\t')
        row.emplace_back();
      else
        row.back() += c;
    }
    rows.push_back(std::move(row));
  }
  if (rows.empty()) throw std::runtime_error("an empty table: " + path.string());
  return rows;
}

}  // namespace inkan::test
