#include <gtest/gtest.h>

#include <cstdlib>

#include "policy/rules/key_rules.h"
#include "policy/x509/certification_request.h"
#include "tests/support/vectors.h"

namespace inkan::policy {
namespace {

std::filesystem::path corpus() {
  const char* const set =
      std::getenv("INKAN_CSR_CORPUS");  // NOLINT(concurrency-mt-unsafe): before any thread
  return set ? std::filesystem::path(set) : std::filesystem::path(INKAN_SOURCE_DIR) / "../shared/corpus/csr";
}

// The first rule that refuses the request or its key, or "".
std::string judge(const std::string& file, const std::string& content) {
  const auto parsed = file.ends_with(".pem") ? CertificationRequest::parse_text(content)
                                             : CertificationRequest::parse(as_bytes(content));
  if (const auto* denial = denied(parsed)) return denial->rule;
  const auto weak = check_key(std::get<CertificationRequest>(parsed).public_key(), {});
  return weak ? weak->rule : "";
}

// Requests in the test data of other projects, which are not ours to publish. INDEX.tsv: file, expected, why,
// source. "accept": neither malformed nor without possession, though its key may be known to be weak.
TEST(CertificationRequestCorpus, IsAnsweredAsItsIndexExpects) {
  if (!std::filesystem::exists(corpus() / "INDEX.tsv"))
    GTEST_SKIP() << "no corpus at " << corpus() << "; set INKAN_CSR_CORPUS";
  std::size_t count = 0;
  for (const auto& row : test::read_table(corpus() / "INDEX.tsv")) {
    if (row.size() < 3 || row[0] == "file") continue;
    const std::string rule = judge(row[0], test::read_file(corpus() / row[0]));
    const std::string &expected = row[1], &why = row[2];
    SCOPED_TRACE(row[0] + ": " + why + ": " + rule);
    if (expected == "reject")
      EXPECT_NE(rule, "");
    else if (expected == "policy")
      EXPECT_TRUE(rule.empty() || rule == "csr.signature-algorithm");
    else if (expected == "accept" || expected == "accept-no-ca")
      EXPECT_TRUE(rule.empty() || rule == "key.rsa.fermat");
    else
      ADD_FAILURE() << "an expectation this test does not know: " << expected;
    ++count;
  }
  EXPECT_GE(count, 100u);
}

}  // namespace
}  // namespace inkan::policy
