#include "daemon/reload/config_difference.h"

#include <gtest/gtest.h>

#include "policy/types/error.h"

namespace inkan::daemon {
namespace {

TEST(ConfigDifference, IsNoneInWordsThatMeanTheSame) {
  EXPECT_EQ(in_words(differences("a = 1 # one\n[b]\nc = \"x\"\n", "# two\na=1\nb = { c = 'x' }\n")), "none");
}

TEST(ConfigDifference, NamesEachKeyWithWhatItWasAndIs) {
  const char* const before =
      "node = \"n\"\n[ocsp]\nmax_age_s = 60\n[[token]]\nname = \"ca\"\nsessions = 4\n[[token]]\nname = "
      "\"ledger\"\n[[witness]]\nurl = \"http://a\"\n";
  const char* const now =
      "node = \"n\"\nprofiles = [\"p.toml\"]\n[metrics]\n[ocsp]\n[[token]]\nname = "
      "\"ledger\"\n[[token]]\nname "
      "= \"ca\"\nsessions = 8\n[[witness]]\nurl = \"http://b\"\n";
  EXPECT_EQ(in_words(differences(before, now)),
            "metrics: (not set) -> {}; ocsp: (not set) -> {}; ocsp.max_age_s: 60 -> (not set); profiles: "
            "(not set) -> [ 'p.toml' ]; token.ca.sessions: 4 -> 8; witness[0].url: 'http://a' -> 'http://b'");
}

TEST(ConfigDifference, IsOfTomlOnly) {
  EXPECT_THROW(differences("a = 1\n", "a = \n"), policy::Error);
}

}  // namespace
}  // namespace inkan::daemon
