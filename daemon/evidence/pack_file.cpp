#include "daemon/evidence/pack_file.h"

#include "policy/types/error.h"

namespace inkan::daemon {

using policy::Error;
using policy::ErrorCode;

PackFile::PackFile(std::filesystem::path file, policy::Instant time)
    : file_(std::move(file)), time_(time), out_(file_, std::ios::binary | std::ios::trunc) {
  if (!out_) throw Error(ErrorCode::store, file_.string() + " cannot be opened for writing");
}

void PackFile::add(std::string_view name, policy::BytesView content) {
  begin(name, content.size());
  write(content);
  end();
}

void PackFile::begin(std::string_view name, std::uint64_t size) {
  member_ = {std::string(name), size, time_};
  left_ = size;
  put(policy::as_bytes(member_.header()));
}

void PackFile::write(policy::BytesView part) {
  if (part.size() > left_)
    throw Error(ErrorCode::internal, member_.name + " has more octets than were announced");
  left_ -= part.size();
  put(part);
}

void PackFile::end() {
  if (left_ != 0) throw Error(ErrorCode::internal, member_.name + " has fewer octets than were announced");
  put(policy::Bytes(member_.padding()));
}

policy::Sha256 PackFile::finish() {
  put(policy::Bytes(policy::k_tar_end));
  out_.close();
  if (!out_) throw Error(ErrorCode::store, file_.string() + " cannot be written: is the disk full?");
  return hash_.finish();
}

void PackFile::put(policy::BytesView octets) {
  hash_.update(octets);
  out_.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  if (!out_) throw Error(ErrorCode::store, file_.string() + " cannot be written: is the disk full?");
}

}  // namespace inkan::daemon
