// The REST API over real TLS on loopback, with a fake authority behind it.
#include <gmock/gmock.h>

#include "api/server.h"

#include "tests/support/edge.h"

namespace inkan::test {
namespace {

using nlohmann::json;

const EdgePki& pki() {
  return EdgePki::one();
}

TEST(Issue, AnswersTheCertificateWithItsPlace) {
  Edge edge;
  const auto response = edge.as(pki().web).ask(post("/v1/certificates", issue_body()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201) << response->body;
  EXPECT_EQ(response->field("content-type"), "application/json");
  EXPECT_EQ(response->field("location"), std::string("/v1/certificates/") + FakeAuthority::k_own_serial);
  const auto body = json::parse(response->body);
  EXPECT_EQ(body.at("serial"), FakeAuthority::k_own_serial);
  EXPECT_EQ(body.at("certificate"), pem_of("CERTIFICATE", pki().ca.der));
  EXPECT_EQ(body.at("chain").size(), 2u);
  EXPECT_EQ(body.at("not_before"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(body.at("not_after"), "2027-01-15T08:00:00Z");
  EXPECT_EQ(body.at("renewal").at("from"), "2026-12-11T14:40:00Z");
  EXPECT_EQ(body.at("renewal").at("to"), "2027-01-15T08:00:00Z");
  EXPECT_EQ(body.at("ledger").at("index"), 6);
}

TEST(Issue, AnswersPemWhereThatIsPreferred) {
  Edge edge;
  const auto response = edge.as(pki().web).ask(
      post("/v1/certificates", issue_body(),
           "Content-Type: application/json\r\nAccept: application/pem-certificate-chain\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->field("content-type"), "application/pem-certificate-chain");
  EXPECT_EQ(response->body, pem_of("CERTIFICATE", pki().ca.der) + pem_of("CERTIFICATE", pki().ca.der));
}

TEST(Issue, TakesThePemOfACsrAndAnOrderedSubject) {
  Edge edge;
  auto client = edge.as(pki().web);
  const auto csr = json(pem_of("CERTIFICATE REQUEST", make_csr("someone"))).dump();
  const auto object =
      client.ask(post("/v1/certificates", "{\"profile\":\"client-auth\",\"csr\":" + csr +
                                              ",\"subject\":{\"O\":\"org\",\"CN\":\"name\"}}"));
  ASSERT_TRUE(object);
  EXPECT_EQ(object->status, 201) << object->body;
  EXPECT_EQ(edge.authority.last_subject(),
            (std::vector<policy::NameAttribute>{{"O", "org"}, {"CN", "name"}}));
  const auto array = client.ask(
      post("/v1/certificates",
           "{\"profile\":\"client-auth\",\"csr\":" + csr +
               ",\"subject\":[{\"type\":\"OU\",\"value\":\"a\"},{\"type\":\"OU\",\"value\":\"b\"}]}"));
  ASSERT_TRUE(array);
  EXPECT_EQ(array->status, 201) << array->body;
  EXPECT_EQ(edge.authority.last_subject(), (std::vector<policy::NameAttribute>{{"OU", "a"}, {"OU", "b"}}));
}

struct BadBody {
  const char* name;
  std::string body;
  int status;
  const char* type;
  const char* names;  // what the answer must name
};

TEST(Issue, NamesWhatIsWrongWithABody) {
  const auto csr = policy::to_base64(make_csr("someone"));
  auto flipped = make_csr("someone");
  flipped[flipped.size() - 3] ^= 1;
  auto truncated = make_csr("someone");
  truncated.resize(truncated.size() / 2);
  const BadBody rows[] = {
      {"not JSON", "profile=x", 400, "malformed-request", "not JSON"},
      {"empty", "", 400, "malformed-request", "not JSON"},
      {"an array", "[]", 400, "malformed-request", "not a JSON object"},
      {"duplicate", R"({"profile":"a","profile":"b","csr":"x"})", 400, "malformed-request", "profile"},
      {"nothing in it", "{}", 400, "invalid-request", "#/csr"},
      {"unknown member", R"({"profile":"a","csr":"x","extensions":[]})", 400, "invalid-request",
       "#/extensions"},
      {"number for a profile", R"({"profile":1,"csr":"x"})", 400, "invalid-request", "#/profile"},
      {"subject a string", R"({"profile":"a","csr":"x","subject":"CN=a"})", 400, "invalid-request",
       "#/subject"},
      {"subject empty", R"({"profile":"a","csr":"x","subject":{}})", 400, "invalid-request", "#/subject"},
      {"subject of numbers", R"({"profile":"a","csr":"x","subject":{"CN":1}})", 400, "invalid-request",
       "#/subject/CN"},
      {"subject of odd objects", R"({"profile":"a","csr":"x","subject":[{"type":"CN"}]})", 400,
       "invalid-request", "#/subject/0/value"},
      {"CSR not base64", R"({"profile":"a","csr":"%%%"})", 400, "csr-not-acceptable", "csr."},
      {"CSR truncated", json{{"profile", "a"}, {"csr", policy::to_base64(truncated)}}.dump(), 400,
       "csr-not-acceptable", "csr.parse"},
      {"CSR's signature broken", json{{"profile", "a"}, {"csr", policy::to_base64(flipped)}}.dump(), 400,
       "csr-not-acceptable", "csr."},
      {"unknown profile", json{{"profile", "unknown"}, {"csr", csr}}.dump(), 400, "unknown-profile",
       "profile.unknown"},
      {"denied", json{{"profile", "denied"}, {"csr", csr}}.dump(), 403, "denied", "name.cn"},
  };
  Edge edge;
  auto client = edge.as(pki().web);
  for (const auto& row : rows) {
    const auto response = client.ask(post("/v1/certificates", row.body));
    SCOPED_TRACE(row.name);
    expect_problem(response, row.status, row.type);
    EXPECT_NE(response->body.find(row.names), std::string::npos) << response->body;
  }
  // What a rule refused is for the log; what was merely misspelt is not.
  EXPECT_THAT(edge.authority.denied(), testing::SizeIs(3));
  EXPECT_THAT(edge.authority.denied(), testing::Each(testing::HasSubstr("web-1 csr.")));
}

TEST(Issue, CarriesRuleClauseAndMendOfADenial) {
  Edge edge;
  const auto response = edge.as(pki().web).ask(post("/v1/certificates", issue_body("denied")));
  expect_problem(response, 403, "denied");
  const auto problem = json::parse(response->body);
  EXPECT_EQ(problem.at("rule"), "name.cn");
  EXPECT_EQ(problem.at("clause"), "profile client-auth v1");
  EXPECT_EQ(problem.at("mend"), "send another");
}

TEST(Idempotency, ReachesTheAuthorityWithRouteAndBodyHash) {
  Edge edge;
  const auto body = issue_body();
  const auto response = edge.as(pki().web).ask(
      post("/v1/certificates", body, "Content-Type: application/json\r\nIdempotency-Key: \"k-1\"\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->field("idempotency-replayed"), "true");
  const auto idempotency = edge.authority.last_idempotency();
  ASSERT_TRUE(idempotency);
  EXPECT_EQ(idempotency->key, "k-1");
  EXPECT_EQ(idempotency->route, "POST /v1/certificates");
  EXPECT_EQ(idempotency->body_sha256, policy::sha256(policy::as_bytes(body)));
}

// The symptom: the key of a request refused for its CSR was forgotten, and came again with another body.
TEST(Idempotency, IsKeptForACsrThatARuleRefuses) {
  Edge edge;
  auto client = edge.as(pki().web);
  const std::string body = R"({"profile":"a","csr":"%%%"})";
  const auto ask = [&](const std::string& key) {
    return client.ask(
        post("/v1/certificates", body, "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n"));
  };
  const auto refused = ask("k-2");
  expect_problem(refused, 400, "csr-not-acceptable");
  EXPECT_EQ(json::parse(refused->body).at("errors").at(0).at("pointer"), "#/csr");
  const auto idempotency = edge.authority.last_idempotency();
  ASSERT_TRUE(idempotency);
  EXPECT_EQ(idempotency->key, "k-2");
  EXPECT_EQ(idempotency->route, "POST /v1/certificates");
  EXPECT_EQ(idempotency->body_sha256, policy::sha256(policy::as_bytes(body)));
  expect_problem(ask("reused"), 422, "idempotency-key-reused");
  expect_problem(ask("busy"), 409, "request-in-progress");
}

TEST(Idempotency, RefusesABadOrRepeatedKey) {
  Edge edge;
  auto client = edge.as(pki().web);
  for (const auto* fields :
       {"Idempotency-Key: a b\r\n", "Idempotency-Key:\r\n", "Idempotency-Key: a\r\nIdempotency-Key: a\r\n"}) {
    const auto response = client.ask(
        post("/v1/certificates", issue_body(), std::string("Content-Type: application/json\r\n") + fields));
    expect_problem(response, 400, "invalid-request");
    EXPECT_NE(response->body.find("Idempotency-Key"), std::string::npos);
  }
}

TEST(Idempotency, TellsOfARunningAndOfAReusedKey) {
  Edge edge;
  auto client = edge.as(pki().web);
  const auto busy = client.ask(post("/v1/certificates", issue_body("busy")));
  expect_problem(busy, 409, "request-in-progress");
  EXPECT_EQ(busy->field("retry-after"), "7");
  expect_problem(client.ask(post("/v1/certificates", issue_body("reused"))), 422, "idempotency-key-reused");
}

TEST(Failure, TellsTheCallerNothingOfItsInside) {
  Edge edge;
  auto client = edge.as(pki().web);
  const std::pair<const char*, int> rows[] = {{"unavailable", 503}, {"pin", 503},      {"token", 503},
                                              {"store", 503},       {"ledger", 503},   {"key", 503},
                                              {"config", 500},      {"internal", 500}, {"broken", 500}};
  for (const auto& [profile, status] : rows) {
    SCOPED_TRACE(profile);
    const auto response = client.ask(post("/v1/certificates", issue_body(profile)));
    expect_problem(response, status, status == 503 ? "unavailable" : "internal");
    EXPECT_EQ(response->field("retry-after").empty(), status != 503);
    EXPECT_EQ(response->body.find("secret-detail"), std::string::npos);
    // The log has it, under the id that the caller was given.
    const auto line = edge.logged().find("http.failure request_id=" + response->field("x-request-id"));
    ASSERT_NE(line, std::string::npos);
    EXPECT_NE(edge.logged().find("secret-detail", line), std::string::npos);
  }
  const auto next = client.ask(get("/v1/profiles"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->status, 200);
}

TEST(Certificate, HasAStrongEntityTagPerRepresentation) {
  Edge edge;
  auto client = edge.as(pki().staff);
  const auto target = std::string("/v1/certificates/") + FakeAuthority::k_own_serial;
  const auto first = client.ask(get(target));
  const auto tag = first->field("etag");
  EXPECT_TRUE(tag.starts_with("\"") && tag.ends_with("\"") && tag.size() > 20) << tag;
  const auto unchanged = client.ask(get(target, "If-None-Match: \"x\", " + tag + "\r\n"));
  EXPECT_EQ(unchanged->status, 304);
  EXPECT_EQ(unchanged->field("etag"), tag);
  EXPECT_TRUE(unchanged->body.empty());
  const auto pem =
      client.ask(get(target, "Accept: application/pem-certificate-chain\r\nIf-None-Match: " + tag + "\r\n"));
  EXPECT_EQ(pem->status, 200);
  EXPECT_NE(pem->field("etag"), tag);
}

TEST(Certificate, IsNamedByAnySpellingOfItsSerial) {
  Edge edge;
  auto client = edge.as(pki().staff);
  EXPECT_EQ(client.ask(get("/v1/certificates/0A0102030405060708090A0B0C0D0E0F10"))->status, 200);
  EXPECT_EQ(client.ask(get("/v1/certificates/A0102030405060708090A0B0C0D0E0F10"))->status, 200);
  expect_problem(client.ask(get("/v1/certificates/0a01")), 404, "not-found");
  expect_problem(client.ask(get("/v1/certificates/xyz")), 400, "invalid-request");
  expect_problem(client.ask(get("/v1/certificates/" + std::string(400, '1'))), 400, "invalid-request");
}

TEST(List, PassesEachFilterAndLinksTheNextPage) {
  Edge edge;
  auto client = edge.as(pki().staff);
  const auto hash = std::string(64, 'A');
  const auto response = client.ask(
      get("/v1/certificates?profile=client-auth&status=revoked&authority=issuing&subject=a%26b&spki_sha256=" +
          hash + "&expires_before=2027-01-31T18:00:00%2B09:00&issued_after=2026-01-01T00:00:00Z&limit=7"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200) << response->body;
  const auto filter = *edge.authority.last_filter();
  EXPECT_EQ(filter.profile, "client-auth");
  EXPECT_EQ(filter.status, "revoked");
  EXPECT_EQ(filter.authority, "issuing");
  EXPECT_EQ(filter.subject_contains, "a&b");
  EXPECT_EQ(filter.spki_sha256, std::string(64, 'a'));
  EXPECT_EQ(filter.expires_before->time_since_epoch().count(), 1801386000);
  EXPECT_EQ(filter.limit, 7);
  EXPECT_EQ(json::parse(response->body).at("next"), "page two/&");
  // The link is followed as it stands, and ends with the last page.
  const auto link = response->field("link");
  ASSERT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
  const auto last = client.ask(get(link.substr(1, link.find('>') - 1)));
  EXPECT_EQ(last->status, 200) << last->body;
  EXPECT_EQ(edge.authority.last_filter()->cursor, "page two/&");
  EXPECT_EQ(edge.authority.last_filter()->subject_contains, "a&b");
  EXPECT_EQ(last->field("link"), "");
  EXPECT_EQ(json::parse(last->body).at("next"), nullptr);
}

TEST(List, NamesABadParameter) {
  Edge edge;
  auto client = edge.as(pki().staff);
  for (const auto* query :
       {"limit=0", "limit=1001", "limit=-1", "limit=ten", "limit=1&limit=2", "status=good",
        "expires_before=tomorrow", "spki_sha256=ab", "profile=", "colour=red"}) {
    const auto response = client.ask(get(std::string("/v1/certificates?") + query));
    SCOPED_TRACE(query);
    expect_problem(response, 400, "invalid-request");
    const auto name = std::string(query).substr(0, std::string(query).find('='));
    EXPECT_EQ(json::parse(response->body).at("errors").at(0).at("parameter"), name);
  }
}

TEST(Revoke, TakesReasonAndDate) {
  Edge edge;
  auto client = edge.as(pki().web);
  const auto target = std::string("/v1/certificates/") + FakeAuthority::k_own_serial + "/revoke";
  const auto response =
      client.ask(post(target, R"({"reason":"keyCompromise","invalidity_date":"2026-01-01T00:00:00Z"})",
                      "Content-Type: application/json\r\nIdempotency-Key: r1\r\n"));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200) << response->body;
  const auto body = json::parse(response->body);
  EXPECT_EQ(body.at("status"), "revoked");
  EXPECT_EQ(body.at("revocation").at("reason"), "keyCompromise");
  EXPECT_EQ(body.at("revocation").at("invalidity_date"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(edge.authority.last_idempotency()->route, "POST /v1/certificates/{serial}/revoke");
  expect_problem(client.ask(post(target, "{}")), 400, "invalid-request");
  expect_problem(client.ask(post(target, R"({"reason":"removeFromCRL"})")), 400, "invalid-request");
  expect_problem(client.ask(post(target, R"({"reason":"superseded","invalidity_date":"now"})")), 400,
                 "invalid-request");
}

TEST(DryRun, ShowsVerdictsAndOrigins) {
  Edge edge;
  auto client = edge.as(pki().officer);
  const auto response = client.ask(post("/v1/certificates/dry-run", issue_body()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200) << response->body;
  const auto body = json::parse(response->body);
  EXPECT_EQ(body.at("tbs"), "MAA=");
  EXPECT_EQ(body.at("verdicts").at(0).at("rule"), "key.rsa.size");
  EXPECT_EQ(body.at("origins").at("validity"), "profile client-auth v1");
  EXPECT_TRUE(body.at("denial").is_null());
  expect_problem(client.ask(post("/v1/certificates/dry-run", issue_body("unknown"))), 400, "unknown-profile");
}

TEST(Service, GivesTheRequestThatACaOutsideShallAnswer) {
  Edge edge;
  auto client = edge.as(pki().officer);
  const auto listed = json::parse(client.ask(get("/v1/authorities"))->body).at("requests");
  EXPECT_EQ(listed.at(0).at("id"), "asked");
  EXPECT_EQ(listed.at(0).at("ledger").at("index"), 7);
  const auto request = client.ask(get("/v1/authorities/asked/request"));
  EXPECT_EQ(request->status, 200);
  EXPECT_EQ(request->field("content-type"), "application/pkcs10");
  EXPECT_EQ(request->body, std::string("\x30\x00", 2));
  expect_problem(client.ask(get("/v1/authorities/issuing/request")), 404, "not-found");
}

TEST(Service, TellsWhenToRenew) {
  Edge edge;
  auto client = edge.as(pki().web);
  const auto answer =
      client.ask(get("/v1/certificates/" + std::string(FakeAuthority::k_own_serial) + "/renewal"));
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->field("retry-after"), "21600");
  EXPECT_EQ(json::parse(answer->body),
            (json{{"certificate_id", "key." + std::string(FakeAuthority::k_own_serial)},
                  {"suggestedWindow", {{"start", "1970-01-01T00:00:00Z"}, {"end", "1970-01-02T00:00:00Z"}}},
                  {"renew_at", "1970-01-01T01:00:00Z"},
                  {"renew_now", true},
                  {"explanation", "in time"}}));
  expect_problem(
      client.ask(get("/v1/certificates/" + std::string(FakeAuthority::k_other_serial) + "/renewal")), 404,
      "not-found");
}

TEST(Service, TellsOfAuthoritiesProfilesAndLedger) {
  Edge edge;
  auto client = edge.as(pki().auditor);
  EXPECT_EQ(json::parse(client.ask(get("/v1/authorities"))->body).at("items").at(0).at("id"), "issuing");
  EXPECT_EQ(json::parse(client.ask(get("/v1/profiles/client-auth?version=1"))->body).at("document"),
            "[profile]\n");
  expect_problem(client.ask(get("/v1/profiles/none")), 404, "not-found");
  EXPECT_EQ(json::parse(client.ask(get("/v1/ledger"))->body).at("size"), 2);
  const auto entries = client.ask(get("/v1/ledger/entries?from=0&limit=1"));
  EXPECT_EQ(json::parse(entries->body).at("items").at(0).at("octets"), "eyJuIjowfQ==");
  EXPECT_EQ(json::parse(entries->body).at("next"), 1);
  EXPECT_EQ(entries->field("link"), "</v1/ledger/entries?from=1&limit=1>; rel=\"next\"");
  EXPECT_TRUE(json::parse(client.ask(get("/v1/ledger/entries"))->body).at("next").is_null());
  const auto books = json::parse(client.ask(get("/v1/reconcile"))->body);
  EXPECT_EQ(books.at("reconciled"), false);
  EXPECT_EQ(books.at("keys").at(0).at("intents"), 7);
  EXPECT_EQ(books.at("keys").at(0).at("ocsp"), 3);
  EXPECT_EQ(books.at("keys").at(0).at("allowed"), 7);
  EXPECT_EQ(books.at("apart").at(0).at("purpose"), "tls");
  EXPECT_EQ(books.at("kept").at("certificates"), (json{{"store", 4}, {"leaves", 5}}));
  EXPECT_EQ(books.at("differences").size(), 1u);
  const auto token = json::parse(client.ask(get("/v1/tokens"))->body).at("items").at(0);
  EXPECT_EQ(token.at("state"), "degraded");
  EXPECT_EQ(token.at("stuck"), 1);
  EXPECT_EQ(token.at("sign_ms"), 40);
  EXPECT_EQ(token.at("recoveries"), 3);
  EXPECT_EQ(token.at("keys").at(0).at("signatures"), 12345);
  EXPECT_EQ(client.ask(get("/v1/readiness"))->status, 200);
  edge.authority.ready = false;
  const auto not_ready = client.ask(get("/v1/readiness"));
  EXPECT_EQ(not_ready->status, 503);
  EXPECT_NE(not_ready->body.find("the disk is full"), std::string::npos);
}

}  // namespace
}  // namespace inkan::test
