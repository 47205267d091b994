#include "policy/rules/key_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "policy/rules/rsa_weakness.h"
#include "policy/types/error.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

PublicKey key(const std::string& file) {
  auto parsed = PublicKey::parse(test::read_vector("keys/" + file + ".pem"));
  if (const auto* denial = denied(parsed)) throw std::runtime_error(file + ": " + denial->detail);
  return std::get<PublicKey>(parsed);
}

struct Row {
  std::string file, rule;  // rule empty: the key may be certified
};

class KeyRules : public testing::TestWithParam<Row> {};

// Each key's fault is known from how it was made: tests/vectors/keys/ORIGIN.md.
TEST_P(KeyRules, FindTheFaultOfTheKey) {
  const auto denial = check_key(key(GetParam().file), {});
  EXPECT_EQ(denial ? denial->rule : "", GetParam().rule);
  if (denial) {
    EXPECT_FALSE(denial->clause.empty() || denial->detail.empty() || denial->mend.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Vectors, KeyRules,
    testing::Values(Row{"good-2048", ""}, Row{"good-2056", ""}, Row{"good-3072", ""}, Row{"good-4096", ""},
                    Row{"exponent-65539", ""}, Row{"exponent-256-bits", ""},
                    Row{"short-1024", "key.rsa.size"}, Row{"short-2040", "key.rsa.size"},
                    Row{"odd-size-2052", "key.rsa.size"}, Row{"long-4104", "key.rsa.size"},
                    Row{"roca-2049", "key.rsa.size"}, Row{"exponent-1", "key.rsa.exponent"},
                    Row{"exponent-3", "key.rsa.exponent"}, Row{"exponent-65535", "key.rsa.exponent"},
                    Row{"exponent-65538", "key.rsa.exponent"}, Row{"even", "key.rsa.even"},
                    Row{"small-factor-3", "key.rsa.small-factor"},
                    Row{"small-factor-751", "key.rsa.small-factor"},
                    // 757 is the first prime above the bound of NIST SP 800-89 §5.3.3.
                    Row{"factor-757", ""}, Row{"roca", "key.rsa.roca"}, Row{"fermat", "key.rsa.fermat"},
                    Row{"square", "key.rsa.fermat"}, Row{"fermat-round-1", "key.rsa.fermat"},
                    Row{"fermat-round-90", "key.rsa.fermat"}, Row{"fermat-round-130", ""},
                    Row{"debian-weak", ""}, Row{"rfc9500-rsa2048", "key.blocked"},
                    Row{"rfc9500-rsa4096", "key.blocked"}, Row{"rfc9500-p256", "key.blocked"},
                    Row{"rfc9500-p384", "key.blocked"}, Row{"rfc9500-p521", "key.blocked"},
                    Row{"rfc8410-ed25519", "key.blocked"}),
    [](const auto& row) {
      std::string name = row.param.file;
      std::replace(name.begin(), name.end(), '-', '_');
      return name;
    });

TEST(KeyRules, RefuseADebianWeakKeyByTheOperatorsList) {
  const PublicKey weak = key("debian-weak");
  const auto list = KeyBlocklist::parse(weak.spki_hash().hex() + " CVE-2008-0166\n", "weak.txt");
  const auto denial = check_key(weak, list);
  ASSERT_TRUE(denial);
  EXPECT_EQ(denial->rule, "key.blocked");
  EXPECT_NE(denial->detail.find(weak.spki_hash().hex()), std::string::npos);
  EXPECT_FALSE(check_key(key("good-2048"), list));
}

// crocs-muni/roca marks the key of csr03 as sound; chance would mark one in 2^27.
TEST(RsaWeakness, RocaMarkIsNotSeenInOrdinaryKeys) {
  for (const char* file : {"good-2048", "good-3072", "good-4096", "debian-weak", "rfc9500-rsa2048", "fermat"})
    EXPECT_FALSE(has_roca_fingerprint(small_residues(key(file).rsa_modulus()))) << file;
}

TEST(RsaWeakness, ResiduesAreThoseOfTheNumber) {
  const SmallResidues residues = small_residues(*from_hex("0102030405"));  // 4328719365
  EXPECT_EQ(residues[0], 1);
  EXPECT_EQ(residues[1], 4328719365 % 3);
  EXPECT_EQ(residues[k_small_prime_count - 1], 4328719365 % 751);
}

TEST(RsaWeakness, SmallestFactorIsNamed) {
  EXPECT_EQ(find_small_factor(small_residues(*from_hex("0f"))), 3);
  EXPECT_EQ(find_small_factor(small_residues(key("small-factor-751").rsa_modulus())), 751);
}

TEST(KeyBlocklist, ReadsHashesCommentsAndReasons) {
  const std::string hash(64, 'a'), other(64, 'B');
  const auto list =
      KeyBlocklist::parse("# a list\r\n\n" + hash + " stolen\r\n  " + other + "\t# why\n" + hash, "list");
  EXPECT_EQ(list.size(), 2u);
  EXPECT_TRUE(list.contains(*SpkiHash::from_hex(hash)));
  EXPECT_TRUE(list.contains(*SpkiHash::from_hex(other)));
  EXPECT_FALSE(list.contains(*SpkiHash::from_hex(std::string(64, 'c'))));
}

TEST(KeyBlocklist, NamesTheLineItCannotRead) {
  for (const std::string& bad :
       {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'g'), std::string("word")}) {
    try {
      KeyBlocklist::parse("# one\n" + bad + "\n", "blocked.txt");
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::config);
      EXPECT_NE(std::string(error.what()).find("blocked.txt:2:"), std::string::npos) << error.what();
    }
  }
}

TEST(KeyBlocklist, MergesWithoutDoubles) {
  const std::string a(64, 'a'), b(64, 'b'), c(64, 'c');
  auto list = KeyBlocklist::parse(c + "\n" + a, "one");
  list.merge(KeyBlocklist::parse(b + "\n" + a, "two"));
  EXPECT_EQ(list.size(), 3u);
  EXPECT_TRUE(list.contains(*SpkiHash::from_hex(b)));
}

}  // namespace
}  // namespace inkan::policy
