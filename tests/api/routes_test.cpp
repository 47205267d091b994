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
  for (const auto& route : routes()) {
    std::string path(route.path);
    if (path.ends_with("*}")) path.erase(path.size() - 2, 1);  // OpenAPI has no word for the rest of a path
    found.insert((route.verb == Verb::post ? "POST " : "GET ") + path + " " + std::string(route.operation));
  }
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
      {"getReceipt", everyone},
      {"getRenewal", everyone},
      {"listCertificates", everyone},
      {"revokeCertificate", {Role::web_tier, Role::bank_staff, Role::security_officer}},
      {"releaseCertificate", {Role::web_tier, Role::bank_staff}},
      {"revokeCertificates", {Role::web_tier, Role::bank_staff}},
      {"getRevocations", everyone},
      {"listAuthorities", everyone},
      {"getCaRequest", {Role::security_officer, Role::auditor}},
      {"listProfiles", everyone},
      {"getProfile", everyone},
      {"getLedger", {Role::auditor}},
      {"listLedgerEntries", {Role::auditor}},
      {"getReconciliation", {Role::security_officer, Role::auditor}},
      {"listEvents", {Role::web_tier, Role::security_officer, Role::auditor}},
      {"requestApproval", {Role::security_officer}},
      {"listApprovals", {Role::security_officer, Role::auditor}},
      {"getApproval", {Role::security_officer, Role::auditor}},
      {"voteOnApproval", {Role::security_officer}},
      {"getIssuing", everyone},
      {"stopIssuing", {Role::security_officer}},
      {"orderEvidence", {Role::security_officer, Role::auditor}},
      {"getEvidence", {Role::security_officer, Role::auditor}},
      {"getEvidenceArchive", {Role::security_officer, Role::auditor}},
      {"getEvidenceSignature", {Role::security_officer, Role::auditor}},
      {"getEntryBundle", {Role::auditor}},
      {"listTokens", {Role::security_officer, Role::auditor}},
      {"listKeys", {Role::security_officer, Role::auditor}},
      {"listIdentities", {Role::security_officer, Role::auditor}},
      {"reviewIdentities", {Role::security_officer, Role::auditor}},
      {"getReadiness", {Role::security_officer, Role::auditor}},
      // What a master user may do goes through the web tier, and by the pack's role table.
      {"getPolicyPack", {Role::web_tier, Role::bank_staff}},
      {"registerOrganisation", {Role::bank_staff}},
      {"listOrganisations", {Role::web_tier, Role::bank_staff}},
      {"createUser", {Role::web_tier, Role::bank_staff}},
      {"listUsers", {Role::web_tier, Role::bank_staff}},
      {"getUser", {Role::web_tier, Role::bank_staff}},
      {"getUserHistory", {Role::web_tier, Role::bank_staff}},
      {"listUserEnrolments", {Role::web_tier, Role::bank_staff}},
      {"changeUser", {Role::web_tier, Role::bank_staff}},
      {"deleteUser", {Role::web_tier, Role::bank_staff}},
      {"releaseUser", {Role::web_tier, Role::bank_staff}},
      {"revokeUserCertificates", {Role::web_tier, Role::bank_staff}},
      {"redirectToStaffPage", {Role::bank_staff}},
      {"getStaffPage", {Role::bank_staff}},
      {"getStaffAsset", {Role::bank_staff}},
      {"logIn", {Role::web_tier}},
      {"getSession", {Role::web_tier}},
      {"logOut", {Role::web_tier}},
      {"choosePassword", {Role::web_tier}},
      {"judgeShownCertificate", {Role::web_tier}},
      {"openEnrolment", {Role::web_tier}},
      {"getEnrolment", {Role::web_tier}},
      {"issueEnrolment", {Role::web_tier}},
      {"enterEnrolmentCode", {Role::web_tier}},
      {"cancelEnrolment", {Role::web_tier}},
      {"confirmEnrolment", {Role::web_tier}},
      {"declineEnrolment", {Role::web_tier}},
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
    EXPECT_EQ(route.changing,
              route.operation == "issueCertificate" || route.operation == "revokeCertificate" ||
                  route.operation == "revokeCertificates" || route.operation == "releaseCertificate")
        << route.operation;
}

TEST(Routes, MatchParametersAndSuffixes) {
  const auto found = match("GET", {"ca", "issuing.crt"}, Audience::open);
  ASSERT_TRUE(std::holds_alternative<Match>(found));
  EXPECT_EQ(std::get<Match>(found).route->operation, "getCaCertificate");
  EXPECT_EQ(std::get<Match>(found).parameters, std::vector<std::string>{"issuing"});
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca", ".crt"}, Audience::open)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca", "issuing.der"}, Audience::open)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ca"}, Audience::open)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"v1", "certificates", ""}, Audience::api)));
}

TEST(Routes, KeepTheListenersApart) {
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"v1", "profiles"}, Audience::open)));
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"livez"}, Audience::api)));
  EXPECT_TRUE(std::holds_alternative<Match>(match("GET", {"openapi.yaml"}, Audience::api)));
  EXPECT_TRUE(std::holds_alternative<Match>(match("HEAD", {"openapi.yaml"}, Audience::open)));
}

TEST(Routes, GiveTheMetricsListenerItsOnePathAndNobodyElse) {
  EXPECT_TRUE(std::holds_alternative<Match>(match("GET", {"metrics"}, Audience::metrics)));
  for (const auto listener : {Audience::api, Audience::open})
    EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"metrics"}, listener)));
  for (const auto& route : routes()) {
    if (route.audience == Audience::metrics) continue;
    const std::string first(route.path.substr(1, route.path.find('/', 1) - 1));
    EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {first}, Audience::metrics))) << first;
  }
}

TEST(Routes, GiveTheRestOfAPathToTheLastParameter) {
  const auto tile = match("GET", {"ledger", "tile", "0", "x001", "067.p", "5"}, Audience::open);
  ASSERT_TRUE(std::holds_alternative<Match>(tile));
  EXPECT_EQ(std::get<Match>(tile).route->operation, "getTile");
  EXPECT_EQ(std::get<Match>(tile).parameters, std::vector<std::string>{"0/x001/067.p/5"});
  const auto bundle = match("GET", {"ledger", "tile", "entries", "x001", "067"}, Audience::api);
  ASSERT_TRUE(std::holds_alternative<Match>(bundle));
  EXPECT_EQ(std::get<Match>(bundle).route->operation, "getEntryBundle");
  EXPECT_TRUE(std::holds_alternative<Problem>(match("GET", {"ledger", "tile"}, Audience::open)));
}

TEST(Routes, TellTheMethodsOfAKnownPath) {
  const auto found = match("DELETE", {"v1", "certificates"}, Audience::api);
  ASSERT_TRUE(std::holds_alternative<Problem>(found));
  EXPECT_EQ(std::get<Problem>(found).type, ProblemType::method_not_allowed);
  EXPECT_EQ(std::get<Problem>(found).fields.at(0).second, "GET, HEAD, POST");
}

}  // namespace
}  // namespace inkan::api
