#include "pkcs11/pin.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "policy/types/error.h"

namespace inkan::pkcs11 {
namespace {

using policy::Error;
using policy::ErrorCode;

constexpr std::size_t k_page = 4096;
static_assert(Pin::k_max_size + 3 < k_page);

class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

std::string system_error_text() {
  return std::generic_category().message(errno);
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why) {
  throw Error(ErrorCode::pin, "PIN file " + path.string() + " " + why);
}

void check_mode(const Descriptor& file, const std::filesystem::path& path) {
  struct stat status {};
  if (fstat(file.number(), &status) != 0) refuse(path, "cannot be examined: " + system_error_text());
  if (!S_ISREG(status.st_mode)) refuse(path, "is not a regular file");
  if ((status.st_mode & S_IRWXO) != 0)
    refuse(path, "may be read by every user of this machine: chmod 0600 " + path.string());
}

}  // namespace

Pin::Pin() {
  void* const page = mmap(nullptr, k_page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw Error(ErrorCode::unavailable, "no memory for a PIN");
  octets_ = static_cast<std::uint8_t*>(page);
  // Best effort: RLIMIT_MEMLOCK may be 0 in a container. Left out of core dumps in either case.
  mlock(octets_, k_page);
  madvise(octets_, k_page, MADV_DONTDUMP);
}

Pin Pin::from_file(const std::filesystem::path& path) {
  const Descriptor file(path);
  if (file.number() < 0) refuse(path, "cannot be opened: " + system_error_text());
  check_mode(file, path);
  Pin pin;
  std::size_t size = 0;
  while (size < k_page) {
    const ssize_t got = ::read(file.number(), pin.octets_ + size, k_page - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) refuse(path, "cannot be read: " + system_error_text());
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > 0 && pin.octets_[size - 1] == '\n') --size;
  if (size > 0 && pin.octets_[size - 1] == '\r') --size;
  if (size == 0) refuse(path, "is empty: write the PIN on its first line");
  if (size > k_max_size)
    refuse(path, "holds more than " + std::to_string(k_max_size) + " octets: it is no PIN");
  if (std::find(pin.octets_, pin.octets_ + size, '\n') != pin.octets_ + size)
    refuse(path, "holds more than one line: it must hold the PIN alone");
  pin.size_ = size;
  return pin;
}

Pin Pin::from_text(std::string_view text) {
  if (text.empty()) throw Error(ErrorCode::pin, "the PIN is empty");
  if (text.size() > k_max_size)
    throw Error(ErrorCode::pin, "the PIN is longer than " + std::to_string(k_max_size) + " octets");
  Pin pin;
  std::copy(text.begin(), text.end(), pin.octets_);
  pin.size_ = text.size();
  return pin;
}

Pin Pin::from_line(int descriptor) {
  Pin pin;
  std::size_t size = 0;
  for (bool more = true; more;) {
    if (size > k_max_size)
      throw Error(ErrorCode::pin, "the PIN is longer than " + std::to_string(k_max_size) + " octets");
    const ssize_t got = ::read(descriptor, pin.octets_ + size, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error(ErrorCode::pin, "the PIN cannot be read: " + system_error_text());
    more = got > 0 && pin.octets_[size] != '\n';
    size += more ? 1 : 0;
  }
  if (size > 0 && pin.octets_[size - 1] == '\r') --size;
  if (size == 0) throw Error(ErrorCode::pin, "the PIN is empty");
  pin.size_ = size;
  return pin;
}

Pin Pin::filled(std::size_t size, const std::function<void(std::span<std::uint8_t>)>& fill) {
  if (size == 0 || size > k_max_size) throw Error(ErrorCode::pin, "no PIN has that length");
  Pin pin;
  fill({pin.octets_, size});
  pin.size_ = size;
  return pin;
}

Pin::Pin(Pin&& other) noexcept
    : octets_(std::exchange(other.octets_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Pin& Pin::operator=(Pin&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  octets_ = std::exchange(other.octets_, nullptr);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

Pin::~Pin() {
  wipe();
}

void Pin::wipe() noexcept {
  if (octets_ == nullptr) return;
  OPENSSL_cleanse(octets_, k_page);
  munmap(octets_, k_page);
  octets_ = nullptr;
  size_ = 0;
}

}  // namespace inkan::pkcs11
