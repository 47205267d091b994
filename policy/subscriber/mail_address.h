// What mails can be sent to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkan::policy {

// What is wrong with an address, in words; nothing if it is one. In ASCII, for servers without SMTPUTF8 (RFC
// 6531) are many; at most 254 octets (RFC 5321 §4.5.3.1, with its brackets); no quoted local part, and no
// character that means something around addresses.
std::optional<std::string> mail_address_fault(std::string_view text);

}  // namespace inkan::policy
