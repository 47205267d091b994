// An archive while it is written: members one after the other, hashed as they go.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

#include "policy/evidence/tar.h"
#include "policy/types/digest.h"

namespace inkan::daemon {

class PackFile {
 public:
  // Every member bears `time`. Replaces the file. Throws Error{store}.
  PackFile(std::filesystem::path file, policy::Instant time);

  void add(std::string_view name, policy::BytesView content);
  // In parts: begin() says how many octets write() will bring, end() that it did.
  void begin(std::string_view name, std::uint64_t size);
  void write(policy::BytesView part);
  void end();
  policy::Sha256 finish();  // written, not durable yet

 private:
  void put(policy::BytesView octets);

  std::filesystem::path file_;
  policy::Instant time_;
  std::ofstream out_;
  policy::Sha256Stream hash_;
  policy::TarMember member_;
  std::uint64_t left_ = 0;  // octets of the member that write() still owes
};

}  // namespace inkan::daemon
