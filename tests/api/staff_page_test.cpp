// The bank staff's page on the API's listener, and what a browser may not send there for somebody else's
// page.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/support/edge.h"
#include "tests/support/outside.h"

namespace inkan::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* k_own_origin = "https://localhost:8443";
constexpr const char* k_content_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'";

class StaffPageTest : public testing::Test {
 protected:
  StaffPageTest() {
    std::filesystem::create_directories(folder_.path() / "page" / "assets");
    folder_.write("page/index.html", "<!doctype html><title>staff</title>");
    folder_.write("page/assets/staff-1a2b.js", "void 0;");
    folder_.write("secret.txt", "nobody's");
    std::filesystem::create_symlink(folder_.path() / "secret.txt",
                                    folder_.path() / "page" / "assets" / "link.txt");
    edge_.emplace(api::Limits{}, api::Deadlines{},
                  api::StaffPage{api::Bundle::load(folder_.path() / "page", "page"), k_own_origin});
  }

  TemporaryFolder folder_;
  std::optional<Edge> edge_;
};

std::string rule_of(const std::optional<RawResponse>& response) {
  return json::parse(response->body).value("rule", "");
}

TEST_F(StaffPageTest, IsServedUnderStrictFields) {
  auto client = edge_->as(pki().staff);
  const auto page = client.ask(get("/staff/"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_THAT(page->body, HasSubstr("<title>staff</title>"));
  EXPECT_EQ(page->field("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(page->field("cache-control"), "no-cache");
  EXPECT_EQ(page->field("x-content-type-options"), "nosniff");
  const auto asset = client.ask(get("/staff/assets/staff-1a2b.js"));
  EXPECT_EQ(asset->body, "void 0;");
  EXPECT_EQ(asset->field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_THAT(asset->field("cache-control"), HasSubstr("immutable"));
  const auto again =
      client.ask(get("/staff/assets/staff-1a2b.js", "If-None-Match: " + asset->field("etag") + "\r\n"));
  EXPECT_EQ(again->status, 304);
  const auto moved = client.ask(get("/staff"));
  EXPECT_EQ(moved->status, 308);
  EXPECT_EQ(moved->field("location"), "/staff/");
  // A call's answer, a refusal and a request that cannot be read are guarded too.
  for (const auto& target : {"/staff/", "/staff", "/v1/profiles", "/v1/none", "/%zz"}) {
    const auto answer = edge_->as(pki().staff).ask(get(target));
    ASSERT_TRUE(answer) << target;
    EXPECT_EQ(answer->field("content-security-policy"), k_content_policy) << target;
    EXPECT_EQ(answer->field("x-frame-options"), "DENY") << target;
    EXPECT_EQ(answer->field("cross-origin-resource-policy"), "same-origin") << target;
    EXPECT_EQ(answer->field("referrer-policy"), "no-referrer") << target;
    EXPECT_EQ(answer->field("strict-transport-security"), "") << "CRLs may come from this host by plain HTTP";
  }
  EXPECT_EQ(edge_->plain().ask(get("/livez"))->field("content-security-policy"), "");
}

TEST_F(StaffPageTest, ServesNothingElseOfTheDisk) {
  for (const char* path : {"/staff/assets/../secret.txt", "/staff/assets/%2e%2e/secret.txt",
                           "/staff/assets/..%2f..%2fsecret.txt", "/staff/assets/link.txt",
                           "/staff/secret.txt", "/staff/assets", "/staff/assets/", "/staff/index.html",
                           "/staff/assets/none.js", "/assets/staff-1a2b.js", "/", "/Staff/"}) {
    const auto answer = edge_->as(pki().staff).ask(get(path));
    ASSERT_TRUE(answer) << path;
    EXPECT_THAT(answer->status, testing::AnyOf(400, 404)) << path;
    EXPECT_THAT(answer->body, Not(HasSubstr("nobody's"))) << path;
  }
  expect_problem(edge_->as(pki().staff).ask(post("/staff/", "{}")), 405, "method-not-allowed");
}

TEST_F(StaffPageTest, IsForTheBanksStaffAlone) {
  for (const char* path : {"/staff", "/staff/", "/staff/assets/staff-1a2b.js"}) {
    for (const auto* other : {&pki().web, &pki().officer, &pki().auditor})
      expect_problem(edge_->as(*other).ask(get(path)), 403, "role-not-allowed");
    expect_problem(edge_->as(pki().unknown).ask(get(path)), 403, "unknown-identity");
    expect_problem(edge_->as(pki().expired).ask(get(path)), 401, "client-certificate-not-valid");
    expect_problem(edge_->anonymous().ask(get(path)), 401, "client-certificate-required");
    expect_problem(edge_->plain().ask(get(path)), 404, "not-found");
  }
}

TEST_F(StaffPageTest, TellsAPersonWithoutACertificateInPlainWords) {
  const std::string browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nAccept-Language: ";
  struct Row {
    RawClient client;
    int status;
    const char *language, *says;
  };
  Row rows[] = {{edge_->anonymous(), 401, "ja", "<h1>職員用の電子証明書が必要です</h1>"},
                {edge_->as(pki().auditor), 403, "en", "<h1>A staff certificate is needed</h1>"}};
  for (auto& row : rows) {
    const auto answer = row.client.ask(get("/staff/", browser + row.language + "\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, row.status);
    EXPECT_EQ(answer->field("content-type"), "text/html; charset=utf-8");
    EXPECT_THAT(answer->body, HasSubstr(row.says));
    EXPECT_THAT(answer->body, HasSubstr(answer->field("x-request-id")));
    EXPECT_EQ(answer->field("content-security-policy"), k_content_policy);
    EXPECT_EQ(answer->field("connection"), "close") << "another certificate may be chosen";
  }
  expect_problem(edge_->anonymous().ask(get("/v1/profiles", browser + "ja\r\n")), 401,
                 "client-certificate-required");
}

TEST(StaffPage, IsNotThereUnlessConfigured) {
  Edge edge;
  for (const char* path : {"/staff", "/staff/", "/staff/assets/staff-1a2b.js"}) {
    expect_problem(edge.as(pki().staff).ask(get(path)), 404, "not-found");
    expect_problem(edge.anonymous().ask(get(path)), 404, "not-found");
  }
  EXPECT_EQ(edge.as(pki().staff).ask(get("/v1/profiles"))->field("content-security-policy"), "");
}

struct Sent {
  std::string name, fields;
};
const std::string k_type = "Content-Type: application/json\r\n";
const std::string k_own = "Origin: " + std::string(k_own_origin) + "\r\n";

std::vector<Sent> of_other_pages() {
  return {
      {"another site's script", k_type + "Origin: https://boese.example\r\n"},
      {"another port", k_type + "Origin: https://localhost:9443\r\n"},
      {"another scheme", k_type + "Origin: http://localhost:8443\r\n"},
      {"a longer name", k_type + "Origin: https://localhost:8443.boese.example\r\n"},
      {"a sandboxed frame", k_type + "Origin: null\r\n"},
      {"an empty origin", k_type + "Origin: \r\n"},
      {"two origins", k_type + k_own + "Origin: https://boese.example\r\n"},
      {"our own twice", k_type + k_own + k_own},
      {"a form",
       "Content-Type: text/plain\r\nOrigin: https://boese.example\r\nSec-Fetch-Site: cross-site\r\n"},
      {"a site beside ours", k_type + k_own + "Sec-Fetch-Site: same-site\r\n"},
      {"another site, the origin withheld", k_type + "Sec-Fetch-Site: cross-site\r\n"},
      {"two answers to whence", k_type + k_own + "Sec-Fetch-Site: none\r\nSec-Fetch-Site: cross-site\r\n"},
  };
}

TEST_F(StaffPageTest, NoOtherPageMayHaveItsBrowserAct) {
  for (const auto& [name, fields] : of_other_pages()) {
    for (const char* path : {"/v1/certificates", "/v1/users/none/revoke", "/v1/none", "/staff/"}) {
      const auto answer = edge_->as(pki().web).ask(post(path, issue_body(), fields));
      SCOPED_TRACE(name + " to " + path);
      expect_problem(answer, 403, "denied");
      EXPECT_EQ(rule_of(answer), "browser.origin");
    }
  }
  EXPECT_THAT(edge_->answered(), testing::Each("none 403")) << "no operation was reached";
  EXPECT_THAT(edge_->logged(), HasSubstr("rule=browser.origin"));
}

TEST_F(StaffPageTest, IsRefusedBeforeAnythingElseIsAsked) {
  const std::string foreign = "Origin: https://boese.example\r\n";
  EXPECT_EQ(rule_of(edge_->anonymous().ask(post("/v1/certificates", "no JSON", foreign))), "browser.origin");
  EXPECT_EQ(rule_of(edge_->as(pki().expired).ask(post("/v1/certificates", "{}", foreign))), "browser.origin");
  for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const auto answer =
        edge_->as(pki().staff)
            .ask(std::string(method) + " /v1/users HTTP/1.1\r\nHost: localhost\r\n" + foreign + "\r\n");
    ASSERT_TRUE(answer) << method;
    EXPECT_EQ(answer->status, 403) << method;
    EXPECT_EQ(answer->field("access-control-allow-origin"), "") << method;
  }
  const auto refusals = edge_->authority.refusals();
  ASSERT_EQ(refusals.size(), 6u);
  EXPECT_THAT(refusals.back().why, HasSubstr("browser.origin"));
  EXPECT_THAT(refusals.back().subject, HasSubstr("staff"));
  EXPECT_EQ(refusals.front().subject, "");
}

TEST_F(StaffPageTest, ItsOwnRequestsAndProgramsPass) {
  for (const auto& fields : {k_type, k_type + k_own, k_type + k_own + "Sec-Fetch-Site: same-origin\r\n",
                             k_type + "Sec-Fetch-Site: none\r\n"}) {
    const auto answer = edge_->as(pki().web).ask(post("/v1/certificates", issue_body(), fields));
    ASSERT_TRUE(answer) << fields;
    EXPECT_EQ(answer->status, 201) << fields << answer->body;
  }
  // Reading is not acting: browsers let no other page see the answer.
  const auto read = edge_->as(pki().staff).ask(get("/v1/profiles", "Origin: https://boese.example\r\n"));
  EXPECT_EQ(read->status, 200);
  EXPECT_EQ(read->field("access-control-allow-origin"), "");
}

TEST(StaffPage, WithoutItNoBrowserMayAct) {
  Edge edge;
  for (const auto& [name, fields] : of_other_pages())
    EXPECT_EQ(rule_of(edge.as(pki().web).ask(post("/v1/certificates", issue_body(), fields))),
              "browser.origin")
        << name;
  EXPECT_EQ(rule_of(edge.as(pki().web).ask(post("/v1/certificates", issue_body(), k_type + k_own))),
            "browser.origin");
  EXPECT_THAT(edge.answered(), testing::Each("none 403")) << "no operation was reached";
  EXPECT_EQ(edge.as(pki().web).ask(post("/v1/certificates", issue_body()))->status, 201);
}

}  // namespace
}  // namespace inkan::test
