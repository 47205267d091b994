// The subject a certificate gets: what the request says, in our encoding (RFC 5280 §4.1.2.4, Appendix A).
#include <gtest/gtest.h>

#include "policy/der/writer.h"
#include "policy/lint/tbs_view.h"
#include "tests/support/throw_away_ca.h"

namespace inkan::policy {
namespace {

Bytes common_name(std::uint8_t tag, BytesView text) {
  return der::sequence({der::oid("2.5.4.3"), der::tlv(tag, text)});
}

Examination examine(const Bytes& subject) {
  const auto& chain = test::TestChain::one();
  const auto request =
      IssuanceRequest::for_token_key("client-auth", chain.subject_key.public_key, Name::parse(subject), {});
  return test::engine().examine(request, chain.issuing.issuer, Role::web_tier, test::next_serial(),
                                test::k_test_day);
}

Bytes issued_subject(const Examination& found) {
  return to_bytes(TbsView::parse(found.tbs.value().to_be_signed()).subject);
}

TEST(EngineSubject, EncodesAnewWhateverStringTypeTheRequestUsed) {
  const Bytes wanted = der::sequence({der::set_of({common_name(der::k_utf8_string, as_bytes("alice"))})});
  const Bytes wide = {0, 'a', 0, 'l', 0, 'i', 0, 'c', 0, 'e'};
  const std::pair<const char*, Bytes> forms[] = {
      {"Teletex", common_name(der::k_teletex_string, as_bytes("alice"))},
      {"BMP", common_name(der::k_bmp_string, wide)},
      {"Printable", common_name(der::k_printable_string, as_bytes("alice"))},
  };
  for (const auto& [name, form] : forms) {
    const auto found = examine(der::sequence({der::set_of({form})}));
    EXPECT_FALSE(found.denial) << name << ": " << found.denial->detail;
    EXPECT_EQ(issued_subject(found), wanted) << name;
  }
}

TEST(EngineSubject, PutsEachAttributeIntoAnRdnOfItsOwn) {
  const Bytes organisation =
      der::sequence({der::oid("2.5.4.10"), der::tlv(der::k_utf8_string, as_bytes("Bank"))});
  const auto found = examine(
      der::sequence({der::set_of({common_name(der::k_utf8_string, as_bytes("alice")), organisation})}));
  ASSERT_FALSE(found.denial);
  EXPECT_EQ(issued_subject(found),  // in the order they stood in, which X.690 §11.6 made the shorter first
            der::sequence({der::set_of({organisation}),
                           der::set_of({common_name(der::k_utf8_string, as_bytes("alice"))})}));
}

TEST(EngineSubject, RefusesAValueAboveItsUpperBound) {
  const std::string long_name(65, 'a');  // ub-common-name is 64
  const auto found =
      examine(der::sequence({der::set_of({common_name(der::k_utf8_string, as_bytes(long_name))})}));
  ASSERT_TRUE(found.denial);
  EXPECT_EQ(found.denial->rule, "name.length");
  EXPECT_FALSE(found.tbs);
}

}  // namespace
}  // namespace inkan::policy
