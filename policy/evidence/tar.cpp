#include "policy/evidence/tar.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// Offset and width of the header's fields.
struct Field {
  std::size_t at, width;
};
constexpr Field k_name{0, 100}, k_mode{100, 8}, k_uid{108, 8}, k_gid{116, 8}, k_size{124, 12},
    k_time{136, 12}, k_sum{148, 8}, k_kind{156, 1}, k_magic{257, 8}, k_owner{265, 32}, k_group{297, 32};

bool is_member_name(std::string_view name) {
  constexpr std::string_view k_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
  return !name.empty() && name.size() < k_name.width &&
         name.find_first_not_of(k_letters) == std::string_view::npos && name.front() != '/' &&
         name.front() != '.' && name.back() != '/' && name.find("//") == std::string_view::npos &&
         name.find("/.") == std::string_view::npos;
}

void put_text(std::string& header, const Field& field, std::string_view text) {
  header.replace(field.at, text.size(), text);
}

// Octal digits, as many as leave room for the NUL that ends them.
void put_number(std::string& header, const Field& field, std::uint64_t number) {
  for (std::size_t i = field.width - 1; i-- > 0; number /= 8)
    header[field.at + i] = static_cast<char>('0' + number % 8);
}

std::optional<std::uint64_t> number_at(std::string_view header, const Field& field) {
  const auto text = header.substr(field.at, field.width - 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 8);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string TarMember::header() const {
  const auto seconds = time.time_since_epoch().count();
  if (!is_member_name(name) || size > k_most || seconds < 0 || static_cast<std::uint64_t>(seconds) > k_most)
    throw Error(ErrorCode::invalid_input,
                "no archive member: \"" + name + "\" of " + std::to_string(size) +
                    " octets; names are 1 to 99 of a-z A-Z 0-9 . _ - /, sizes below 8 GiB");
  std::string header(k_header, '\0');
  put_text(header, k_name, name);
  put_number(header, k_mode, 0644);
  put_number(header, k_uid, 0);
  put_number(header, k_gid, 0);
  put_number(header, k_size, size);
  put_number(header, k_time, static_cast<std::uint64_t>(seconds));
  put_text(header, k_kind, "0");
  put_text(header, k_magic,
           std::string_view("ustar\0"
                            "00",
                            k_magic.width));
  put_text(header, k_owner, "root");
  put_text(header, k_group, "root");
  // The sum of all octets, its own field taken as blanks; six digits, NUL, blank.
  put_text(header, k_sum, "        ");
  std::uint64_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put_number(header, {k_sum.at, k_sum.width - 1}, sum);
  header[k_sum.at + 6] = '\0';
  return header;
}

std::optional<TarMember> TarMember::parse(BytesView octets) {
  if (octets.size() != k_header) return std::nullopt;
  const auto header = as_text(octets);
  const auto name = header.substr(0, std::min(header.find('\0'), k_name.width));
  const auto size = number_at(header, k_size), time = number_at(header, k_time);
  if (!is_member_name(name) || !size || !time) return std::nullopt;
  TarMember member{std::string(name), *size, Instant(std::chrono::seconds(*time))};
  // Whatever else the octets may say, there is one way to write this member.
  return member.header() == header ? std::optional(std::move(member)) : std::nullopt;
}

}  // namespace inkan::policy
