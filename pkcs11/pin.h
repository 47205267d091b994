// A token PIN in locked, zeroing memory. It has no operator<<, is never copied, and never enters an error's
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string_view>

namespace inkan::pkcs11 {

class Pin {
 public:
  static constexpr std::size_t k_max_size = 255;

  // Reads a file that only its owner and group may read; one line feed (or CR LF) at its end is not part of
  // the PIN. Throws Error{pin} that names the file and how to mend it: missing, others may read it, empty,
  // too long, holds a second line.
  static Pin from_file(const std::filesystem::path& path);
  // As entered by an officer. The caller wipes its own copy. Throws Error{pin} for an empty or overlong one.
  static Pin from_text(std::string_view text);
  // The rest of a line, as typed or piped: read octet by octet, so that nobody buffers it. Throws as
  // from_text.
  static Pin from_line(int descriptor);
  // `fill` writes so many octets, 1 to k_max_size, straight into the locked page; what it throws goes on.
  static Pin filled(std::size_t size, const std::function<void(std::span<std::uint8_t>)>& fill);

  Pin(Pin&& other) noexcept;
  Pin& operator=(Pin&& other) noexcept;
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  ~Pin();

  // Borrowed; for C_Login, C_InitToken and C_InitPIN only.
  std::span<std::uint8_t> bytes() const { return {octets_, size_}; }

 private:
  Pin();
  void wipe() noexcept;

  std::uint8_t* octets_ = nullptr;  // one page of its own: mlock works by pages, and no neighbour shares it
  std::size_t size_ = 0;
};

}  // namespace inkan::pkcs11
