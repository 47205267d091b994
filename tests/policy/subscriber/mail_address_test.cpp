#include "policy/subscriber/mail_address.h"

#include <gtest/gtest.h>

namespace inkan::policy {
namespace {

TEST(MailAddress, HasOneAtAndPlainAscii) {
  for (const std::string good : {"taro@kaisha.example", "t@k", "a.b+c_d-e/f'g@x-y.example"})
    EXPECT_EQ(mail_address_fault(good), std::nullopt) << good;
  for (const std::string bad :
       {"", "@", "taro", "@kaisha.example", "taro@", "taro@@kaisha.example", "a@b@c",
        "taro yamada@kaisha.example", "太郎@kaisha.example", "taro＠kaisha.example", "taro@kaisha.example\n",
        "taro@kaisha.example>", "<taro@kaisha.example", "a@kaisha.example,b", "\"a\"@kaisha.example"})
    EXPECT_EQ(mail_address_fault(bad), "is not a mail address such as taro@example.jp, in ASCII") << bad;
}

TEST(MailAddress, HasAtMost254Octets) {
  const std::string host = "@kaisha.example";
  EXPECT_EQ(mail_address_fault(std::string(254 - host.size(), 'x') + host), std::nullopt);
  EXPECT_EQ(mail_address_fault(std::string(255 - host.size(), 'x') + host), "is longer than 254 octets");
}

}  // namespace
}  // namespace inkan::policy
