#include "api/routes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "api/openapi.h"

namespace inkan::api {
namespace {

// "POST /v1/certificates issueCertificate" of each operation in openapi.yaml, which keeps to one style: two
// spaces for a path, four for a verb, six for its operationId. A reader of its own, so that it cannot share a
// fault with a library.
std::set<std::string> described_operations(std::istream& yaml) {
  std::set<std::string> found;
  std::string line, path, verb;
  bool in_paths = false;
  while (std::getline(yaml, line)) {
    if (!line.starts_with(" ")) in_paths = line == "paths:";
    if (!in_paths || line.size() < 3) continue;
    const auto indent = line.find_first_not_of(' ');
    if (indent == 2) path = line.substr(2, line.size() - 3);
    if (indent == 4) verb = line.substr(4, line.size() - 5);
    if (indent == 6 && line.starts_with("      operationId: ")) {
      for (char& c : verb) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      found.insert(verb + " " + path + " " + line.substr(19));
    }
  }
  return found;
}

std::set<std::string> routed_operations() {
  std::set<std::string> found;
  for (const auto& route : routes())
    found.insert(std::string(route.verb == Verb::post ? "POST " : "GET ") + std::string(route.path) + " " +
                 std::string(route.operation));
  return found;
}

TEST(Routes, AgreeWithOpenapiBothWays) {
  std::ifstream yaml(INKAN_SOURCE_DIR "/api/openapi.yaml");
  ASSERT_TRUE(yaml);
  const auto described = described_operations(yaml);
  EXPECT_GE(described.size(), 18u);
  EXPECT_EQ(described, routed_operations());
  EXPECT_EQ(routed_operations().size(), routes().size());
}

TEST(Routes, ServeTheFileThatIsLinted) {
  std::ifstream yaml(INKAN_SOURCE_DIR "/api/openapi.yaml");
  const std::string file{std::istreambuf_iterator<char>(yaml), {}};
  EXPECT_EQ(openapi_document(), file);
}

// The role table of the `rokin` pack, as far as it goes today: who may use which operation.
TEST(Routes, GiveEachRoleWhatTheRoleTableSays) {
  using policy::Role;
  const std::set<Role> everyone = {Role::web_tier, Role::bank_staff, Role::security_officer, Role::auditor};
  const std::map<std::string, std::set<Role>> table = {
      {"issueCertificate", {Role::web_tier}},
      {"dryRunCertificate", everyone},
      {"getCertificate", everyone},
      {"listCertificates", everyone},
      {"revokeCertificate", {Role::web_tier, Role::bank_staff, Role::security_officer}},
      {"listAuthorities", everyone},
      {"listProfiles", everyone},
      {"getProfile", everyone},
      {"getLedger", {Role::auditor}},
      {"listLedgerEntries", {Role::auditor}},
      {"listTokens", {Role::security_officer, Role::auditor}},
      {"getReadiness", {Role::security_officer, Role::auditor}},
  };
  std::size_t seen = 0;
  for (const auto& route : routes()) {
    if (route.audience != Audience::api) continue;
    const auto row = table.find(std::string(route.operation));
    ASSERT_NE(row, table.end()) << route.operation;
    for (const auto role :
         {Role::web_tier, Role::bank_staff, Role::security_officer, Role::auditor, Role::system})
      EXPECT_EQ(route.roles.has(role), row->second.contains(role)) << route.operation << " " << name(role);
    ++seen;
  }
  EXPECT_EQ(seen, table.size());
}

TEST(Routes, TakeIdempotencyKeyWhereSomethingChanges) {
  for (const auto& route : routes())
    EXPECT_EQ(route.changing, route.operation == "issueCertificate" || route.operation == "revokeCertificate")
        << route.operation;
}

TEST(Routes, MatchParametersAndSuffixes) {
  const auto found = match("GET", {"ca", "issuing.crt"}, false);
  ASSERT_TRUE(std::holds_alternative<Match>(found));
  EXPECT_EQ(std::get<Match>(found).route->operation, "getCaCertificate");
  EXPECT_EQ(std::get<Match>(found).parameters, std::vector<std::string>{"issuing"});
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca", ".crt"}, false)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca", "issuing.der"}, false)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca"}, false)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"v1", "certificates", ""}, true)));
}

TEST(Routes, KeepTheListenersApart) {
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"v1", "profiles"}, false)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"livez"}, true)));
  EXPECT_TRUE(std::holds_alternative<Match>(match("GET", {"openapi.yaml"}, true)));
  EXPECT_TRUE(std::holds_alternative<Match>(match("HEAD", {"openapi.yaml"}, false)));
}

TEST(Routes, TellTheMethodsOfAKnownPath) {
  const auto found = match("DELETE", {"v1", "certificates"}, true);
  ASSERT_TRUE(std::holds_alternative<Problem>(found));
  EXPECT_EQ(std::get<Problem>(found).type, ProblemType::method_not_allowed);
  EXPECT_EQ(std::get<Problem>(found).fields.at(0).second, "GET, HEAD, POST");
}

}  // namespace
}  // namespace inkan::api
